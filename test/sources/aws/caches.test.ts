import { describe, expect, test } from 'vitest';
import type { ToolError } from '../../../src/domain/errors.ts';
import { cacheTools } from '../../../src/sources/aws/caches.ts';
import { fail, throttle } from '../../support/aws/server.ts';
import { call, change, service } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import { put } from '../../support/redis-server.ts';
import { makeCertificate } from '../../support/tls-certificate.ts';
import { type CacheWorld, cacheWorld, sessions } from './cache-world.ts';
import { changeTool, readTool } from './tools.ts';

const HOUR = 3_600_000;
function describeCache({ aws, options }: CacheWorld, pattern?: string) {
  const args = { service: 'sessions', ...(pattern === undefined ? {} : { pattern }) };
  return readTool(cacheTools(aws.session, options), 'caches.describe').read(args, sessions, call());
}

function inspect({ aws, options }: CacheWorld, pattern?: string) {
  const args = { service: 'sessions', ...(pattern === undefined ? {} : { pattern }) };
  return changeTool(cacheTools(aws.session, options), 'caches.flush').inspect(args, sessions, call());
}

function flush({ aws, options }: CacheWorld, scope: string, signal = call().signal) {
  const tool = changeTool(cacheTools(aws.session, options), 'caches.flush');
  return tool.run({ service: 'sessions' }, sessions, { scope }, { ...change(), signal });
}

/** What ElastiCache says of the group. */
function readOnce({ shards }: CacheWorld): object {
  const endpoint = { Address: '127.0.0.1', Port: shards[0]?.port };
  const node = {
    NodeGroupId: '0001',
    PrimaryEndpoint: endpoint,
    NodeGroupMembers: list('NodeGroupMember', []),
  };
  return {
    ReplicationGroups: list('ReplicationGroup', [
      { ReplicationGroupId: 'sessions', Status: 'available', NodeGroups: list('NodeGroup', [node]) },
    ]),
  };
}

const fill = ({ shards }: CacheWorld, names: readonly string[]) => {
  for (const name of names) put(shards, name);
};
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const named = ({ shards }: CacheWorld) =>
  shards.flatMap((shard) => shard.commands.map(([name = '']) => name));

describe('what is in a cache', () => {
  test('is counted, with the hit rate of the last hour and how long a rebuild takes by it', async () => {
    const setup = await cacheWorld({ hits: 1, misses: 99 });
    fill(setup, numbered('sess:', 3600));
    const at = setup.aws.clock.now() - 600_000;
    setup.aws.server.on('cloudwatch:GetMetricData', {
      MetricDataResults: [
        { Id: 'h0', StatusCode: 'Complete', Timestamps: [new Date(at)], Values: [2700] },
        { Id: 'm0', StatusCode: 'Complete', Timestamps: [new Date(at)], Values: [300] },
      ],
    });
    const state = await describeCache(setup);
    expect(state).toMatchObject({ keys: 3600, keysEstimated: false, hitRate: 0.9 });
    // -ln(1 - 0.9) × 3,600 keys at 10 lookups a second.
    expect(state.rebuildMs).toBe(Math.round(-Math.log(0.1) * 3600 * 100));
    expect(setup.aws.server.inputs('cloudwatch:GetMetricData')[0]?.MetricDataQueries).toMatchObject([
      {
        Id: 'h0',
        MetricStat: { Metric: { Namespace: 'AWS/ElastiCache', MetricName: 'CacheHits' }, Stat: 'Sum' },
      },
      { Id: 'm0' },
    ]);
  });

  test('has its own word on hits where CloudWatch has none', async () => {
    const setup = await cacheWorld({ hits: 7200, misses: 7200, uptimeSeconds: 3600 });
    fill(setup, numbered('k', 40));
    const state = await describeCache(setup);
    expect(state.hitRate).toBe(0.5);
    expect(state.rebuildMs).toBe(Math.round((Math.log(2) * 40 * 1000) / 4));
  });

  test('an empty one, or one nobody has asked yet, is no guess', async () => {
    expect(await describeCache(await cacheWorld())).toMatchObject({ keys: 0, hitRate: null, rebuildMs: 0 });
    const setup = await cacheWorld();
    fill(setup, ['a']);
    expect(await describeCache(setup)).toMatchObject({ keys: 1, hitRate: null, rebuildMs: null });
  });

  test('by a pattern: a star is anything, every other character itself', async () => {
    const setup = await cacheWorld();
    fill(setup, ['sess:1', 'sess:22', 'sess?', 'sess[1]', 'Sess:1', 'x:sess:1', 'a\\b', 'a^b']);
    const count = async (pattern: string) => (await describeCache(setup, pattern)).keys;
    expect(await count('sess:*')).toBe(2);
    expect(await count('*sess:*')).toBe(3);
    expect(await count('sess?')).toBe(1);
    expect(await count('sess[1]')).toBe(1);
    expect(await count('a\\b')).toBe(1);
    expect(await count('a^b')).toBe(1);
    expect(await count('sess:1')).toBe(1);
    expect(await count('*')).toBe(8);
    expect(named(setup)).not.toContain('KEYS');
  });
});

