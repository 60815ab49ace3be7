// Where an auto-fix speaks, and how.

import type { PostOutcome } from '../domain/channel.ts';
import { defaultChannel } from '../domain/destination.ts';
import type { Message } from '../domain/message.ts';
import type { Plan } from '../domain/plan.ts';
import type { Resource } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';

export async function postInRoom(
  tx: Tables,
  destination: Plan['destination'],
  text: Message,
  outcome: PostOutcome | null = null,
): Promise<void> {
  await tx.posts.add({
    channel: destination.channel,
    conversation: destination.conversation,
    incidentId: null,
    threadPostId: null,
    lane: 'thread',
    message: text,
    outcome,
  });
}

/** `--notify`, else the room of warnings. */
export async function notifyPlace(tables: Tables, fix: Resource<'auto-fix'>): Promise<Plan['destination']> {
  const channels = (await tables.resources.list('channel'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  return {
    channel: defaultChannel(channels),
    conversation: fix.spec.notify ?? '#ops-alerts',
    incidentId: null,
  };
}
