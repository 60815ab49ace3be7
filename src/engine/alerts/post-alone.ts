// Warning and info without an incident: one post, edited as it repeats, clears and flaps; or its part of one.

import type { Alert } from '../../domain/alert.ts';
import { DEFAULT_RESOLVE_AFTER_MS } from '../../domain/built-in.ts';
import { alertCard } from '../../domain/cards/alert-card.ts';
import { defaultChannel } from '../../domain/destination.ts';
import type { AlertRoute } from '../../domain/resource.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import type { Engine } from '../engine.ts';
import { postInRoom, refreshPost } from './room-posts.ts';
import type { Setup } from './setup.ts';

/** Gives the post's id. */
export async function postAlone(
  tx: Tables,
  saved: Omit<Alert, 'id'>,
  before: Alert | null,
  { route, notes, setup }: { route: AlertRoute; notes: readonly string[]; setup: Setup },
  engine: Engine,
): Promise<number> {
  const card = (zone: string) => alertCard(saved, notes, zone);
  const room = { channel: route.channel ?? defaultChannel(setup.channels), conversation: route.to };
  const post = saved.postId === null ? null : await tx.posts.find(saved.postId);
  const over = before?.clearedAt ?? null;
  if (
    post?.conversation === room.conversation &&
    (over === null || engine.clock.now() < over + DEFAULT_RESOLVE_AFTER_MS)
  ) {
    await refreshPost(tx, setup.rooms, post.id, card, engine);
    return post.id;
  }
  await tx.timeline.add({
    incidentId: null,
    kind: 'alert',
    text: `${saved.source}: ${saved.title} (${saved.severity}), posted in ${route.to}`,
  });
  const zone = await channelZone(room.channel, tx, engine);
  return postInRoom(tx, setup.rooms, room, card(zone), engine);
}