describe('a flush', () => {
  test('of a pattern takes its keys and no other, in bounded steps and without a script', async () => {
    const setup = await cacheWorld();
    fill(setup, [...numbered('sess:', 2600), ...numbered('cart:', 700), 'sess']);
    const shown = await inspect(setup, 'sess:*');
    expect(shown.target).toEqual({ id: 'elasticache:sessions', label: 'sessions' });
    expect(shown.facts).toEqual({ scope: 'sess:*' });
    expect(shown.preview[0]).toEqual({
      text: 'keys like sess:* of the cache sessions: 2,600 keys',
      how: 'measured',
    });
    expect(await flush(setup, 'sess:*')).toEqual({
      summary: 'removed 2,600 keys like sess:* from the cache sessions',
    });
    expect(setup.shards[0]?.keys.size).toBe(701);
    const commands = setup.shards[0]?.commands ?? [];
    expect(new Set(commands.map(([name]) => name))).toEqual(new Set(['INFO', 'SCAN', 'UNLINK']));
    expect(Math.max(...commands.map((words) => words.length))).toBeLessThanOrEqual(501);
    expect(commands.filter(([name]) => name === 'SCAN').every((words) => words[5] === '1000')).toBe(true);
  });

  test('of everything empties every database at once', async () => {
    const setup = await cacheWorld();
    fill(setup, numbered('a', 10));
    setup.shards[0]?.others.set(3, 5);
    const shown = await inspect(setup);
    expect(shown.facts).toEqual({ scope: '*' });
    expect(shown.preview[0]).toEqual({ text: 'everything in the cache sessions: 15 keys', how: 'measured' });
    expect(await flush(setup, '*')).toEqual({ summary: 'flushed everything in the cache sessions' });
    expect(setup.shards[0]?.keys.size).toBe(0);
    expect(setup.shards[0]?.commands.at(-1)).toEqual(['FLUSHALL', 'ASYNC']);
  });

  test('of a pattern says that other databases are not looked through', async () => {
    const setup = await cacheWorld();
    fill(setup, ['a']);
    setup.shards[0]?.others.set(3, 5);
    expect((await inspect(setup, 'a')).preview.map(({ text }) => text)).toContain(
      'only of database 0: 1 other databases have keys too',
    );
  });

  test('an inspection changes nothing, and its facts hold still while keys come and go', async () => {
    const setup = await cacheWorld();
    fill(setup, numbered('a', 5));
    const first = await inspect(setup, 'a*');
    fill(setup, numbered('ab', 5));
    expect((await inspect(setup, 'a*')).facts).toEqual(first.facts);
    expect(setup.shards[0]?.keys.size).toBe(10);
    expect(named(setup)).not.toContain('UNLINK');
  });

  test('keeps keys that are no text apart, byte for byte', async () => {
    const setup = await cacheWorld();
    fill(setup, ['bin:\u00ff\u00fe\u0000', 'bin:\u00ff', 'other']);
    await flush(setup, 'bin:*');
    expect([...(setup.shards[0]?.keys ?? [])]).toEqual(['other']);
  });
});

