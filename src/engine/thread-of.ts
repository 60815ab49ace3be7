// In which thread something is said, and a line in that of an incident.
import type { PostLane } from '../domain/channel.ts';
import type { ChatEvent } from '../domain/chat.ts';
import type { Destination } from '../domain/destination.ts';
import { type Incident, threadIn } from '../domain/incident.ts';
import { type Message, message, type Tone } from '../domain/message.ts';
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
  // What is said elsewhere, in direct messages for one, must not wait for a thread that its own room may not take.
  const isThere =
    incident?.conversation === conversation || incident?.context.room?.conversation === conversation;
  const ofIncident = incident && isThere ? threadIn(incident, conversation) : null;
  return { incidentId: incident?.id ?? null, threadPostId: rootPostId ?? ofIncident };
}

export async function tellThread(
  tx: Tables,
  incident: Pick<Incident, 'id' | 'channel' | 'conversation' | 'headerPostId'>,
  what: Message | string,
  options: { tone?: Tone; lane?: PostLane; mentions?: string[]; answers?: string } = {},
): Promise<void> {
  await tx.posts.add({
    channel: incident.channel,
    conversation: incident.conversation,
    incidentId: incident.id,
    threadPostId: incident.headerPostId,
    lane: options.lane ?? 'thread',
    message: typeof what === 'string' ? message(what, options.tone ? { tone: options.tone } : {}) : what,
    mentions: options.mentions ?? [],
    answers: options.answers ?? null,
  });
}
