// Socket Mode: Slack's own client, kept connected by us. It gives up for good on an answer it does not know, such as a
// network that is down while it asks for an address, so it is begun anew each time.
// https://docs.slack.dev/apis/events-api/using-socket-mode
import { setTimeout as later } from 'node:timers/promises';
import { SILENT, type SlackError, slackError } from './calls.ts';
import { slackFetch } from './fetch.ts';

export interface Envelope {
  type: string;
  body: unknown;
}

/** What Slack shows at once to who did it: an ephemeral message, or what is wrong in a form. Undefined: nothing. */
export type EnvelopeReply = Record<string, unknown> | undefined;

export interface SocketOptions {
  appToken: string;
  api: URL;
  /** Resolves once it is on the disk: only then Slack is told that we have it, with this answer if there is one. */
  onEnvelope(envelope: Envelope): Promise<EnvelopeReply>;
  /** Of a socket from which no ping comes any more. Default 30 s; Slack pings about every ten. */
  silenceMs?: number;
  /** For the answer to a ping of ours. Default 5 s. */
  pongWithinMs?: number;
  /** What held for so long was a connection; what ends sooner is tried again ever more slowly. Default 30 s. */
  steadyMs?: number;
  /** Between two tries. Default: the time passes. */
  wait?(ms: number, signal: AbortSignal): Promise<unknown>;
  /** Null: it is connected. */
  onTrouble(why: SlackError | string | null): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** Slack pings about every ten seconds; one that is silent for this long is gone. */
const SILENCE_MS = 30_000;
const PONG_WITHIN_MS = 5000;

/** A socket that is open and says no hello is none. */
const HELLO_WITHIN_MS = 20_000;
/** Of a goodbye that the other side does not answer. */
const GOODBYE_MS = 2000;

/** What held for so long was a connection; what ends sooner is tried again ever more slowly. */
const STEADY_MS = 30_000;

/** Connects, and stays so until it is closed. */
export async function openSocket(options: SocketOptions): Promise<{ close(): Promise<void> }> {
  const { SocketModeClient } = await import('@slack/socket-mode');
  const fetch = await slackFetch();
  const ending = new AbortController();
  const { signal } = ending;
  const { wait = pause } = options;
  const ended = aborted(signal);

  /** One for each try: a late word of the last socket must not be taken for one of the next. */
  function newClient() {
    const client = new SocketModeClient({
      appToken: options.appToken,
      autoReconnectEnabled: false,
      serverPingTimeout: options.silenceMs ?? SILENCE_MS,
      clientPingTimeout: options.pongWithinMs ?? PONG_WITHIN_MS,
      logger: SILENT,
      clientOptions: {
        slackApiUrl: options.api.href,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        allowAbsoluteUrls: false,
        timeout: 9000,
        fetch: (url, init) =>
          fetch(url as string, {
            ...init,
            signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal,
          }),
      },
    });
    client.on('slack_event', (event: Envelope & { ack(reply?: EnvelopeReply): Promise<void> }) => {
      void options
        .onEnvelope({ type: event.type, body: event.body })
        // An event that is not acknowledged comes again; of a command or a click Slack tells the person that it failed.
        .then((reply) => event.ack(reply))
        .catch((error: unknown) => options.onTrouble(`an event was not taken: ${String(error)}`));
    });
    client.on('error', () => {});
    // It reads what it takes for an event without a look at its form, and a promise that fails there ends the process.
    const [reads] = client.listeners('ws_message');
    client.removeAllListeners('ws_message');
    client.on('ws_message', (...message: unknown[]) => {
      void Promise.resolve(reads?.(...message)).catch((error: unknown) =>
        options.onTrouble(`an envelope could not be read: ${String(error)}`),
      );
    });
    return client;
  }

  /** Resolves when the socket is gone. Errors: it did not come about. */
  async function connectOnce(): Promise<void> {
    const client = newClient();
    try {
      const over = new Promise<void>((gone) => client.once('disconnected', () => gone()));
      await within(HELLO_WITHIN_MS, client.start(), signal);
      options.onTrouble(null);
      await Promise.race([over, ended]);
    } finally {
      // What is half open must not stay beside the next one, nor say anything more.
      client.removeAllListeners('slack_event');
      await within(GOODBYE_MS, client.disconnect()).catch(() => {});
    }
  }

  async function stayConnected(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const steady = after(options.steadyMs ?? STEADY_MS, signal);
      let askedToWaitMs = 0;
      try {
        await connectOnce();
      } catch (error) {
        if (signal.aborted) break;
        const known = error === undefined ? null : slackError(error, 'apps.connections.open');
        askedToWaitMs = known?.retryAfterMs ?? 0;
        options.onTrouble(known ?? 'the connection was closed');
      }
      failures = steady.stop() ? 0 : failures + 1;
      const waitMs = failures === 0 ? 0 : FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10);
      await wait(Math.max(askedToWaitMs, Math.min(LONGEST_WAIT_MS, waitMs)), signal);
    }
  }

  const staying = stayConnected();
  return {
    async close() {
      ending.abort();
      await staying;
    },
  };
}

/** `stop` says whether that time had passed. */
function after(ms: number, signal: AbortSignal): { stop(): boolean } {
  let passed = false;
  const off = new AbortController();
  later(ms, undefined, { signal: AbortSignal.any([signal, off.signal]) }).then(
    () => {
      passed = true;
    },
    () => {},
  );
  return {
    stop() {
      off.abort();
      return passed;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function pause(ms: number, signal: AbortSignal): Promise<unknown> {
  return later(ms, undefined, { signal }).catch(() => {});
}

/** Errors: that of the work; its being late; an AbortError. */
async function within(ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const done = new AbortController();
  const stop = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  const late = later(ms, undefined, { signal: stop }).then(() => {
    throw new Error(`no answer within ${ms / 1000} s`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => {});
    work.catch(() => {});
  }
}
