// What Slack tells of people: an envelope of Socket Mode, or what an HTTP request carried, as a line somebody said. Pure.
// https://docs.slack.dev/apis/events-api, /interactivity/implementing-slash-commands, /reference/interaction-payloads
import { type Fields, fieldsOf, isFields, textOf } from '../../domain/fields.ts';
import { asCommand, withoutName, withoutPrefix } from '../../domain/to-us.ts';
import { click } from './press.ts';
import { typedText } from './text.ts';

export interface SlackSaid {
  /** The same event twice, or by two sockets, is one. */
  key: string;
  team: string;
  user: string;
  /** Slack's id of the conversation. */
  channel: string;
  /** Of the first message of the thread it was said in; null: in the room. */
  threadTs: string | null;
  text: string;
  /** The button it was; undefined: it was typed. */
  pressed?: { ts: string; digest?: string; inRoom?: true };
  /** The incident in whose thread it counts as said. */
  about?: number;
  /** With which a form may be opened, within three seconds. */
  triggerId?: string;
  /** Typed as a slash command: Slack takes one in rooms the app is not in, too. */
  slash?: true;
  /** What the words are where they need no slash: in a thread of ours, and in an incident's own room; undefined: the same. */
  inThread?: string;
  /** It begins with our name, or is a direct message. */
  toUs?: true;
  bot: boolean;
}

export interface Hearing {
  /** Our own bot user: what it posts is nothing that was said. */
  self: string;
  /** Ours are written without a slash in a thread, where Slack takes none: `rollback #492`. */
  triggers: readonly string[];
}

/** Null: nothing was said to us. */
export function heardIn(type: string, body: unknown, hearing: Hearing): SlackSaid | null {
  if (!isFields(body)) return null;
  switch (type) {
    case 'slash_commands':
      return slashCommand(body, hearing.triggers);
    case 'interactive':
      return click(body);
    case 'events_api':
      return message(body, hearing);
    default:
      return null;
  }
}

function slashCommand(body: Fields, triggers: readonly string[]): SlackSaid | null {
  const command = textOf(body.command).toLowerCase();
  const channel = textOf(body.channel_id);
  const user = textOf(body.user_id);
  if (!command.startsWith('/') || channel === '' || user === '') return null;
  return {
    key: `slash:${textOf(body.trigger_id)}`,
    team: textOf(body.team_id),
    user,
    channel,
    threadTs: null,
    text: `${withoutPrefix(command, triggers)} ${typedText(textOf(body.text))}`.trim(),
    slash: true,
    bot: false,
  };
}

/** New ones alone: an edit, a join or a file is nothing that was said to us. */
const SUBTYPES = new Set(['', 'thread_broadcast', 'bot_message']);

function message(body: Fields, { self, triggers }: Hearing): SlackSaid | null {
  const event = fieldsOf(body.event);
  if (event.type !== 'message' && event.type !== 'app_mention') return null;
  if (!SUBTYPES.has(textOf(event.subtype))) return null;
  const user = textOf(event.user) || textOf(event.bot_id);
  const channel = textOf(event.channel);
  if (user === '' || user === self || channel === '' || textOf(event.ts) === '') return null;
  const threadTs = textOf(event.thread_ts);
  const said = typedText(textOf(event.text)).trim();
  // A name that was typed, and not picked from the list that Slack offers, stays words: to whom it is said is plain.
  const ours = said.startsWith(`<@${self}>`)
    ? said
        .slice(self.length + 3)
        .replace(/^[:,]/, '')
        .trim()
    : withoutName(said);
  const toUs = ours !== null;
  const direct = event.channel_type === 'im';
  const words = ours ?? said;
  const command = asCommand(words, triggers);
  const addressed = toUs || direct;
  const spoken = addressed ? command : words;
  // Two events tell of a message that mentions us: they are one by its place.
  return {
    key: `message:${channel}:${textOf(event.ts)}`,
    team: homeOf(event, body),
    user,
    channel,
    threadTs: threadTs === '' ? null : threadTs,
    text: spoken,
    ...(command !== spoken ? { inThread: command } : {}),
    ...(addressed ? { toUs: true as const } : {}),
    bot: textOf(event.bot_id) !== '',
  };
}

/**
 * The workspace of who wrote it. In a conversation that workspaces share Slack names it beside the one it was written in;
 * where they differ, or none is named, the person is of no workspace of ours.
 * https://docs.slack.dev/apis/slack-connect
 */
function homeOf(event: Fields, body: Fields): string {
  const named = [event.user_team, event.source_team, event.team].map(textOf).filter((team) => team !== '');
  if (named.length === 0) return body.is_ext_shared_channel === true ? '' : textOf(body.team_id);
  return named.every((team) => team === named[0]) ? (named[0] ?? '') : '';
}