describe('a cluster', () => {
  test('is counted and flushed shard by shard, each key where it lives', async () => {
    const setup = await cacheWorld({}, { shards: 3 });
    fill(setup, [...numbered('sess:', 900), ...numbered('cart:', 90)]);
    expect(setup.shards.every(({ keys }) => keys.size > 100)).toBe(true);
    const shown = await inspect(setup, 'sess:*');
    expect(shown.preview[0]?.text).toBe('keys like sess:* of the cache sessions: 900 keys, on 3 shards');
    expect((await flush(setup, 'sess:*')).summary).toBe(
      'removed 900 keys like sess:* from the cache sessions',
    );
    expect(setup.shards.reduce((sum, { keys }) => sum + keys.size, 0)).toBe(90);
    await flush(setup, '*');
    expect(setup.shards.map(({ keys }) => keys.size)).toEqual([0, 0, 0]);
  });

  test('whose second shard does not answer is in doubt, with what was done', async () => {
    const setup = await cacheWorld({}, { shards: 2 });
    const second = setup.shards[1];
    if (second) second.options.trouble = (command) => (command === 'FLUSHALL' ? 'cut' : null);
    fill(setup, numbered('a', 10));
    const error = await flush(setup, '*').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ outcome: 'unknown' });
    expect((error as ToolError).message).toMatch(
      /^1 of 2 shards of the cache sessions are flushed; what became of 127\.0\.0\.1:\d+ is not known/,
    );
  });
});

describe('a login', () => {
  test('is given where the cache asks for one', async () => {
    const setup = await cacheWorld({ password: 'hunter2' }, { auth: { password: 'hunter2' } });
    fill(setup, ['a']);
    expect((await describeCache(setup)).keys).toBe(1);
  });

  test('of a user as well, in a cluster too', async () => {
    const login = { username: 'openclaw', password: 'hunter2' };
    const setup = await cacheWorld(login, { shards: 2, auth: login });
    fill(setup, ['a', 'b', 'c']);
    expect((await describeCache(setup)).keys).toBe(3);
  });

  test('that is missing is said with what to type', async () => {
    await expect(describeCache(await cacheWorld({ password: 'hunter2' }))).rejects.toThrow(
      'the cache sessions asks for a password: openclaw source edit "AWS Production" --secret cache-auth=env:NAME',
    );
  });

  test('that is wrong is a refusal without the password in it', async () => {
    const setup = await cacheWorld({ password: 'hunter2' }, { auth: { password: 'swordfish' } });
    const error = await describeCache(setup).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ outcome: 'failed', message: 'the cache sessions does not take our login' });
    expect(JSON.stringify(error)).not.toMatch(/swordfish|hunter2/);
  });
});

describe('TLS', () => {
  const certificate = makeCertificate();
  test.skipIf(certificate === null)('is spoken where ElastiCache says so', async () => {
    if (certificate === null) return;
    const setup = await cacheWorld(
      { tls: certificate, password: 'hunter2' },
      { auth: { password: 'hunter2' } },
    );
    fill(setup, ['a']);
    expect(
      (await describeCache({ ...setup, options: { ...setup.options, ca: certificate.cert } })).keys,
    ).toBe(1);
  });

  test.skipIf(certificate === null)('of an authority nobody knows is not trusted', async () => {
    if (certificate === null) return;
    const setup = await cacheWorld({ tls: certificate });
    await expect(describeCache(setup)).rejects.toThrow(
      'the cache sessions cannot be reached from here (its certificate is not trusted)',
    );
  });
});

