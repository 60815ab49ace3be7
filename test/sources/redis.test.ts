// The parts any source with a Redis can use, against the real server where one is installed, and pure ones anywhere.
import { createClient } from '@redis/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRedis, type RedisLink, type RedisPlace } from '../../src/sources/redis-connection.ts';
import { hitRate, parseInfo, rebuildMs } from '../../src/sources/redis-info.ts';
import { countKeys, flushEverything, readInfos, removeKeys } from '../../src/sources/redis-keys.ts';
import { isEverything, redisGlob } from '../../src/sources/redis-pattern.ts';
import { redisProgram, startRealRedis } from '../support/real-redis.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;

async function connect(port: number, more: Partial<RedisPlace> = {}): Promise<RedisLink> {
  const place = {
    name: 'the cache',
    host: '127.0.0.1',
    port,
    tls: false,
    cluster: false,
    auth: null,
    ...more,
  };
  const link = await until(() => openRedis(place, never).catch(() => null), 50);
  onTestFinished(() => link.close());
  return link;
}

const send = (link: RedisLink, ...words: (string | Buffer)[]) => link.primaries[0]?.send(words);
const total = async (link: RedisLink) =>
  (await readInfos(link, 'the cache')).reduce(
    (sum, { keys }) => sum + [...keys.values()].reduce((a, b) => a + b, 0),
    0,
  );

describe.skipIf(redisProgram === undefined)(
  `a real ${redisProgram ?? 'redis-server (not installed: skipped)'}`,
  () => {
    test('a pattern means what it says, and nothing in it is an operator but the star', async () => {
      const link = await connect(await startRealRedis());
      const keys = ['sess:1', 'sess:22', 'sess?', 'sessX', 'sess[1]', 'a\\b', 'a^b', 'x'];
      for (const key of keys) await send(link, 'SET', key, '1');
      const count = async (pattern: string) =>
        (await countKeys(link, { pattern, total: keys.length, name: 'the cache' }, never)).keys;
      const expected = {
        'sess:*': 2,
        'sess?': 1,
        'sess[1]': 1,
        'a\\b': 1,
        'a^b': 1,
        '*:*': 2,
        x: 1,
        nothing: 0,
        '*': 8,
      };
      for (const [pattern, number] of Object.entries(expected))
        expect([pattern, await count(pattern)]).toEqual([pattern, number]);
      expect(await removeKeys(link, { pattern: 'sess?', name: 'the cache' }, never)).toBe(1);
      expect(await total(link)).toBe(7);
    });

    test('thousands of keys go in steps, and every other stays', async () => {
      const link = await connect(await startRealRedis());
      for (let first = 0; first < 5000; first += 1000) {
        const pairs = Array.from({ length: 1000 }, (_, index) => [`sess:${first + index}`, 'v']).flat();
        await send(link, 'MSET', ...pairs, `cart:${first}`, 'v');
      }
      expect(await countKeys(link, { pattern: 'sess:*', total: 5005, name: 'c' }, never)).toEqual({
        keys: 5000,
        estimated: false,
      });
      expect(await removeKeys(link, { pattern: 'sess:*', name: 'c' }, never)).toBe(5000);
      expect(await total(link)).toBe(5);
    });

    test('keys that are no text are removed byte for byte', async () => {
      const link = await connect(await startRealRedis());
      const [odd, near] = [Buffer.from([0x62, 0xff, 0x00, 0xfe]), Buffer.from([0x63, 0xff])];
      await send(link, 'SET', odd, 'v');
      await send(link, 'SET', near, 'v');
      expect(await removeKeys(link, { pattern: 'b*', name: 'c' }, never)).toBe(1);
      expect(await send(link, 'EXISTS', near)).toBe(1);
    });

    test('a flush of everything takes all databases', async () => {
      const link = await connect(await startRealRedis());
      await send(link, 'SET', 'a', '1');
      await send(link, 'SELECT', '3');
      await send(link, 'SET', 'b', '1');
      const [info] = await readInfos(link, 'c');
      expect(info).toMatchObject({ primary: true, lookups: { hits: 0, misses: 0 } });
      expect([...(info?.keys ?? [])]).toEqual([
        [0, 1],
        [3, 1],
      ]);
      await flushEverything(link, 'c', never);
      expect(await total(link)).toBe(0);
    });

    test('a login is asked for, and a wrong one is said without it', async () => {
      const port = await startRealRedis('--requirepass', 'hunter2');
      const link = await connect(port, { auth: { password: 'hunter2' } });
      expect(await total(link)).toBe(0);
      const place = { name: 'the cache', host: '127.0.0.1', port, tls: false, cluster: false };
      await expect(openRedis({ ...place, auth: { password: 'swordfish' } }, never)).rejects.toMatchObject({
        outcome: 'failed',
        message: 'the cache does not take our login',
      });
      await expect(
        openRedis({ ...place, auth: null }, never).then((open) => {
          onTestFinished(() => open.close());
          return readInfos(open, 'the cache');
        }),
      ).rejects.toThrow(/NOAUTH/);
    });

    test('a replica is no place for a change', async () => {
      const primary = await startRealRedis();
      const replica = await connect(await startRealRedis('--replicaof', '127.0.0.1', String(primary)));
      await expect(readInfos(replica, 'the cache')).rejects.toThrow(
        'what answers for the cache is a replica',
      );
    });

    test('a cluster of two shards is counted, cleaned and flushed', async () => {
      const ports = [
        await startRealRedis('--cluster-enabled', 'yes'),
        await startRealRedis('--cluster-enabled', 'yes'),
      ];
      const nodes = await Promise.all(
        ports.map((port) =>
          until(async () => {
            const client = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {});
            return client.connect().catch(() => null);
          }, 50),
        ),
      );
      onTestFinished(() => {
        for (const node of nodes) node.destroy();
      });
      await nodes[0]?.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '8191']);
      await nodes[1]?.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '8192', '16383']);
      await nodes[0]?.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(ports[1])]);
      await until(async () => {
        const states = await Promise.all(nodes.map((node) => node.sendCommand(['CLUSTER', 'INFO'])));
        return states.every((state) => String(state).includes('cluster_state:ok'));
      }, 50);
      const link = await connect(ports[0] ?? 0, { cluster: true });
      expect(link.primaries).toHaveLength(2);
      for (let index = 0; index < 200; index += 1) {
        const key = `sess:${index}`;
        for (const node of nodes) await node.sendCommand(['SET', key, 'v']).catch(() => {});
      }
      expect(await total(link)).toBe(200);
      expect(await removeKeys(link, { pattern: 'sess:1*', name: 'c' }, never)).toBe(111);
      expect(await total(link)).toBe(89);
      await flushEverything(link, 'c', never);
      expect(await total(link)).toBe(0);
    });
  },
);

