// A connected Slack: what we post there, and what people say there.
import type { ChannelAdapter } from '../../domain/channel.ts';
import type { Spoken } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { redact } from '../../domain/redact.ts';
import { type SlackCall, slackCalls } from './calls.ts';
import { createSlackChannel } from './channel.ts';
import { type Conversations, conversationsOf } from './conversations.ts';
import { heardIn, type SlackSaid } from './events.ts';
import { openSocket } from './socket.ts';

export interface SlackOptions {
  name: string;
  api: URL;
  botToken: string;
  appToken: string;
  clock: Clock;
  /** All that a line may begin with. */
  triggers(): Promise<readonly string[]>;
  hear(spoken: Spoken): Promise<void>;
  /** Default: 9 s for an answer, and waits by the clock on the wall. */
  timing?: { answerMs: number; wait(ms: number, signal: AbortSignal): Promise<unknown> };
  log(entry: { level: 'info' | 'warn' | 'error'; event: string; [more: string]: unknown }): void;
}

interface Self {
  user: string;
  team: string;
}

/** Of what people said, the name of the place is worth this much of Slack's three seconds. */
const NAME_WITHIN_MS = 1000;

export async function createSlack(options: SlackOptions): Promise<ChannelAdapter> {
  const { name, api, botToken, appToken } = options;
  const call = await slackCalls({
    token: botToken,
    api,
    ...(options.timing ? { answerMs: options.timing.answerMs } : {}),
  });
  const conversations = conversationsOf(call);
  const self = onceKnown(() => whoWeAre(call));
  let trouble: string | null | undefined;

  // Asked before anybody speaks, who waits three seconds at most.
  void self().catch(() => {});
  const socket = await openSocket({
    appToken,
    api,
    ...(options.timing ? { wait: options.timing.wait } : {}),
    async onEnvelope({ type, body }) {
      const { user, team } = await self();
      const said = heardIn(type, body, { self: user, triggers: await options.triggers() });
      // Another workspace's people may share a conversation; no right of ours is theirs.
      if (said === null || said.team !== team) return;
      await options.hear(await spokenOf(said, options, conversations));
    },
    onTrouble(why) {
      if (why === trouble) return;
      trouble = why;
      if (why === null) options.log({ level: 'info', event: 'chat-connected', channel: name });
      else options.log({ level: 'warn', event: 'chat-disconnected', channel: name, error: redact(why) });
    },
  });
  return createSlackChannel({ name, call, conversations, close: socket.close });
}

async function whoWeAre(call: SlackCall): Promise<Self> {
  const { user_id: user, team_id: team } = await call('auth.test', {});
  return { user: String(user), team: String(team) };
}

/** Asked again until it was answered. */
function onceKnown<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function spokenOf(
  said: SlackSaid,
  { name, clock }: SlackOptions,
  conversations: Conversations,
): Promise<Spoken> {
  return {
    key: `${name}:${said.key}`,
    principal: {
      platform: 'slack',
      workspace: said.team,
      userId: said.user,
      displayName: said.userName,
    },
    channel: name,
    conversation: await nameSoon(said.channel, conversations),
    threadRemoteId: said.threadTs === null ? null : `${said.channel}/${said.threadTs}`,
    text: said.text,
    ...(said.inThread === undefined ? {} : { inThread: said.inThread }),
    at: clock.now(),
    bot: said.bot,
    unattended: false,
  };
}

/** Its id, where Slack does not say its name in time. */
async function nameSoon(id: string, conversations: Conversations): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((give) => {
    timer = setTimeout(() => give(id), NAME_WITHIN_MS);
  });
  const named = conversations.nameOf(id).catch(() => id);
  return Promise.race([named, late]).finally(() => clearTimeout(timer));
}
