// What Slack tells of people: an envelope of Socket Mode, or what an HTTP request carried, as a line somebody said. Pure.
// https://docs.slack.dev/apis/events-api, /interactivity/implementing-slash-commands, /reference/interaction-payloads
import { click } from './press.ts';
import { typedText } from './text.ts';

export interface SlackSaid {
  /** The same event twice, or by two sockets, is one. */
  key: string;
  team: string;
  user: string;
  /** For people to read; gives no right. */
  userName: string;
  /** Slack's id of the conversation. */
  channel: string;
  /** Of the first message of the thread it was said in; null: in the room. */
  threadTs: string | null;
  text: string;
  /** The button it was; undefined: it was typed. */
  pressed?: { ts: string; digest?: string };
  /** The incident in whose thread it counts as said. */
  about?: number;
  /** With which a form may be opened, within three seconds. */
  triggerId?: string;
  /** Typed as a slash command: Slack takes one in rooms the app is not in, too. */
  slash?: true;
  /** What the words are in a thread of ours, where Slack takes no slash; undefined: the same. */
  inThread?: string;
  bot: boolean;
}

export interface Hearing {
  /** Our own bot user: what it posts is nothing that was said. */
  self: string;
  /** Ours are written without a slash in a thread, where Slack takes none: `rollback #492`. */
  triggers: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** Null: nothing was said to us. */
export function heardIn(type: string, body: unknown, hearing: Hearing): SlackSaid | null {
  if (!isBody(body)) return null;
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

/** Slack keeps `/status` for itself, and another app may have `/rollback`: `/ops-status`, `/acme-rollback`. */
function withoutPrefix(command: string, triggers: readonly string[]): string {
  for (let rest = command; ; ) {
    if (triggers.includes(rest)) return rest;
    const dash = rest.indexOf('-');
    if (dash < 0) return command;
    rest = `/${rest.slice(dash + 1)}`;
  }
}

function slashCommand(body: Body, triggers: readonly string[]): SlackSaid | null {
  const command = text(body.command).toLowerCase();
  const channel = text(body.channel_id);
  const user = text(body.user_id);
  if (!command.startsWith('/') || channel === '' || user === '') return null;
  return {
    key: `slash:${text(body.trigger_id)}`,
    team: text(body.team_id),
    user,
    userName: text(body.user_name) || user,
    channel,
    threadTs: null,
    text: `${withoutPrefix(command, triggers)} ${typedText(text(body.text))}`.trim(),
    slash: true,
    bot: false,
  };
}

/** New ones alone: an edit, a join or a file is nothing that was said to us. */
const SUBTYPES = new Set(['', 'thread_broadcast', 'bot_message']);

function message(body: Body, { self, triggers }: Hearing): SlackSaid | null {
  const event = isBody(body.event) ? body.event : {};
  if (event.type !== 'message' && event.type !== 'app_mention') return null;
  if (!SUBTYPES.has(text(event.subtype))) return null;
  const user = text(event.user) || text(event.bot_id);
  const channel = text(event.channel);
  if (user === '' || user === self || channel === '' || text(event.ts) === '') return null;
  const threadTs = text(event.thread_ts);
  const said = typedText(text(event.text)).trim();
  const toUs = said.startsWith(`<@${self}>`);
  const direct = event.channel_type === 'im';
  const words = toUs
    ? said
        .slice(self.length + 3)
        .replace(/^[:,]/, '')
        .trim()
    : said;
  const command = asCommand(words, triggers);
  const spoken = toUs || direct ? command : words;
  // Two events tell of a message that mentions us: they are one by its place.
  return {
    key: `message:${channel}:${text(event.ts)}`,
    team: homeOf(event, body),
    user,
    userName: user,
    channel,
    threadTs: threadTs === '' ? null : threadTs,
    text: spoken,
    ...(threadTs !== '' && command !== spoken ? { inThread: command } : {}),
    bot: text(event.bot_id) !== '',
  };
}

/**
 * The workspace of who wrote it. In a conversation that workspaces share Slack names it beside the one it was written in;
 * where they differ, or none is named, the person is of no workspace of ours.
 * https://docs.slack.dev/apis/slack-connect
 */
function homeOf(event: Body, body: Body): string {
  const named = [event.user_team, event.source_team, event.team].map(text).filter((team) => team !== '');
  if (named.length === 0) return body.is_ext_shared_channel === true ? '' : text(body.team_id);
  return named.every((team) => team === named[0]) ? (named[0] ?? '') : '';
}

/** Without its slash a word is a command only as it stands: "the post-rollback numbers" are no rollback. */
function asCommand(words: string, triggers: readonly string[]): string {
  const first = (words.split(/\s/, 1)[0] ?? '').toLowerCase();
  const trigger =
    first.startsWith('/') || first === 'ops-status'
      ? withoutPrefix(`/${first.replace(/^\//, '')}`, triggers)
      : `/${first}`;
  return triggers.includes(trigger) ? `${trigger}${words.slice(first.length)}` : words;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
