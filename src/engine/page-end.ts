// A page for no incident that ends by itself: what it told of is over, so nobody is woken for it any more, and a pager that
// keeps incidents of its own ends the one that it made of it.
import type { Post } from '../domain/channel.ts';
import type { Tables } from '../store/tables.ts';

const endKey = (first: number): string => `page-end:${first}`;

/** `first`: the post of its first way. Called inside the commit that knows it is over. */
export async function endPage(tx: Tables, first: number): Promise<void> {
  await tx.jobs.add('page-end', { postId: first }, { key: endKey(first), lane: endKey(first), priority: 1 });
}

/** Null: it does not end by itself, or is not over. */
export async function whyOver(
  read: Pick<Tables, 'settings'>,
  { id, pageOf, message }: Pick<Post, 'id' | 'pageOf' | 'message'>,
): Promise<string | null> {
  if (!message.endsByItself) return null;
  const first = pageOf ?? id;
  const goesOn = (await read.settings.get('warnings')).some(({ channel }) => channel?.toldIn === first);
  return goesOn ? null : 'it was over before';
}
