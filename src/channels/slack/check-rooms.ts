// Which of the rooms we post to are there, open, and have us in them; of one that is not, what became of it.
import { CRITICAL_ROOM } from '../../domain/built-in.ts';
import type { SlackAnswer, SlackCall } from './calls.ts';
import { pagesOf } from './pages.ts';

export interface Room {
  id: string;
  name: string;
  archived: boolean;
  member: boolean;
  /** What it was called before. */
  before: readonly string[];
}

const PAGE = 1000;

/** Archived ones too: a room that is missing may be one. Errors: ToolError. */
export async function listRooms(call: SlackCall): Promise<Room[]> {
  const rooms: Room[] = [];
  const args = { types: 'public_channel,private_channel', exclude_archived: false, limit: PAGE };
  for await (const page of pagesOf(call, { method: 'conversations.list', args, of: 'channels' }))
    rooms.push(...page.map(roomOf));
  return rooms;
}

/** Null: it is open, and we are in it. `asked`: `#ops-critical`, or an id. */
export function whyNotIn(asked: string, rooms: readonly Room[]): { text: string; fix: string } | null {
  const named = rooms.filter(({ id, name }) => id === asked || `#${name}` === asked);
  const found = named.find(({ archived }) => !archived) ?? named[0];
  if (found?.archived)
    return {
      text: `${asked} is archived, so nothing can be posted there`,
      fix: `unarchive it in Slack, or name another room: openclaw alert-route edit NAME --to #...`,
    };
  if (found && !found.member)
    return { text: `the app is not in ${asked}`, fix: `type in ${asked}: /invite @openclaw` };
  if (found) return null;
  const renamed = rooms.find(
    ({ before, archived }) => !archived && before.some((name) => `#${name}` === asked),
  );
  if (renamed)
    return {
      text: `${asked} is called #${renamed.name} now, so nothing finds it by its old name`,
      fix: renamedFix(asked, `#${renamed.name}`),
    };
  return {
    text: `${asked} cannot be posted to: Slack has no conversation of that name that this app can see`,
    fix: `create ${asked}, or, where it is private, type in it: /invite @openclaw`,
  };
}

/** What openclaw itself has to say goes to one room, whatever the routes say: no edit of theirs moves that. */
export function renamedFix(room: string, now: string): string {
  const edit = `openclaw alert-route edit NAME --to "${now}"`;
  return room === CRITICAL_ROOM
    ? `call it ${room} again, or make another room of that name: openclaw tells there what reaches nobody else. Routes are moved by ${edit} (openclaw alert-route list names them)`
    : `name it so where it is used: ${edit} (openclaw alert-route list names them)`;
}

export function roomOf({ id, name, is_archived, is_member, previous_names }: SlackAnswer): Room {
  return {
    id: String(id),
    name: String(name),
    archived: is_archived === true,
    member: is_member === true,
    before: Array.isArray(previous_names) ? previous_names.map(String) : [],
  };
}
