import { isPager } from './pager.ts';

/** Where a message goes: a chat, a room in it, and (by incident) a thread in the room. */
export interface Destination {
  /** A channel's name: `slack`, `terminal`, ... */
  channel: string;
  /** `#ops-critical`, or a person's id for a direct message. */
  conversation: string;
  /** The incident whose thread it is; null stands for the room itself. */
  incidentId: number | null;
  /** The post whose thread it is, where that is no incident's. */
  rootPostId?: number;
}

/** Where a line of the command line is said that names no room: nobody looks there. */
export const CLI_ROOM = '#cli';

/** "in #ops", for a sentence: direct messages are nobody's address but theirs. */
export function whereWords({ conversation }: Pick<Destination, 'conversation'>): string {
  if (conversation === CLI_ROOM) return 'at the command line';
  if (conversation.startsWith('#')) return `in ${conversation}`;
  return /^[CG][A-Z0-9]+$/.test(conversation) ? 'in another room' : 'in direct messages';
}

/** A bare "#name" means the default channel: slack if any, else the only chat, else the terminal. */
export function defaultChannel(configured: readonly { name: string; type: string }[]): string {
  const chats = configured.filter(({ type }) => !isPager(type));
  const slack = chats.find(({ type }) => type === 'slack');
  if (slack) return slack.name;
  return chats.length === 1 && chats[0] ? chats[0].name : 'terminal';
}
