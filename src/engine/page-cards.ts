// The pages of an incident, once it needs nobody any more. Called inside a commit.
import { settledPage } from '../domain/cards/settled-page.ts';
import type { Tables } from '../store/tables.ts';

/** On every way they went, those for several incidents too. What a channel has sent and cannot change stays as it is. */
export async function settlePages(tx: Tables, incidentId: number, line: string): Promise<void> {
  const record = await tx.timeline.ofIncident(incidentId);
  const firsts = record
    .filter(({ kind }) => kind === 'paged')
    .flatMap(({ data }) => (Array.isArray(data.pages) ? (data.pages as { postId: number }[]) : []))
    .map(({ postId }) => postId);
  for (const first of new Set(firsts))
    for (const page of await tx.posts.waysOf(first)) {
      // An edit of what was given up would be its sending.
      if (page.state === 'failed') continue;
      await tx.posts.edit(page.id, settledPage(page.message, { incidentId, line }, page.bundle.length > 0));
    }
}
