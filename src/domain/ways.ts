// How a person is reached: which of their ids on which configured channel, in the order to try. Pure.
import type { Recipient } from './on-call.ts';
import type { Channel } from './resource.ts';
import { isSlackGroup } from './slack-id.ts';

export interface Way {
  /** A channel's name. */
  channel: string;
  /** Where a page goes: their id there, or `@name` in the terminal. */
  conversation: string;
  id: string | undefined;
  /** A group, which nobody can write to alone: its page stands in the incident's thread, and wakes it by a mention. */
  inThread?: true;
  /** No channel of theirs is configured: it appears in the terminal under their name, which somebody may read. */
  lastResort: boolean;
}

const TERMINAL = 'terminal';

/** Whether a page wakes them: they are on a channel that is configured, or said that they read the terminal. */
export function isReachable(...asked: Parameters<typeof waysTo>): boolean {
  return waysTo(...asked).some(({ lastResort }) => !lastResort);
}

/** At least one. By `order`, else as the ids were given; a way names a channel or a type of channel. */
export function waysTo(
  person: Pick<Recipient, 'name' | 'ids' | 'order'>,
  channels: readonly Pick<Channel, 'name' | 'type'>[],
): Way[] {
  const wanted = person.order.length > 0 ? person.order : Object.keys(person.ids);
  const ways = wanted.flatMap((name): Way[] => {
    const channel =
      channels.find((each) => each.name === name) ?? channels.find((each) => each.type === name);
    if (!channel) {
      // The chat of the daemon's own terminal needs no configuration; who wants it there reads it there.
      if (name !== TERMINAL) return [];
      return [{ channel: TERMINAL, conversation: `@${person.name}`, id: undefined, lastResort: false }];
    }
    const id = person.ids[name] ?? person.ids[channel.name] ?? person.ids[channel.type];
    const group = channel.type === 'slack' && id !== undefined && isSlackGroup(id);
    const way = { channel: channel.name, conversation: id ?? `@${person.name}`, id, lastResort: false };
    return [group ? { ...way, inThread: true } : way];
  });
  if (ways.length > 0) return ways;
  return [{ channel: TERMINAL, conversation: `@${person.name}`, id: undefined, lastResort: true }];
}
