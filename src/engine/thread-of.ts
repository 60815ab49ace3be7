// In which thread something is said.
import type { ChatEvent } from '../domain/chat.ts';
import type { Destination } from '../domain/destination.ts';
import { threadIn } from '../domain/incident.ts';
import type { Tables } from '../store/tables.ts';

/** Where a line was said is where what comes of it goes. */
export function saidAt({ channel, conversation, incidentId, rootPostId }: ChatEvent): Destination {
  return { channel, conversation, incidentId, ...(rootPostId === undefined ? {} : { rootPostId }) };
}

/** Under the post that was replied to, else in the thread of the incident, else in the room itself. */
export async function threadOf(
  tx: Tables,
  { incidentId, conversation, rootPostId }: Pick<Destination, 'incidentId' | 'conversation' | 'rootPostId'>,
): Promise<{ incidentId: number | null; threadPostId: number | null }> {
  const incident = incidentId === null ? null : await tx.incidents.find(incidentId);
  const ofIncident = incident && threadIn(incident, conversation);
  return { incidentId: incident?.id ?? null, threadPostId: rootPostId ?? ofIncident };
}
