// One page on its way to one person, and the timer that tries their next channel. Called inside a commit.
import { PAGE_WAY_MS } from '../domain/channel.ts';
import type { Message } from '../domain/message.ts';
import type { Recipient } from '../domain/on-call.ts';
import { type Way, waysTo } from '../domain/ways.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

export interface Page {
  /** Name of the contact, or of the pager itself. */
  contact: string;
  incidentId: number | null;
  /** Of one page for several incidents: their ids. */
  bundle?: readonly number[];
  message: Message;
  /** Where it is a further way to them: the post of the first one. */
  pageOf?: number;
}

export const fallbackKey = (postId: number): string => `page-fallback:${postId}`;

export async function sendPage(tx: Tables, page: Page, way: Way, engine: Engine): Promise<number> {
  const postId = await tx.posts.add({
    channel: way.channel,
    conversation: way.conversation,
    threadPostId: null,
    lane: 'page',
    mentions: way.id ? [way.id] : [],
    ...page,
  });
  await watchPage(tx, postId, engine.clock.now() + PAGE_WAY_MS);
  return postId;
}

/** When it has not arrived by then, the next way is tried. */
export async function watchPage(tx: Tables, postId: number, at: number): Promise<void> {
  await tx.jobs.set('page-fallback', { postId }, { key: fallbackKey(postId), runAt: at, priority: 0 });
}

/** At least one; a channel once. */
export async function waysOfPerson(tx: Tables, person: Recipient): Promise<[Way, ...Way[]]> {
  const channels = (await tx.resources.list('channel'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const ways = waysTo(person, channels);
  const [first, ...others] = ways.filter(
    (way, index) => ways.findIndex(({ channel }) => channel === way.channel) === index,
  );
  if (!first) throw new Error(`no way to ${person.name}`);
  return [first, ...others];
}