describe('what goes wrong', () => {
  test('a replica takes no change, and is not asked for one', async () => {
    const setup = await cacheWorld({ role: 'slave' });
    await expect(flush(setup, '*')).rejects.toThrow('what answers for the cache sessions is a replica');
    expect(named(setup)).not.toContain('FLUSHALL');
  });

  test('out of reach is surely not done', async () => {
    const setup = await cacheWorld();
    // A port that was free a moment ago may be another test's by now; this one is nobody's.
    const shards = setup.shards.map((shard) => ({ ...shard, port: 1 }));
    setup.aws.server.on('elasticache:DescribeReplicationGroups', readOnce({ ...setup, shards }));
    await expect(flush(setup, '*')).rejects.toMatchObject({
      outcome: 'retry',
      message: 'the cache sessions cannot be reached from here (ECONNREFUSED)',
    });
  });

  test('an answer lost in the middle is in doubt, with how many went', async () => {
    const setup = await cacheWorld({
      trouble: (command, count) => (command === 'UNLINK' && count === 2 ? 'cut' : null),
    });
    fill(setup, numbered('a', 1200));
    const error = await flush(setup, 'a*').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ outcome: 'unknown' });
    expect((error as ToolError).message).toMatch(
      /^500 keys of the cache sessions are gone, and perhaps some more/,
    );
  });

  test('an answer lost before the first key is surely not done', async () => {
    const setup = await cacheWorld({ trouble: (command) => (command === 'SCAN' ? 'cut' : null) });
    fill(setup, ['a']);
    await expect(flush(setup, 'a')).rejects.toMatchObject({ outcome: 'retry' });
  });

  test('a server that refuses has done nothing', async () => {
    const setup = await cacheWorld({
      trouble: (command) => (command === 'FLUSHALL' ? '-NOPERM this user has no permissions' : null),
    });
    await expect(flush(setup, '*')).rejects.toMatchObject({ outcome: 'failed' });
  });

  test('a stop in the middle ends it, and says what was done', async () => {
    const stop = new AbortController();
    const setup = await cacheWorld({
      trouble: (command, count) => {
        if (command === 'UNLINK' && count === 2) stop.abort();
        return null;
      },
    });
    fill(setup, numbered('a', 3000));
    await expect(flush(setup, 'a*', stop.signal)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(setup.shards[0]?.keys.size).toBeGreaterThan(0);
  });

  test('a Memcached is no cache we speak to, and no cache at all is said', async () => {
    const { aws, options } = await cacheWorld();
    aws.server.on(
      'elasticache:DescribeReplicationGroups',
      fail('ReplicationGroupNotFoundFault', { status: 404 }),
    );
    aws.server.on('elasticache:DescribeCacheClusters', {
      CacheClusters: list('CacheCluster', [{ CacheClusterId: 'sessions', Engine: 'memcached' }]),
    });
    const setup = { aws, options, shards: [] };
    await expect(describeCache(setup)).rejects.toThrow('is a Memcached');
    aws.server.on('elasticache:DescribeCacheClusters', fail('CacheClusterNotFound', { status: 404 }));
    await expect(describeCache(setup)).rejects.toThrow('AWS Production has no cache sessions');
  });

  test('a node that is part of a group is the group', async () => {
    const setup = await cacheWorld();
    fill(setup, ['a']);
    const { server, session } = setup.aws;
    const group = readOnce(setup);
    server.on('elasticache:DescribeReplicationGroups', (input) =>
      input.ReplicationGroupId === 'sessions'
        ? group
        : fail('ReplicationGroupNotFoundFault', { status: 404 }),
    );
    server.on('elasticache:DescribeCacheClusters', {
      CacheClusters: list('CacheCluster', [
        { CacheClusterId: 'sessions-001', Engine: 'redis', ReplicationGroupId: 'sessions' },
      ]),
    });
    const tool = changeTool(cacheTools(session, setup.options), 'caches.flush');
    const { target } = await tool.inspect(
      { service: 'sessions' },
      service('elasticache:sessions-001'),
      call(),
    );
    expect(target.id).toBe('elasticache:sessions');
  });

  test('a throttled CloudWatch costs the hit rate, not the count', async () => {
    const setup = await cacheWorld({ hits: 1, misses: 1 });
    fill(setup, ['a']);
    setup.aws.server.on('cloudwatch:GetMetricData', throttle());
    expect(await describeCache(setup)).toMatchObject({ keys: 1, hitRate: 0.5 });
    expect(setup.aws.clock.now()).toBeLessThan(Date.parse('2026-11-23T03:14:00Z') + HOUR);
  });
});
