import { describe, expect, test } from 'vitest';
import type { ReadResults } from '../../../src/domain/capability.ts';
import { checkFacts } from '../../../src/planners/claude/check-facts.ts';
import { MOST_READING, type ReadAsText, readingOf } from '../../../src/planners/claude/reading-text.ts';

const NOW = Date.parse('2026-03-07T03:20:00Z');
const at = (time: string) => Date.parse(`2026-03-07T${time}Z`);
const FACTS = { now: NOW, zone: 'UTC', startedAt: at('03:14:00') };

type Results = Pick<ReadResults, ReadAsText>;
const RESULTS: Results = {
  'services.list': [
    { service: 'api', desired: 2, running: 2, healthy: 2, instances: [] },
    { service: 'shop', desired: 3, running: 3, healthy: 2, instances: [] },
  ],
  'services.health': {
    service: 'shop',
    desired: 3,
    running: 3,
    healthy: 2,
    release: '492',
    instances: [
      { id: 'shop-prod-01', state: 'healthy' },
      { id: 'shop-prod-03', state: 'unhealthy', detail: 'probe failed: 503' },
    ],
    notes: ['replaced one instance 4 minutes ago'],
  },
  'deploys.list': [
    {
      number: '491',
      author: 'ann',
      title: 'chore: deps',
      at: at('01:01:00'),
      status: 'succeeded',
      rolledBack: true,
    },
    {
      number: '492',
      author: '@mike',
      title: 'fix: cache TTL update',
      at: at('03:01:00'),
      status: 'succeeded',
      rolledBack: false,
    },
  ],
  'deploys.compare': {
    commits: [{ sha: '0a1b2c3d4e5f60718293', title: 'fix: cache TTL update', author: 'mike' }],
    files: ['src/cache.ts'],
    migrations: ['0042_orders.sql'],
    services: { touched: ['shop'], elsewhere: 1 },
    changes: ['memory limit 512 MB → 256 MB'],
  },
  'databases.describe': {
    cluster: 'orders',
    engine: 'aurora-postgresql',
    primary: 'orders-1',
    replicas: [{ id: 'orders-2', lagMs: 20 }],
    downtimeMs: 45_000,
    downtimeFrom: 'as long as its last failover took',
    events: [{ at: at('02:00:00'), text: 'backup finished' }],
  },
  'caches.describe': { keys: 12_345, hitRate: 0.31, rebuildMs: 240_000, keysEstimated: true },
  'disk.usage': [{ mount: '/var', totalBytes: 1e12, usedBytes: 8.12e11, percent: 81.2 }],
};

const read = <C extends ReadAsText>(capability: C, result: Results[C] = RESULTS[capability]) =>
  readingOf(capability, result as ReadResults[C], FACTS);

describe('a result is', () => {
  test('of deploys: the newest first, and how long before the incident', () => {
    expect(read('deploys.list').split('\n')).toEqual([
      '#492 (@mike — "fix: cache TTL update") at 03:01 UTC, succeeded, 13 minutes before the incident',
      '#491 (@ann — "chore: deps") at 01:01 UTC, succeeded, rolled back, 2 hours 13 minutes before the incident',
    ]);
  });

  test('of the others: what a colleague would read out', () => {
    expect(read('services.health')).toBe(
      'shop: 🟡 2 of 3 healthy, release 492\nshop-prod-03: unhealthy (probe failed: 503)\nshop: replaced one instance 4 minutes ago',
    );
    expect(read('deploys.compare').split('\n')).toEqual([
      '1 commit, 1 file, 1 migration: 0042_orders.sql',
      '0a1b2c3 fix: cache TTL update (@mike)',
      'files: src/cache.ts',
      'services touched: shop',
      'memory limit 512 MB → 256 MB',
    ]);
    expect(read('databases.describe').split('\n')).toEqual([
      'orders: aurora-postgresql, primary orders-1',
      'replica orders-2: 20 ms behind',
      'a failover takes about 45 seconds (as long as its last failover took)',
      '02:00 UTC backup finished',
    ]);
    expect(read('caches.describe')).toBe('about 12,345 keys\nhit rate 31%\nwarm again in about 4 minutes');
    expect(read('disk.usage')).toBe('/var: 81.2% used, 812 GB of 1 TB');
  });

  test('in the zone of the people here', () => {
    const text = readingOf('deploys.list', RESULTS['deploys.list'], { ...FACTS, zone: 'Europe/Berlin' });
    expect(text).toMatch(/at 04:01 (?:CET|GMT\+1),/);
  });

  test('said to be empty where it is', () => {
    expect(read('deploys.list', [])).toBe('deploys.list: nothing was found');
  });
});

test.each(Object.keys(RESULTS) as ReadAsText[])('what %s says is evidence of itself', (capability) => {
  const text = read(capability);
  const evidence = { now: NOW, zone: 'UTC', services: [], instants: [FACTS.startedAt] };
  expect(checkFacts(text, { ...evidence, results: [text] })).toEqual({ text, struck: [], statements: 0 });
});

describe('however much there is, it stays small', () => {
  const long = 'x'.repeat(5_000);
  const much = <T>(item: (index: number) => T) => Array.from({ length: 2_000 }, (_, index) => item(index));
  const HUGE: Results = {
    'services.list': much((index) => ({
      service: `${long}${index}`,
      desired: 9,
      running: 9,
      healthy: 1,
      instances: [],
    })),
    'services.health': {
      service: long,
      desired: 9,
      running: 9,
      healthy: 1,
      release: long,
      instances: much((index) => ({ id: `${long}${index}`, state: 'unhealthy', detail: long })),
      notes: much(() => long),
    },
    'deploys.list': much((index) => ({
      number: `${index}${long}`,
      author: long,
      title: long,
      at: NOW,
      status: 'succeeded',
      rolledBack: true,
    })),
    'deploys.compare': {
      commits: much(() => ({ sha: long, title: long, author: long })),
      files: much(() => long),
      migrations: much(() => long),
      services: { touched: much(() => long), elsewhere: null },
      changes: much(() => long),
    },
    'databases.describe': {
      cluster: long,
      engine: long,
      primary: long,
      status: long,
      replicas: much(() => ({ id: long, lagMs: 1e15 })),
      downtimeMs: 1,
      downtimeFrom: long,
      events: much(() => ({ at: NOW, text: long })),
    },
    'caches.describe': { keys: 1e308, hitRate: 1e308, rebuildMs: 1e308 },
    'disk.usage': much(() => ({ mount: long, totalBytes: 1e308, usedBytes: 1, percent: 1 })),
  };

  test.each(Object.keys(HUGE) as ReadAsText[])('%s', (capability) => {
    const text = read(capability, HUGE[capability]);
    expect(text.length).toBeLessThanOrEqual(MOST_READING);
    expect(text).not.toMatch(/[\p{Cc}\u2028\u2029](?<!\n)/u);
  });

  test('what is left out is counted', () => {
    const text = read('deploys.list', HUGE['deploys.list']);
    const shown = text.split('\n').length - 1;
    expect(text).toMatch(
      new RegExp(`\nand ${(2_000 - shown).toLocaleString('en-US')} more, which are left out$`),
    );
  });
});
