// Marks in a message whom and which room we name there ourselves. Text from outside marks nothing. Pure.
import type { Message } from './message.ts';
import { type Principal, parsePrincipalKey } from './principal.ts';
import { isSlackPerson } from './slack-id.ts';

/** Of whom nothing but their id is known, `times` times. Whoever has a name is read by it. */
export function namingPerson(said: Message, { userId, displayName }: Principal, times = 1): Message {
  return displayName === userId && isSlackPerson(userId) ? naming(said, `@${userId}`, times) : said;
}

/** As they are stored: `slack:T1:U2MIKE`, and `@U2MIKE`. */
export function namingOwner(said: Message, key: string | null, name: string | null, times = 1): Message {
  const principal = parsePrincipalKey(key ?? '');
  return name === `@${principal.userId}` ? namingPerson(said, principal, times) : said;
}

/** Each is a name alone, as `mention` says it, that stands in a field or before a line of ours. */
export function namingEach(said: Message, names: readonly (string | null)[]): Message {
  const ids = names.filter((name) => name?.startsWith('@') && isSlackPerson(name.slice(1)));
  return ids.reduce<Message>((named, name) => naming(named, name ?? '', 1), said);
}

/** `#ops`; anything else is no room with a name. */
export function namingRoom(said: Message, conversation: string): Message {
  return conversation.startsWith('#') ? naming(said, conversation, 1) : said;
}

function naming(said: Message, words: string, times: number): Message {
  return { ...said, names: [...(said.names ?? []), ...Array.from({ length: times }, () => words)] };
}
