// Posts of alerts without an incident, room by room: a few are posts of their own, and what comes in quick succession after
// those shares one, so that no room is written full. A room's timer remembers what came to it, and ends that memory.

import { alertsCard } from '../../domain/cards/alerts-card.ts';
import type { Message } from '../../domain/message.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import type { Engine } from '../engine.ts';

export interface Place {
  channel: string;
  conversation: string;
}

interface Room extends Place {
  /** When the last few came, oldest first. */
  lately: number[];
  /** The post that is shared now. */
  shared: { postId: number; since: number; alerts: number } | null;
}

/** Of one batch. */
export interface Rooms {
  written: Map<string, Room>;
  /** Shared posts that are no longer up to date. */
  stale: Set<number>;
}

/** So many within that time are posts of their own. */
const OWN_POSTS = 5;
const SPAN_MS = 10_000;
/** After so many alerts, or so long, the next one begins another post: nobody reads a list that never ends. */
const SHARED_MAX = 500;
const SHARED_MS = 10 * 60_000;
const SHOWN = 10;

export const newRooms = (): Rooms => ({ written: new Map(), stale: new Set() });

/** Gives the post that tells of one more alert. */
export async function postInRoom(
  tx: Tables,
  rooms: Rooms,
  place: Place,
  card: Message,
  engine: Engine,
): Promise<number> {
  const now = engine.clock.now();
  const room = await roomAt(tx, rooms, place);
  // A clock that was set back since tells nothing.
  const lately = room.lately.filter((at) => at > now - SPAN_MS && at <= now);
  room.lately = [...lately, now].slice(-OWN_POSTS);
  const { shared } = room;
  if (lately.length >= OWN_POSTS && shared && shared.alerts < SHARED_MAX && now - shared.since < SHARED_MS) {
    shared.alerts += 1;
    rooms.stale.add(shared.postId);
    return shared.postId;
  }
  const { channel, conversation } = place;
  const post = { channel, conversation, incidentId: null, threadPostId: null, lane: 'thread' } as const;
  const postId = await tx.posts.add({ ...post, message: card });
  if (lately.length >= OWN_POSTS) room.shared = { postId, since: now, alerts: 1 };
  return postId;
}

/** `card`: what it says where it tells of this alert alone, on its room's clocks. */
export async function refreshPost(
  tx: Tables,
  rooms: Rooms,
  postId: number,
  card: (zone: string) => Message,
  engine: Engine,
): Promise<void> {
  if (await tx.alerts.isShared(postId)) rooms.stale.add(postId);
  else await tx.posts.edit(postId, card(await zoneOf(tx, postId, engine)));
}

/** At the end of a batch, when its alerts are stored. */
export async function endRooms(tx: Tables, { written, stale }: Rooms, engine: Engine): Promise<void> {
  for (const postId of stale) {
    const zone = await zoneOf(tx, postId, engine);
    await tx.posts.edit(postId, alertsCard(await tx.alerts.sharing(postId, SHOWN), zone));
  }
  const runAt = engine.clock.now() + SHARED_MS;
  for (const [key, room] of written) await tx.jobs.set('room', { ...room }, { key, runAt });
}

async function roomAt(tx: Tables, { written }: Rooms, place: Place): Promise<Room> {
  const key = `room:${place.channel}/${place.conversation}`;
  const known = written.get(key) ?? ((await tx.jobs.findQueued(key))?.payload as Room | undefined);
  const room = known ?? { ...place, lately: [], shared: null };
  written.set(key, room);
  return room;
}

async function zoneOf(tx: Tables, postId: number, engine: Engine): Promise<string> {
  const post = await tx.posts.find(postId);
  return post ? channelZone(post.channel, tx, engine) : engine.zone;
}
