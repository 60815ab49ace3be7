// What an incident's thread offered and is done, or over with the incident, has no button there any more. Called inside a
// commit.
import { withoutOffers } from '../domain/offers.ts';
import type { Tables } from '../store/tables.ts';

export async function strikeOffers(
  tx: Tables,
  incidentId: number,
  commands: readonly string[],
  how: { done: boolean },
): Promise<void> {
  if (commands.length === 0) return;
  const gone = new Set(commands);
  for (const { id, lane, threadPostId, message } of await tx.posts.ofIncident(incidentId)) {
    // The header is made anew from what is true.
    if (lane === 'page' || threadPostId === null) continue;
    const said = withoutOffers(message, gone, how);
    if (said) await tx.posts.edit(id, said);
  }
}
