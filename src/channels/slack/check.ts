// Whether Slack would take what we send: as whom, with which rights, in which conversations; and one message, posted,
// edited and read again.
import type { OutgoingPost } from '../../domain/channel.ts';
import { ToolError } from '../../domain/errors.ts';
import { message } from '../../domain/message.ts';
import type { SourceCheck } from '../../domain/tool.ts';
import { type SlackCall, SlackError } from './calls.ts';
import { createSlackChannel } from './channel.ts';
import { listRooms, type Room, whyNotIn } from './check-rooms.ts';
import { conversationsOf } from './conversations.ts';
import { SCOPES } from './manifest.ts';
import { isMoving } from './reasons.ts';
import { slackSigned } from './signature.ts';

export type CheckedHearing =
  /** With the app-level token. */
  | { by: 'socket'; call: SlackCall }
  /** `at`: the whole address Slack calls; null: it is not stored. `now`: ms. */
  | { by: 'http'; at: string | null; path: string; signingSecret: string; now: number };

export interface SlackCheckOptions {
  /** The channel's name, as it is typed in a shell. */
  typed: string;
  /** With the bot's token. */
  call: SlackCall;
  hearing: CheckedHearing;
  /** Where we would post: `#ops-critical`. The first we are in gets the message. */
  rooms: readonly string[];
  /** Contacts who are on Slack, by their ids there. */
  people: readonly { name: string; id: string }[];
  eventId: string;
  /** Of all of it. */
  signal: AbortSignal;
}

const STRANGERS = new Set(['user_not_found', 'users_not_found', 'user_disabled', 'cannot_dm_bot']);
/** Slack's own patience. */
const HEARD_WITHIN_MS = 3000;
const UNREACHED = 'Slack could not be asked';

export async function checkSlack(given: SlackCheckOptions): Promise<SourceCheck> {
  const { signal, hearing } = given;
  const options: SlackCheckOptions = {
    ...given,
    call: untilAborted(given.call, signal),
    hearing: hearing.by === 'socket' ? { by: 'socket', call: untilAborted(hearing.call, signal) } : hearing,
  };
  const told: SourceCheck = { facts: [], problems: [] };
  const bot = await tried(
    told,
    'the bot token does not work',
    () => options.call('auth.test', {}),
    UNREACHED,
  );
  if (bot) {
    told.facts.push({ name: 'workspace', value: `${text(bot.team)} (${text(bot.team_id)})` });
    told.facts.push({ name: 'as', value: `@${text(bot.user)} (${text(bot.user_id)})` });
    checkScopes(bot, given.typed, told);
  }
  await checkHearing(options, told);
  if (bot) await checkRooms(options, told);
  if (bot) await checkPeople(options, told);
  return told;
}

async function checkHearing({ hearing, signal }: SlackCheckOptions, told: SourceCheck): Promise<void> {
  if (hearing.by === 'socket') {
    const opened = await tried(
      told,
      'the app-level token does not work',
      () => hearing.call('apps.connections.open', {}),
      UNREACHED,
    );
    if (opened) told.facts.push({ name: 'hears', value: 'by Socket Mode' });
    return;
  }
  const { at, path } = hearing;
  if (at === null) {
    const value = `by HTTP at ${path}; not tried, its address is not stored (--set url=https://...)`;
    told.facts.push({ name: 'hears', value });
    return;
  }
  const why = await whyNotHeard(at, hearing, signal);
  if (why === null) told.facts.push({ name: 'hears', value: `by HTTP at ${at}` });
  else
    told.problems.push({
      text: `what Slack sends to ${at} would not be heard: ${why}`,
      fix: 'the daemon must run, with the same signing secret, and that address must lead to it: openclaw run',
    });
}

/** Sends what Slack sends to try an address, signed as Slack does. Null: it came to a daemon with that secret. */
async function whyNotHeard(
  at: string,
  { signingSecret, now }: Extract<CheckedHearing, { by: 'http' }>,
  signal: AbortSignal,
): Promise<string | null> {
  const challenge = `openclaw-${now}`;
  const body = JSON.stringify({ type: 'url_verification', challenge });
  const headers = { 'content-type': 'application/json', ...slackSigned(body, signingSecret, now) };
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(HEARD_WITHIN_MS)]);
    const answer = await fetch(at, { method: 'POST', headers, body, redirect: 'error', signal: within });
    const said = (await answer.text()).slice(0, 1000);
    if (answer.status === 401) return 'it is refused: another signing secret there, or no such channel';
    if (!answer.ok) return `it answers ${answer.status}`;
    return said.includes(challenge) ? null : 'another program answers there';
  } catch {
    return 'it cannot be reached';
  }
}

