// A connection to a Redis or Valkey, alone or in cluster mode, for one question or one change; not an adapter yet.
import { ToolError } from '../domain/errors.ts';

export interface RedisPlace {
  /** For sentences: "the cache sessions". */
  name: string;
  host: string;
  port: number;
  tls: boolean;
  /** Keys are spread over shards. */
  cluster: boolean;
  /** Null: it asks for none. */
  auth: { username?: string | undefined; password: string } | null;
  /** PEM of an authority of one's own; else those Node trusts. */
  ca?: string | undefined;
}

export type RedisWord = string | Buffer;

export interface RedisPrimary {
  /** For sentences: where it is. */
  address: string;
  /** Texts come as bytes. Errors: those of the client. */
  send(words: readonly RedisWord[]): Promise<unknown>;
}

export interface RedisLink {
  primaries: readonly RedisPrimary[];
  /** Gives how many there were, wherever they are kept. */
  unlink(keys: readonly Buffer[]): Promise<number>;
  close(): void;
}

const CONNECT_MS = 5_000;
/** A server that says nothing for so long is not waited for. */
const SILENT_MS = 10_000;

/** Open until `close` or the end of the signal. Errors: ToolError 'retry' out of reach, 'failed' for a wrong login. */
export async function openRedis(place: RedisPlace, signal: AbortSignal): Promise<RedisLink> {
  signal.throwIfAborted();
  const link = await (place.cluster ? openCluster(place) : openSingle(place)).catch((error: unknown) => {
    throw connectionError(place, error);
  });
  if (signal.aborted) {
    link.close();
    throw new ToolError('retry', `${place.name} did not answer in time`);
  }
  signal.addEventListener('abort', () => link.close(), { once: true });
  return link;
}

async function openSingle(place: RedisPlace): Promise<RedisLink> {
  const { createClient, RESP_TYPES } = await import('@redis/client');
  const errors = firstError();
  const client = createClient({ ...login(place), ...QUIET, socket: socketOf(place) }).on(
    'error',
    errors.keep,
  );
  await client.connect().catch((error: unknown) => {
    throw errors.first() ?? error;
  });
  // A mapping of the client itself does not reach commands that are sent as words.
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
  const send = (words: readonly RedisWord[]) => client.sendCommand(words, { typeMapping });
  return {
    primaries: [{ address: `${place.host}:${place.port}`, send }],
    unlink: async (keys) => countOf(await send(['UNLINK', ...keys])),
    close: () => {
      if (client.isOpen) client.destroy();
    },
  };
}

async function openCluster(place: RedisPlace): Promise<RedisLink> {
  const { createCluster, RESP_TYPES } = await import('@redis/client');
  const errors = firstError();
  const { host, port, ...socket } = socketOf(place);
  const cluster = createCluster({
    rootNodes: [{ socket: { ...socket, host, port } }],
    defaults: { ...login(place), ...QUIET, socket },
  });
  cluster.on('error', errors.keep).on('node-error', errors.keep);
  await cluster.connect().catch((error: unknown) => {
    throw errors.first() ?? error;
  });
  const clients: { isOpen: boolean; destroy(): void }[] = [];
  const primaries = await Promise.all(
    cluster.masters.map(async (master): Promise<RedisPrimary> => {
      const client = await cluster.nodeClient(master);
      clients.push(client);
      const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
      return { address: master.address, send: (words) => client.sendCommand(words, { typeMapping }) };
    }),
  );
  return {
    primaries,
    unlink: async (keys) => {
      // Keys of different slots may not share a command; those sent together share a packet.
      const counts = await Promise.all(keys.map((key) => cluster.sendCommand(key, false, ['UNLINK', key])));
      return counts.reduce<number>((sum, count) => sum + countOf(count), 0);
    },
    close: () => {
      // It throws where one of its connections broke by itself; the others are closed all the same.
      if (!cluster.isOpen) return;
      try {
        cluster.destroy();
      } catch {
        for (const client of clients) if (client.isOpen) client.destroy();
      }
    },
  };
}

/** Nothing is sent but what is asked for here. */
const QUIET = { disableClientInfo: true, maintNotifications: 'disabled' } as const;

function login({ auth }: RedisPlace) {
  if (auth === null) return {};
  return { password: auth.password, ...(auth.username === undefined ? {} : { username: auth.username }) };
}

function socketOf({ host, port, tls, ca }: RedisPlace) {
  // Not connected anew by itself: a change whose connection broke must not go on without being looked at.
  const common = {
    host,
    port,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    reconnectStrategy: false as const,
  };
  return tls ? { ...common, tls: true as const, ...(ca === undefined ? {} : { ca }) } : common;
}

/** The client says why in an event, and something vaguer in what it throws. */
function firstError() {
  let found: unknown;
  return {
    keep: (error: unknown) => {
      found ??= error;
    },
    first: () => found,
  };
}

function countOf(reply: unknown): number {
  return typeof reply === 'number' ? reply : Number(reply) || 0;
}

function connectionError({ name, auth }: RedisPlace, error: unknown): ToolError {
  const text = error instanceof Error ? error.message : String(error);
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH))/i.test(text)) {
    const what = auth === null ? 'asks for a login, and none is set' : 'does not take our login';
    return new ToolError('failed', `${name} ${what}`, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = /CERT|TLS|SSL|self.signed/i.test(`${code} ${text}`)
    ? 'its certificate is not trusted'
    : code || 'no connection';
  return new ToolError('retry', `${name} cannot be reached from here (${why.slice(0, 80)})`, {
    cause: error,
  });
}
