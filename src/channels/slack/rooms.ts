// A conversation of its own for one incident. What was made before a crash is known again by the mark in its purpose.
// https://docs.slack.dev/reference/methods/conversations.create
import type { ChannelRooms, WantedRoom } from '../../domain/channel.ts';
import { ToolError } from '../../domain/errors.ts';
import { isSlackGroup, isSlackPerson } from '../../domain/slack-id.ts';
import { type SlackCall, SlackError } from './calls.ts';
import type { Conversations } from './conversations.ts';
import { pagesOf } from './pages.ts';
import { escaped } from './text.ts';

const NAME_MAX = 80;
/** Of a topic and a purpose. */
const TEXT_MAX = 250;
/** A name that others have is followed by `-2`, up to this. */
const NAMES_MAX = 9;
const PAGE = 1000;
/** Of a group: everybody of a large company is not who responds. */
const MEMBERS_MAX = 50;

interface Found {
  id: string;
  archived: boolean;
  creator: string;
  purpose: string;
}

export function slackRooms(call: SlackCall, conversations: Conversations): ChannelRooms {
  async function search(name: string): Promise<Found | null> {
    const args = { types: 'public_channel', exclude_archived: false, limit: PAGE };
    for await (const page of pagesOf(call, { method: 'conversations.list', args, of: 'channels' })) {
      const found = page.find((each) => each.name === name);
      if (found)
        return {
          id: String(found.id),
          archived: found.is_archived === true,
          creator: String(found.creator ?? ''),
          purpose: String((found.purpose as { value?: unknown } | undefined)?.value ?? ''),
        };
    }
    return null;
  }

  /** Null: somebody else has that name. */
  async function makeOrFind(name: string, mark: string): Promise<Found | null> {
    try {
      const { channel } = await call('conversations.create', { name });
      const id = (channel as { id?: unknown } | undefined)?.id;
      if (typeof id !== 'string')
        throw new ToolError('unknown', 'Slack (conversations.create): answered without its id');
      return { id, archived: false, creator: '', purpose: '' };
    } catch (error) {
      if (!says(error, 'name_taken')) throw error;
    }
    const found = await search(name);
    if (!found) return null;
    if (found.purpose.includes(mark)) return found;
    // Made by us, and nobody came to give it its mark.
    const { user_id: self } = await call('auth.test', {});
    return found.purpose === '' && found.creator === self ? found : null;
  }

  /** A group cannot be invited as one. https://docs.slack.dev/reference/methods/usergroups.users.list */
  async function membersOf(usergroup: string): Promise<string[]> {
    const { users } = await call('usergroups.users.list', { usergroup });
    return Array.isArray(users) ? users.map(String).filter(isSlackPerson).slice(0, MEMBERS_MAX) : [];
  }

  return {
    async open({ name, mark, topic }: WantedRoom) {
      for (let number = 1; number <= NAMES_MAX; number += 1) {
        const tried = numbered(name, number);
        const room = await makeOrFind(tried, mark);
        if (room === null) continue;
        if (room.archived)
          await unlessSaid('not_archived', call('conversations.unarchive', { channel: room.id }));
        if (!room.purpose.includes(mark))
          await call('conversations.setPurpose', { channel: room.id, purpose: mark });
        await call('conversations.setTopic', { channel: room.id, topic: escapedWithin(topic) });
        conversations.learn(`#${tried}`, room.id);
        return { conversation: `#${tried}` };
      }
      throw new ToolError(
        'failed',
        `Slack (conversations.create): name_taken: others have ${name} and what follows it`,
      );
    },
    async invite(conversation, ids) {
      const channel = await conversations.idOf(conversation);
      const refused: unknown[] = [];
      const people = new Set(ids.filter(isSlackPerson));
      for (const group of ids.filter(isSlackGroup))
        for (const user of await membersOf(group).catch((error: unknown) => {
          refused.push(error);
          return [];
        }))
          people.add(user);
      // One by one: of several, one that cannot be invited keeps all others out.
      for (const user of people)
        await unlessSaid('already_in_channel', call('conversations.invite', { channel, users: user })).catch(
          (error: unknown) => refused.push(error),
        );
      if (refused.length > 0) throw refused[0];
    },
    async setTopic(conversation, topic) {
      const channel = await conversations.idOf(conversation);
      await call('conversations.setTopic', { channel, topic: escapedWithin(topic) });
    },
    async archive(conversation) {
      const channel = await conversations.idOf(conversation);
      await unlessSaid('already_archived', call('conversations.archive', { channel }));
      conversations.forget(conversation);
    },
  };
}

/** Lower-case letters, digits and dashes, as Slack's names are. */
function numbered(name: string, number: number): string {
  const end = number === 1 ? '' : `-${number}`;
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
  return `${clean.slice(0, NAME_MAX - end.length).replace(/-$/, '')}${end}`;
}

/** Slack counts what it is sent: an `&` is five characters there. Cut between characters, and never inside an entity. */
function escapedWithin(text: string): string {
  const whole = escaped(text);
  if (whole.length <= TEXT_MAX) return whole;
  let kept = '';
  for (const character of text) {
    const next = kept + escaped(character);
    if (next.length > TEXT_MAX - 1) break;
    kept = next;
  }
  return `${kept}…`;
}

async function unlessSaid(reason: string, made: Promise<unknown>): Promise<void> {
  await made.catch((error: unknown) => {
    if (!says(error, reason)) throw error;
  });
}

function says(error: unknown, reason: string): boolean {
  return error instanceof SlackError && error.reason === reason;
}