function checkScopes(bot: Readonly<Record<string, unknown>>, typed: string, { problems }: SourceCheck): void {
  const { scopes } = (bot.response_metadata ?? {}) as { scopes?: string[] };
  // A proxy may have left the header out: then nothing is said of them.
  const missing = scopes ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
  if (missing.length > 0)
    problems.push({
      text: `the app lacks ${missing.length === 1 ? 'a scope' : 'scopes'}: ${missing.join(', ')}`,
      fix: `add it under "OAuth & Permissions" of the app, or paste what openclaw channel manifest ${typed} prints, and install the app anew`,
    });
}

/** Each is looked for in one list of all, however many they are. */
async function checkRooms(
  { call, rooms, eventId, signal }: SlackCheckOptions,
  told: SourceCheck,
): Promise<void> {
  const all = await tried(told, 'the conversations of the workspace cannot be listed', () => listRooms(call));
  if (!all) return;
  const joined: string[] = [];
  for (const room of rooms) {
    const problem = whyNotIn(room, all);
    if (problem) told.problems.push(problem);
    else {
      told.facts.push({ name: 'in', value: room });
      joined.push(room);
    }
  }
  const [first] = joined;
  if (first !== undefined) await checkPost(first, { call, eventId, signal, all }, told);
}

async function checkPost(
  room: string,
  {
    call,
    eventId,
    signal,
    all,
  }: Pick<SlackCheckOptions, 'call' | 'eventId' | 'signal'> & { all: readonly Room[] },
  told: SourceCheck,
): Promise<void> {
  const conversations = conversationsOf(call);
  for (const { id, name } of all) conversations.learn(`#${name}`, id);
  const channel = createSlackChannel({ name: 'test', call, conversations, close: async () => {} });
  const post: OutgoingPost = {
    eventId,
    conversation: room,
    threadRemoteId: null,
    message: message('🔧 openclaw tests this channel'),
    mentions: [],
    possibleRepeat: false,
  };
  await tried(told, `a message in ${room} was not posted, edited and read`, async () => {
    const { remoteId } = await channel.send(post, { signal });
    await channel.edit?.(
      remoteId,
      { ...post, message: message('✅ openclaw tested this channel') },
      { signal },
    );
    const found = await channel.find?.(post, { signal });
    if (found?.remoteId !== remoteId) throw new ToolError('failed', 'what was posted cannot be found again');
    told.facts.push({ name: 'posted, edited, read', value: `in ${room}` });
    return true;
  });
}

/** Contacts whose Slack id is nobody's here: another workspace's token, or another person's id. */
async function checkPeople({ call, people }: SlackCheckOptions, told: SourceCheck): Promise<void> {
  for (const { name, id } of people) {
    try {
      await call('conversations.open', { users: id });
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      if (!STRANGERS.has(error.reason ?? '')) continue;
      told.problems.push({
        text: `${name} (${id}) cannot be written to (${error.reason}): is it this workspace, and that person's id?`,
        fix: `openclaw contact edit ${name} --id slack=U...   (in Slack: their profile, "Copy member ID")`,
      });
    }
  }
}

/** What Slack refuses is a problem like any other. */
async function tried<T>(
  { problems }: SourceCheck,
  what: string,
  work: () => Promise<T>,
  /** What it was that failed, where Slack was not reached at all. */
  unreached = what,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const [reason = '', ...hint] = error.message.replace(/^Slack \([\w.]+\): /, '').split(': ');
    // It says nothing of the token, the scopes or the room: Slack was not asked, or could not say.
    const isPassing =
      error.outcome === 'retry' && !(error instanceof SlackError && isMoving(error.reason ?? ''));
    problems.push({
      text: `${isPassing ? unreached : what}: ${reason}`,
      fix:
        hint.join(': ') ||
        (isPassing ? waitFor(error) : 'ask the administrators of the workspace what that means there'),
    });
    return null;
  }
}

function waitFor(error: ToolError): string {
  const isLimited = error instanceof SlackError && error.retryAfterMs !== undefined;
  return isLimited
    ? 'it limits how often it is asked: try again then'
    : 'is the network there? try again in a moment';
}

/** What is not answered by then is not waited for, and what was not begun is not begun. */
function untilAborted(call: SlackCall, signal: AbortSignal): SlackCall {
  const late = (method: string) =>
    new SlackError(
      'retry',
      `Slack (${method}): no answer within the time of the test: is the network there?`,
      {
        cause: signal.reason,
      },
    );
  return async (method, args) => {
    if (signal.aborted) throw late(method);
    try {
      return await call(method, args, signal);
    } catch (error) {
      throw signal.aborted ? late(method) : error;
    }
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '?');
