// Ours: a Redis on loopback that speaks RESP2 as far as a cache is counted and flushed, alone or as shards of a
// cluster. Where the real one is installed the tests ask it as well.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface RedisOptions {
  password?: string;
  username?: string;
  tls?: { key: string; cert: string };
  /** `slave`: it takes no change. Default: `master`. */
  role?: 'master' | 'slave';
  hits?: number;
  misses?: number;
  uptimeSeconds?: number;
  /** First and last slot it serves. Default: it is no cluster. */
  slots?: [number, number];
  /**
   * In place of the usual answer: an error, the end of the connection, or none; `lost`: it is done, and nothing is
   * answered; `broken`: it is done, and the connection ends. `count`: of this command, from 1.
   */
  trouble?: (command: string, count: number) => 'cut' | 'silent' | 'lost' | 'broken' | `-${string}` | null;
}

export interface FakeRedis {
  port: number;
  /** Each command as it came, without logins. */
  commands: string[][];
  /** Database 0; names as latin1. */
  keys: Set<string>;
  /** How many keys the other databases have. */
  others: Map<number, number>;
  options: RedisOptions;
  /** All shards of the cluster it is one of. */
  shards: FakeRedis[];
  close(): Promise<void>;
}

export async function startRedis(options: RedisOptions = {}): Promise<FakeRedis> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    talk(self, socket);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
  const self: FakeRedis = {
    port: 0,
    commands: [],
    keys: new Set(),
    others: new Map(),
    options,
    shards: [],
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed());
      }),
  };
  server.on('tlsClientError', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  self.port = typeof address === 'object' && address ? address.port : 0;
  self.shards = [self];
  return self;
}

/** Shards that know each other, with the keys where they belong. */
export async function startRedisCluster(count: number, options: RedisOptions = {}): Promise<FakeRedis[]> {
  const size = 16384 / count;
  const shards = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startRedis({ ...options, slots: [Math.floor(index * size), Math.floor((index + 1) * size) - 1] }),
    ),
  );
  for (const shard of shards) shard.shards = shards;
  return shards;
}

/** Puts a key where a client would. */
export function put(shards: readonly FakeRedis[], key: string): void {
  const slot = slotOf(key);
  shards.find((shard) => owns(shard, slot))?.keys.add(key);
}

function owns({ options: { slots } }: FakeRedis, slot: number): boolean {
  return slots === undefined || (slot >= slots[0] && slot <= slots[1]);
}

function talk(redis: FakeRedis, socket: Socket): void {
  let buffer = Buffer.alloc(0);
  let known = redis.options.password === undefined;
  const counts = new Map<string, number>();
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const read = readCommand(buffer);
      if (read === null) return;
      buffer = buffer.subarray(read.bytes);
      const name = (read.words[0] ?? '').toUpperCase();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (name === 'AUTH') {
        known = isLogin(redis.options, read.words.slice(1));
        socket.write(
          known ? '+OK\r\n' : '-WRONGPASS invalid username-password pair or user is disabled.\r\n',
        );
        continue;
      }
      if (!known) {
        socket.write('-NOAUTH Authentication required.\r\n');
        continue;
      }
      redis.commands.push(read.words);
      const trouble = redis.options.trouble?.(name, counts.get(name) ?? 1) ?? null;
      if (trouble === 'cut') return void socket.destroy();
      if (trouble === 'lost' || trouble === 'broken') answer(redis, name, read.words.slice(1));
      if (trouble === 'broken') return void socket.destroy();
      if (trouble === 'silent' || trouble === 'lost') continue;
      socket.write(trouble === null ? answer(redis, name, read.words.slice(1)) : `${trouble}\r\n`, 'latin1');
    }
  });
}

function isLogin({ password, username = 'default' }: RedisOptions, words: string[]): boolean {
  return words.length === 1 ? words[0] === password : words[0] === username && words[1] === password;
}

