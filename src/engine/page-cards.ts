// The pages of an incident, once it needs nobody any more. Called inside a commit.
import { settledPage } from '../domain/cards/settled-page.ts';
import type { Message } from '../domain/message.ts';
import { namingOwner } from '../domain/named.ts';
import type { Tables } from '../store/tables.ts';

/** On every way they went, those for several incidents too. What a channel has sent and cannot change stays as it is. */
export async function settlePages(
  tx: Tables,
  incidentId: number,
  line: string,
  /** Whom the line names, as they are stored. */
  by: { key: string; name: string } | null = null,
): Promise<void> {
  const record = await tx.timeline.ofIncident(incidentId);
  const firsts = record
    .filter(({ kind }) => kind === 'paged')
    .flatMap(({ data }) => (Array.isArray(data.pages) ? (data.pages as { postId: number }[]) : []))
    .map(({ postId }) => postId);
  for (const first of new Set(firsts))
    for (const page of await tx.posts.waysOf(first)) {
      // An edit of what was given up would be its sending.
      if (page.state === 'failed') continue;
      const settled = settledPage(page.message, { incidentId, line }, page.bundle.length > 0);
      await tx.posts.edit(page.id, by ? namingIn(settled, by) : settled);
    }
}

/** One line of each incident of a bundle may name them, and a later line takes the place of an earlier one. */
function namingIn(settled: Message, { key, name }: { key: string; name: string }): Message {
  const lines = settled.blocks.filter(
    (block) => block.type === 'text' && block.role === 'decision' && block.text.includes(`${name} took it`),
  );
  const others = settled.names?.filter((each) => each !== name) ?? [];
  return namingOwner({ ...settled, names: others }, key, name, lines.length);
}
