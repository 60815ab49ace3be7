// The rooms of a chat that are posted to.
import { CRITICAL_ROOM } from '../domain/built-in.ts';
import type { Store } from '../store/store.ts';

/** Those that commands and routes name for this channel, or for no channel: `#ops-critical`, or ids. */
export async function configuredRooms(channel: string, { read }: Store): Promise<string[]> {
  const named = [
    ...(await read.resources.list('alert-route')),
    ...(await read.resources.list('command')),
  ].flatMap(({ enabled, spec }) =>
    enabled && spec.to !== undefined && (spec.channel === undefined || spec.channel === channel)
      ? [spec.to]
      : [],
  );
  return [...new Set([CRITICAL_ROOM, ...named])];
}

/** And those of open incidents. */
export async function roomsInUse(channel: string, store: Store): Promise<string[]> {
  const open = (await store.read.incidents.listOpen()).filter((each) => each.channel === channel);
  const ofOpen = open.flatMap(({ conversation, context }) => [
    ...(conversation === null ? [] : [conversation]),
    ...(context.room?.conversation ? [context.room.conversation] : []),
  ]);
  return [...new Set([...(await configuredRooms(channel, store)), ...ofOpen])];
}
