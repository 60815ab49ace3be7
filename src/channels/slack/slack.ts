// A connected Slack: what we post there, and what people say there.
import type { ChannelAdapter } from '../../domain/channel.ts';
import type { Forms, Spoken } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { redact } from '../../domain/redact.ts';
import { type SlackCall, slackCalls } from './calls.ts';
import { createSlackChannel } from './channel.ts';
import { conversationsOf } from './conversations.ts';
import { openSocket } from './socket.ts';
import { takeIn } from './take-in.ts';

export interface SlackOptions {
  name: string;
  api: URL;
  botToken: string;
  appToken: string;
  clock: Clock;
  /** All that a line may begin with. */
  triggers(): Promise<readonly string[]>;
  hear(spoken: Spoken): Promise<boolean>;
  forms: Forms;
  log(entry: { level: 'info' | 'warn' | 'error'; event: string; [more: string]: unknown }): void;
}

/** Who we are there. */
export interface Self {
  user: string;
  team: string;
}

export async function createSlack(options: SlackOptions): Promise<ChannelAdapter> {
  const { name, api, botToken, appToken } = options;
  const call = await slackCalls({ token: botToken, api });
  const conversations = conversationsOf(call);
  const self = onceKnown(() => whoWeAre(call));
  let trouble: string | null | undefined;

  // Asked before anybody speaks, who waits three seconds at most.
  void self().catch(() => {});
  const socket = await openSocket({
    appToken,
    api,
    onEnvelope: async ({ type, body }) =>
      takeIn(type, body, { ...options, call, conversations, self: await self() }),
    onTrouble(why) {
      if (why === trouble) return;
      trouble = why;
      if (why === null) options.log({ level: 'info', event: 'chat-connected', channel: name });
      else options.log({ level: 'warn', event: 'chat-disconnected', channel: name, error: redact(why) });
    },
  });
  return createSlackChannel({ name, call, conversations, triggers: options.triggers, close: socket.close });
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