function answer(redis: FakeRedis, name: string, words: string[]): string {
  const { options } = redis;
  switch (name) {
    case 'INFO': {
      const lines = [
        '# Server',
        'redis_version:7.2.4',
        `uptime_in_seconds:${options.uptimeSeconds ?? 3600}`,
        '# Stats',
        `keyspace_hits:${options.hits ?? 0}`,
        `keyspace_misses:${options.misses ?? 0}`,
        '# Replication',
        `role:${options.role ?? 'master'}`,
        '# Keyspace',
        ...(redis.keys.size > 0 ? [`db0:keys=${redis.keys.size},expires=0,avg_ttl=0`] : []),
        ...[...redis.others].map(([database, count]) => `db${database}:keys=${count},expires=0,avg_ttl=0`),
      ];
      return bulk(`${lines.join('\r\n')}\r\n`);
    }
    case 'SCAN':
      return scan(redis, words);
    case 'UNLINK': {
      const moved = words.map(slotOf).find((slot) => !owns(redis, slot));
      if (moved !== undefined) {
        const to = redis.shards.find((shard) => owns(shard, moved));
        return `-MOVED ${moved} 127.0.0.1:${to?.port ?? 0}\r\n`;
      }
      if (options.slots && new Set(words.map(slotOf)).size > 1)
        return "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
      if (options.role === 'slave') return "-READONLY You can't write against a read only replica.\r\n";
      return `:${words.filter((key) => redis.keys.delete(key)).length}\r\n`;
    }
    case 'FLUSHALL':
      if (options.role === 'slave') return "-READONLY You can't write against a read only replica.\r\n";
      redis.keys.clear();
      redis.others.clear();
      return '+OK\r\n';
    case 'CLUSTER': {
      const shards = redis.shards.filter((shard) => shard.options.slots);
      const rows = shards.map(({ port, options: { slots = [0, 0] } }) => {
        const node = `*3\r\n${bulk('127.0.0.1')}:${port}\r\n${bulk(`node-${port}`)}`;
        return `*3\r\n:${slots[0]}\r\n:${slots[1]}\r\n${node}`;
      });
      return `*${rows.length}\r\n${rows.join('')}`;
    }
    case 'PING':
      return '+PONG\r\n';
    default:
      return `-ERR unknown command '${name}'\r\n`;
  }
}

/** The last key each cursor stands behind, so that what is removed meanwhile moves no other, as Redis promises. */
const cursors = new WeakMap<FakeRedis, string[]>();

/** Keys in a fixed order, `COUNT` of them looked at each time. */
function scan(redis: FakeRedis, words: string[]): string {
  const of = (name: string) => words[words.findIndex((word) => word.toUpperCase() === name) + 1] ?? '';
  const known = cursors.get(redis) ?? [];
  cursors.set(redis, known);
  const behind = known[Number(words[0]) - 1];
  const count = Number(of('COUNT')) || 10;
  const left = [...redis.keys].sort().filter((key) => behind === undefined || key > behind);
  const fits = globOf(of('MATCH'));
  const looked = left.slice(0, count);
  const found = looked.filter((key) => fits.test(key));
  const next = left.length > count ? known.push(looked.at(-1) ?? '') : 0;
  return `*2\r\n${bulk(String(next))}*${found.length}\r\n${found.map(bulk).join('')}`;
}

/** `*`, `?`, `[…]` and a backslash, as Redis reads them. */
function globOf(glob: string): RegExp {
  const parts = glob.match(/\\.|\[[^\]]*\]|./gs) ?? [];
  const pattern = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[')) return part;
    const plain = part.startsWith('\\') ? part.slice(1) : part;
    return plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pattern.join('')}$`, 's');
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** Null: not whole yet. Words as latin1, byte for byte. */
function readCommand(buffer: Buffer): { words: string[]; bytes: number } | null {
  const text = buffer.toString('latin1');
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return null;
  let at = head[0].length;
  const words: string[] = [];
  for (let index = 0; index < Number(head[1]); index += 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (!size) return null;
    at += size[0].length;
    const end = at + Number(size[1]);
    if (text.length < end + 2) return null;
    words.push(text.slice(at, end));
    at = end + 2;
  }
  return { words, bytes: at };
}

/** CRC16 (XMODEM) of the key, or of what stands in its first braces, modulo 16384: the cluster specification. */
export function slotOf(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
  let crc = 0;
  for (const byte of Buffer.from(tag, 'latin1')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % 16384;
}
