// A chat's own conversation for one incident, where its route wants one: a copy of the header, and whoever is told. The
// thread stays where it is. Called inside a commit.
import { FLAP_MEMORY_MS } from '../domain/built-in.ts';
import type { ChatEvent } from '../domain/chat.ts';
import type { Incident, TimelineEntry } from '../domain/incident.ts';
import { contactKey, idOnChannel } from '../domain/owner.ts';
import type { AlertRoute, Contact } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

/** What still fires brings an incident back at the end of that memory, and its room is to be there then. */
const ARCHIVE_AFTER_MS = FLAP_MEMORY_MS + 5 * 60_000;

export type RoomWork = 'open' | 'invite' | 'topic' | 'archive';

/** What it is asked to be called. A chat may have to add to it. */
export const roomName = ({ id, service, title }: Pick<Incident, 'id' | 'service' | 'title'>): string =>
  `inc-${id}-${service ?? title}`;

/** In the conversation that was opened for it. */
export function isRoomOf(
  { channel, context }: Pick<Incident, 'channel' | 'context'>,
  event: Pick<ChatEvent, 'channel' | 'conversation'>,
): boolean {
  return channel === event.channel && context.room?.conversation === event.conversation;
}

/**
 * Of the incident whose own room it may be, ended or not: an ended one's is there until it is archived. A name only says
 * where to look. Null: the record of that one names another room.
 */
export async function namedByRoom(
  tables: Tables,
  event: Pick<ChatEvent, 'channel' | 'conversation'>,
): Promise<Incident | null> {
  const number = /^#inc-(\d{1,9})(?:-|$)/.exec(event.conversation)?.[1];
  const incident = number === undefined ? null : await tables.incidents.find(Number(number));
  return incident && isRoomOf(incident, event) ? incident : null;
}

const keyOf = (what: RoomWork, id: number): string => `incident-room:${what}:${id}`;

async function add(
  tx: Tables,
  id: number,
  what: RoomWork,
  { runAt, ...why }: { runAt?: number; route?: string } = {},
): Promise<void> {
  await tx.jobs.set(
    'incident-room',
    { incidentId: id, what, ...why },
    { key: keyOf(what, id), lane: `incident-room:${id}`, ...(runAt === undefined ? {} : { runAt }) },
  );
}

/** Whoever opened it: where the route it takes wants one. */
export async function wantRoom(
  tx: Tables,
  { id }: Pick<Incident, 'id'>,
  { name, incidentChannel }: Pick<AlertRoute, 'name' | 'incidentChannel'>,
): Promise<void> {
  if (incidentChannel) await add(tx, id, 'open', { route: name });
}

/** Somebody was told, or has it: they belong there. Nothing where it has no room. */
export async function inviteToRoom(tx: Tables, id: number): Promise<void> {
  if ((await tx.incidents.find(id))?.context.room) await add(tx, id, 'invite');
}

/** Its topic says what the header's first line says. */
export async function followTopic(
  tx: Tables,
  { id, context: { room } }: Incident,
  topic: string,
): Promise<void> {
  if (room && room.topic !== topic) await add(tx, id, 'topic');
}

/**
 * The room ends when the incident can no longer come back by itself: Slack lets no app take one out of its archive.
 */
export async function endRoom(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  await tx.jobs.cancel(keyOf('open', incident.id));
  if (incident.context.room)
    await add(tx, incident.id, 'archive', { runAt: engine.clock.now() + ARCHIVE_AFTER_MS });
}

export async function reopenRoom(tx: Tables, incident: Incident): Promise<void> {
  await tx.jobs.cancel(keyOf('archive', incident.id));
  if (incident.context.room?.archived) await add(tx, incident.id, 'open');
}

/** Who opened it by hand, who was told of it by anything, who was handed it, and who has it: their ids on its chat. */
export function responders(
  incident: Pick<Incident, 'ackedBy'>,
  timeline: readonly Pick<TimelineEntry, 'kind' | 'data' | 'actor'>[],
  channel: { name: string; type: string },
  contacts: readonly Contact[],
): string[] {
  const keys = timeline.flatMap(({ kind, data, actor }) => {
    const people = Array.isArray(data.people) ? data.people : [];
    const paged = Array.isArray(data.pages)
      ? data.pages.map((page: { contact?: unknown }) => page.contact)
      : [];
    const named = [...people, ...paged, data.to].filter((name) => typeof name === 'string');
    // What a source opened names the source, which may be called as it likes.
    const acted = kind === 'acknowledged' || (kind === 'opened' && data.source === undefined);
    return [...named.map(contactKey), ...(acted ? [actor] : [])];
  });
  const ids = [...keys, ...(incident.ackedBy === null ? [] : [incident.ackedBy])].map((key) =>
    idOnChannel(key, channel, contacts),
  );
  return [...new Set(ids.filter((id) => id !== null))];
}
