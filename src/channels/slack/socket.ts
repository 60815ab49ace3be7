// Socket Mode: Slack's own client, kept connected by us. It gives up for good on an answer it does not know, such as a
// network that is down while it asks for an address, so it is begun anew each time.
// https://docs.slack.dev/apis/events-api/using-socket-mode
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
  /** Injected by tests. */
  wait?(ms: number): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Slack pings about every ten seconds; one that is silent for this long is gone. */
const SILENCE_MS = 30_000;

/** Connects, and stays so until it is closed. */
export async function openSocket(options: SocketOptions): Promise<{ close(): Promise<void> }> {
  const { SocketModeClient } = await import('@slack/socket-mode');
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
    },
  });
  let closed = false;
  let ended = () => {};
  const closing = new Promise<void>((close) => {
    ended = close;
  });
  const wait = options.wait ?? ((ms) => Promise.race([closing, later(ms)]));

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

  async function stayConnected(): Promise<void> {
    for (let failures = 0; !closed; ) {
      const over = new Promise<void>((disconnected) => client.once('disconnected', () => disconnected()));
      try {
        await client.start();
        failures = 0;
        options.onTrouble(null);
        await over;
      } catch (error) {
        failures += 1;
        options.onTrouble(
          error === undefined
            ? 'the connection was closed'
            : slackError(error, 'apps.connections.open').message,
        );
      }
      if (!closed)
        await wait(Math.min(LONGEST_WAIT_MS, failures === 0 ? 0 : FIRST_WAIT_MS * 2 ** (failures - 1)));
    }
  }

  const staying = stayConnected();
  return {
    async close() {
      closed = true;
      ended();
      await client.disconnect().catch(() => {});
      await staying;
    },
  };
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
