// A connected Slack: what we post there, and what people say there.
import type { ChannelAdapter } from '../../domain/channel.ts';
import type { SayTrouble } from '../../domain/channel-trouble.ts';
import type { Forms, Spoken } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { redact } from '../../domain/redact.ts';
import { slackCalls } from './calls.ts';
import { createSlackChannel, type SlackChannelOptions } from './channel.ts';
import { conversationsOf } from './conversations.ts';
import { putFiles } from './files.ts';
import { restWhereAsked } from './held-methods.ts';
import { slackHook } from './hook.ts';
import { createOrder, placeOf } from './in-order.ts';
import { type RoomNews, roomNewsIn } from './room-news.ts';
import { watchRooms } from './room-watch.ts';
import { smallerWhereRefused } from './smaller.ts';
import { type Envelope, type EnvelopeReply, openSocket } from './socket.ts';
import { LOOK_WITHIN_MS, takeIn } from './take-in.ts';
import { APP_TOKEN, createTroubles, HEARING, watchedCall, watchedChannel } from './troubles.ts';
import { whoWeAre } from './who-we-are.ts';

/** How what people say comes here. */
export type SlackHearing =
  | { by: 'socket'; appToken: string }
  | { by: 'http'; signingSecrets: readonly string[] };

export interface SlackOptions {
  name: string;
  api: URL;
  botToken: string;
  hearing: SlackHearing;
  /** Default: none. */
  linkHosts?: ReadonlySet<string> | undefined;
  /** Before each slash command. Default: none. */
  prefix?: string;
  clock: Clock;
  /** All that a line may begin with. */
  triggers(): Promise<readonly string[]>;
  /** That are posted to, by their names with us. */
  rooms(): Promise<readonly string[]>;
  /** What does not work, and what works again. */
  trouble: SayTrouble;
  hear(spoken: Spoken): Promise<boolean>;
  forms: Forms;
  /** Default: 9 s for an answer, and waits by the clock on the wall. */
  timing?: { answerMs: number; wait(ms: number, signal: AbortSignal): Promise<unknown> };
  log(entry: { level: 'info' | 'warn' | 'error'; event: string; [more: string]: unknown }): void;
}

export async function createSlack(options: SlackOptions): Promise<ChannelAdapter> {
  const { name, api, botToken, hearing, clock, triggers, rooms, timing } = options;
  const troubles = createTroubles(name, options.trouble);
  const calls = await slackCalls({
    token: botToken,
    api,
    ...(timing ? { answerMs: timing.answerMs } : {}),
  });
  const call = smallerWhereRefused(watchedCall(restWhereAsked(calls, clock), troubles));
  const conversations = conversationsOf(call);
  const order = createOrder(LOOK_WITHIN_MS);
  const self = whoWeAre(call, clock);
  let before: string | null | undefined;

  // Asked before anybody speaks, who waits three seconds at most.
  void self.now().catch(() => {});
  const watch = onceKnown(async () => watchRooms({ call, self: (await self.now()).user, troubles, rooms }));

  /** Not waited for: nothing depends on it. */
  const hearOfRoom = (news: RoomNews) =>
    void (async () => {
      const isOurs = news.team === (await self.now()).team || news.team === (await self.again()).team;
      if (isOurs) await (await watch()).heard(news);
    })().catch((error: unknown) =>
      options.log({
        level: 'warn',
        event: 'room-news-not-read',
        channel: name,
        error: redact(error instanceof Error ? error.message : String(error)),
      }),
    );

  const onEnvelope = async ({ type, body }: Envelope): Promise<EnvelopeReply> => {
    const news = roomNewsIn(type, body);
    if (news !== null) return hearOfRoom(news);
    return order.inOrder(placeOf(body), async () =>
      takeIn(type, body, {
        ...options,
        call,
        conversations,
        order,
        self: await self.now(),
        again: self.again,
      }),
    );
  };

  const made = (way: Pick<SlackChannelOptions, 'hook' | 'close'>): ChannelAdapter => {
    const { linkHosts, prefix } = options;
    const channel = {
      name,
      call,
      conversations,
      triggers,
      linkHosts,
      prefix,
      putFile: putFiles(api),
      ...way,
    };
    return watchedChannel(createSlackChannel(channel), { call, conversations, troubles, watch });
  };
  if (hearing.by === 'http') {
    // Of an earlier life in Socket Mode.
    for (const about of [APP_TOKEN, HEARING]) troubles.over(about);
    const hook = slackHook({
      signingSecrets: hearing.signingSecrets,
      clock,
      onSigned: troubles.ofSignature,
      onEnvelope,
    });
    return made({ hook, close: async () => {} });
  }
  const socket = await openSocket({
    appToken: hearing.appToken,
    api,
    ...(timing ? { wait: timing.wait } : {}),
    onEnvelope,
    onTrouble(why) {
      const text = why === null || typeof why === 'string' ? why : why.message;
      if (text === before) return;
      before = text;
      if (why === null) {
        for (const about of [APP_TOKEN, HEARING]) troubles.over(about);
        options.log({ level: 'info', event: 'chat-connected', channel: name });
      } else {
        troubles.ofHearing(why);
        options.log({ level: 'warn', event: 'chat-disconnected', channel: name, error: redact(text ?? '') });
      }
    },
  });
  return made({ close: socket.close });
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