describe('INFO', () => {
  test('of anything else says nothing, and never nought', () => {
    for (const text of [
      '',
      '<html>',
      'keyspace_hits:lots\r\nrole',
      'db0:keys=,expires=1',
      '\u0000'.repeat(1000),
    ]) {
      expect(parseInfo(text)).toMatchObject({ primary: false, lookups: null });
      expect(parseInfo(text).keys.size).toBe(0);
    }
  });

  test('of a Valkey has its own version', () => {
    expect(parseInfo('redis_version:7.2.4\r\nvalkey_version:8.0.1\r\nrole:master\r\n')).toMatchObject({
      version: '8.0.1',
      primary: true,
    });
  });
});

test('what a rebuild takes follows from the hit rate and how often it is asked', () => {
  const of = (keys: number, rate: number | null, perSecond: number | null) =>
    rebuildMs({ keys, hitRate: rate, lookupsPerSecond: perSecond });
  expect(of(1000, 0.5, 100)).toBe(Math.round(Math.LN2 * 10_000));
  expect(of(1000, 1, 100)).toBe(of(1000, 0.99, 100));
  expect(of(2000, 0.9, 100)).toBe(2 * (of(1000, 0.9, 100) ?? 0));
  expect(of(0, null, null)).toBe(0);
  expect(of(10, null, 1)).toBeNull();
  expect(of(10, 0.5, 0)).toBeNull();
  expect(of(1e12, 0.9, 0.001)).toBe(7 * 86_400_000);
  expect(hitRate({ hits: 0, misses: 0 })).toBeNull();
});

test.each([
  ['sess:*', 'sess:*'],
  ['a?[b]^\\', 'a\\?\\[b\\]\\^\\\\'],
])('%j is %j to Redis', (pattern, glob) => {
  expect(redisGlob(pattern)).toBe(glob);
});

test.each([
  [undefined, true],
  ['*', true],
  ['**', true],
  ['a*', false],
  ['', false],
])('%j means everything: %s', (pattern, everything) => {
  expect(isEverything(pattern)).toBe(everything);
});
