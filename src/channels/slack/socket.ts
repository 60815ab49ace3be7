// Socket Mode: Slack's own client, kept connected by us. It gives up for good on an answer it does not know, such as a
// network that is down while it asks for an address, so it is begun anew each time.
// https://docs.slack.dev/apis/events-api/using-socket-mode
import { setTimeout as later } from 'node:timers/promises';
import { SILENT, slackError } from './calls.ts';

export interface Envelope {
  type: string;
  body: unknown;
}

export interface SocketOptions {
  appToken: string;
  api: URL;
  /** Resolves once it is on the disk: only then Slack is told that we have it. */
  onEnvelope(envelope: Envelope): Promise<void>;
  onTrouble(why: string | null): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Slack pings about every ten seconds; one that is silent for this long is gone. */
const SILENCE_MS = 30_000;

/** A socket that is open and says no hello is none. */
const HELLO_WITHIN_MS = 20_000;
/** Of a goodbye that the other side does not answer. */
const GOODBYE_MS = 2000;

/** Connects, and stays so until it is closed. */
export async function openSocket(options: SocketOptions): Promise<{ close(): Promise<void> }> {
  const { SocketModeClient } = await import('@slack/socket-mode');
  const ending = new AbortController();
  const { signal } = ending;
  const client = new SocketModeClient({
    appToken: options.appToken,
    autoReconnectEnabled: false,
    serverPingTimeout: SILENCE_MS,
    logger: SILENT,
    clientOptions: {
      slackApiUrl: options.api.href,
      retryConfig: { retries: 0 },
      allowAbsoluteUrls: false,
      timeout: 9000,
      fetch: (url, init) =>
        fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    },
  });

  client.on('slack_event', (event: Envelope & { ack(): Promise<void> }) => {
    void options
      .onEnvelope({ type: event.type, body: event.body })
      // Not acknowledged, it comes again: by this socket or the next one.
      .then(() => event.ack())
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

  /** Resolves when the socket is gone. Errors: it did not come about. */
  async function connectOnce(): Promise<void> {
    const over = new Promise<void>((gone) => client.once('disconnected', () => gone()));
    await within(HELLO_WITHIN_MS, client.start(), signal);
    if (signal.aborted) return;
    options.onTrouble(null);
    await Promise.race([over, aborted(signal)]);
  }

  async function stayConnected(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await connectOnce();
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        options.onTrouble(
          error === undefined
            ? 'the connection was closed'
            : slackError(error, 'apps.connections.open').message,
        );
        await goodbye();
        await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10)), signal);
      }
    }
  }

  /** What is half open must not stay beside the next one. */
  async function goodbye(): Promise<void> {
    await within(GOODBYE_MS, client.disconnect()).catch(() => {});
  }

  const staying = stayConnected();
  return {
    async close() {
      ending.abort();
      await goodbye();
      await staying;
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
