// What an investigation asks, of whom, and what it makes of late and missing answers.
import { expect, test } from 'vitest';
import { linePattern } from '../../src/diagnosis/line-pattern.ts';
import type { ReadCapability, ReadResults } from '../../src/domain/capability.ts';
import type { Kit, ReadAnswer } from '../../src/domain/playbook.ts';
import type { Service } from '../../src/domain/resource.ts';
import { gather } from '../../src/engine/investigation/gather.ts';

const NOW = Date.parse('2026-11-23T03:15:00Z');
const START = NOW - 60_000;

type Answers = { [C in ReadCapability]?: (args: Record<string, unknown>) => ReadResults[C] | Error };
interface Asked {
  capability: string;
  args: Record<string, unknown>;
  withinMs: number | undefined;
}

const service = (name: string, more: Partial<Service> = {}): Service => ({
  name,
  kind: 'app',
  bindings: { AWS: name },
  instances: [],
  dependsOn: [],
  ...more,
});

const SERVICES = [
  service('shop', { dependsOn: ['shop-db', 'shop-cache'] }),
  service('shop-db', { kind: 'database' }),
  service('shop-cache', { kind: 'cache' }),
  service('reports', { dependsOn: ['shop-db'] }),
  service('elsewhere'),
];

/** Answers come only when all that can be asked at once has been asked. */
function kitOf(answers: Answers): { kit: Kit; asked: Asked[]; rounds: () => number } {
  const asked: Asked[] = [];
  let rounds = 0;
  let open: (() => void)[] = [];
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      open.push(resolve);
      if (open.length > 1) return;
      setImmediate(() => {
        rounds += 1;
        const these = open;
        open = [];
        for (const each of these) each();
      });
    });
  const kit: Kit = {
    now: NOW,
    zone: 'UTC',
    services: SERVICES,
    sources: ['AWS'],
    async read(capability, args, { withinMs } = {}) {
      asked.push({ capability, args, withinMs });
      await turn();
      const answer = answers[capability]?.(args);
      if (answer === undefined) return [];
      const source = 'AWS';
      return [
        answer instanceof Error
          ? { source, ok: false, why: answer.message }
          : { source, ok: true, result: answer },
      ] as ReadAnswer<typeof capability>[];
    },
    changer: () => null,
    overview: () => Promise.reject(new Error('none here')),
  };
  return { kit, asked, rounds: () => rounds };
}

const about = {
  service: 'shop',
  startedAt: START,
  metric: 'error_rate',
  alerts: ['shop error rate'],
  record: { doings: [], changes: [], incidents: [] },
};

const error = (ago: number, text = 'pool: connection pool exhausted (10/10 in use)') => ({
  at: NOW - ago,
  level: 'error' as const,
  text,
  instance: 'shop-1',
});

test('the service, what it needs and who else needs that are asked about side by side', async () => {
  const { kit, asked, rounds } = kitOf({});
  await gather(kit, about);
  const of = (capability: string) =>
    asked.filter((each) => each.capability === capability).map(({ args }) => args.service);
  expect(of('deploys.list')).toEqual(['shop', 'shop-db', 'shop-cache', 'reports']);
  expect(of('logs.search')).toEqual(['shop', 'shop-db', 'shop-cache']);
  expect(of('services.health')).toEqual(['shop', 'shop-db', 'shop-cache']);
  expect(of('databases.describe')).toEqual(['shop-db']);
  expect(of('caches.describe')).toEqual(['shop-cache']);
  expect(of('metrics.query').sort()).toEqual(['reports', 'shop', 'shop-cache', 'shop-db']);
  // Nobody waits for another's answer.
  expect(rounds()).toBe(1);
});

test('what the first answers raise is asked in a second turn, with less patience', async () => {
  const deploy = (number: string, ago: number) => ({
    number,
    author: 'mike',
    title: 'fix',
    at: NOW - ago,
    status: 'succeeded' as const,
    rolledBack: false,
  });
  const { kit, asked, rounds } = kitOf({
    'deploys.list': ({ service: of }) =>
      of === 'shop' ? [deploy('492', 5 * 60_000), deploy('491', 9e7)] : [],
    'deploys.compare': () => ({ commits: [], files: ['a.ts'], migrations: [] }),
    'logs.search': ({ service: of, grep }) =>
      of !== 'shop'
        ? { lines: [], truncated: false }
        : grep === undefined
          ? { lines: [error(9_000), error(8_000)], truncated: true }
          : { lines: [error(240_000), error(8_000)], truncated: false },
  });
  const { readings } = await gather(kit, about);
  expect(rounds()).toBe(2);
  const second = asked.filter(({ withinMs }) => withinMs !== undefined);
  expect(second.map(({ capability }) => capability).sort()).toEqual(['deploys.compare', 'logs.search']);
  // A text of the logs is no pattern: "(" of the template would be one that is none.
  const [search] = second.filter(({ capability }) => capability === 'logs.search');
  const pattern = await linePattern(String(search?.args.grep));
  expect(pattern.test(error(0).text)).toBe(true);
  expect(pattern.test('pool: connection pool exhausted')).toBe(false);
  expect(second.every(({ withinMs }) => (withinMs ?? 0) <= 5_000)).toBe(true);
  const shop = readings.about.find((each) => each.service === 'shop');
  expect(shop?.comparisons['492']?.files).toEqual(['a.ts']);
  // The lines that were read begin with the oldest of them; the search reaches back further.
  expect(shop?.linesFrom).toBe(NOW - 9_000);
  expect(shop?.searches?.[0]).toMatchObject({
    text: 'pool: connection pool exhausted (',
    from: START - 30 * 60_000,
  });
});

test('who does not answer is named with what is missing, and the rest is there', async () => {
  const { kit } = kitOf({
    'logs.search': ({ service: of }) =>
      of === 'shop-db' ? new Error('no answer within 8 s') : { lines: [], truncated: false },
    'services.health': () => ({ service: 'shop', desired: 2, running: 2, healthy: 2, instances: [] }),
    'disk.usage': () => new Error('expired'),
  });
  const { readings, silent } = await gather(kit, about);
  expect(silent).toEqual([{ source: 'AWS', why: 'no answer within 8 s', what: 'logs of shop-db' }]);
  expect(readings.silent).toEqual([{ source: 'AWS', what: 'logs of shop-db' }]);
  expect(readings.about[0]?.health?.healthy).toBe(2);
});

test('a disk of a source that does not run the service is none of its disks', async () => {
  const full = [{ mount: '/', totalBytes: 100, usedBytes: 100, percent: 100 }];
  const { kit } = kitOf({ 'disk.usage': () => full });
  expect((await gather(kit, about)).readings.disks).toEqual(full);
  const unbound = { ...kit, services: SERVICES.map((each) => ({ ...each, bindings: {} })) };
  expect((await gather(unbound, about)).readings.disks).toEqual([]);
});
