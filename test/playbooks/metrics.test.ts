// What /metrics says beside the numbers: what was changed before, what moved with it, what normal rests on, and what it cannot know.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReadArgs, ReadResults } from '../../src/domain/capability.ts';
import type { Chart } from '../../src/domain/chart.ts';
import type { Proposal } from '../../src/domain/playbook.ts';
import { readProposal } from '../../src/domain/proposal.ts';
import { metrics } from '../../src/playbooks/metrics.ts';
import { at, incident, kitOf, NOW, shopWorld, shown, silent, type, type World } from './fake-kit.ts';

fc.configureGlobal({ seed: 42 });

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
type Series = ReadResults['metrics.query'][number];

/** Three hours, one point a minute: 10, and 90 since then. */
function risen(metric: string, since: string): Series {
  const points = Array.from({ length: 181 }, (_, index) => NOW - (180 - index) * MINUTE).map((when) => ({
    at: when,
    value: (when >= at(since) ? 90 : 10) + ((when / MINUTE) % 3) / 10,
  }));
  return { metric, unit: '%', current: 90, points };
}

function measuring(answer: (args: ReadArgs<'metrics.query'>) => Series[] | null): World {
  const world = shopWorld();
  const host = world.sources['This host'];
  if (host) host['metrics.query'] = answer;
  return world;
}

const lineOf = (text: string, part: string) => text.split('\n').find((line) => line.includes(part)) ?? '';
const chartOf = (proposal: Proposal): Chart | undefined =>
  proposal.kind === 'answer'
    ? proposal.message.attachments?.flatMap((each) => (each.type === 'chart' ? [each.chart] : []))[0]
    : undefined;

describe('what was changed before', () => {
  test('the deploy, with how long before it began; a failed one and one long before are none', async () => {
    const text = shown(await type(metrics, '/metrics shop error_rate'));
    expect(text).toContain('error_rate of shop: 12.3% since 03:14 UTC, normally 0.2% (0.16% to 0.24%)');
    expect(lineOf(text, 'deploy #492')).toContain(
      'deploy #492 (@mike — "fix: cache TTL update") at 03:01 UTC, 13m before it began',
    );
    expect(text).not.toContain('#491');
    expect(text).not.toContain('#490');
  });

  test('what we did ourselves and what others told us, the nearest first, nothing that came later', async () => {
    const changes = [
      { at: at('02:40'), text: 'the flag "fast-path" was turned on, told by LaunchPad' },
      { at: at('03:13'), text: 'Scale shop to 6 (auto-fix "Scale out")' },
      { at: at('03:18'), text: 'Restart shop' },
    ];
    const kit = { ...kitOf(shopWorld()), changes: async () => changes };
    const proposal = await metrics.propose({ trigger: '/metrics', words: ['shop'], incident: null }, kit);
    const text = shown(proposal);
    expect(lineOf(text, 'Scale shop')).toContain('at 03:13 UTC, 1m before it began');
    expect(lineOf(text, 'fast-path')).toContain('34m before it began');
    expect(text.indexOf('Scale shop')).toBeLessThan(text.indexOf('deploy #492'));
    expect(text.indexOf('deploy #492')).toBeLessThan(text.indexOf('fast-path'));
    expect(text).not.toContain('Restart shop');
  });

  test('what a database did itself, and what a source says in its own words', async () => {
    const world = measuring(() => [risen('connections', '03:10')]);
    const host = world.sources['This host'];
    if (host) {
      const describe = host['databases.describe'];
      host['databases.describe'] = (args) => {
        const state = describe?.(args) ?? null;
        return state && { ...state, events: [{ at: at('03:09'), text: 'Failover\nstarted' }] };
      };
      host['services.health'] = ({ service }) => ({
        ...{ service, desired: 1, running: 1, healthy: 1, instances: [] },
        notes: ['parameter group changed'],
      });
    }
    const text = shown(await type(metrics, '/metrics orders-db', { world }));
    expect(lineOf(text, 'Failover')).toContain('Failover started at 03:09 UTC, 1m before it began');
    expect(text).toContain('parameter group changed');
  });

  test('nothing known is said as such, and sources that do not answer hold up nothing', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['deploys.list'] = () => [];
    expect(shown(await type(metrics, '/metrics shop', { world }))).toContain(
      'nothing that is known: no deploy',
    );
    if (host) host['deploys.list'] = silent();
    const text = shown(await type(metrics, '/metrics shop', { world }));
    expect(text).toContain('error_rate of shop: 12.3%');
    expect(text).not.toContain('nothing that is known');
    expect(text).toContain('This host did not answer');
  });
});

test('what moved as well stands in the order of how well its time agrees, and when', async () => {
  const world = measuring(({ service }) =>
    service === 'shop'
      ? [
          risen('error_rate', '03:10'),
          risen('unrelated', '01:40'),
          risen('saturation', '03:08'),
          risen('queue', '03:12'),
          risen('twin', '03:10'),
          risen('forever', '00:00'),
        ]
      : null,
  );
  const text = shown(await type(metrics, '/metrics shop error_rate', { world }));
  const moved = text.slice(text.indexOf('Moved as well'));
  const order = ['twin', 'saturation', 'queue', 'unrelated'].map((name) => moved.indexOf(`${name} of shop`));
  expect(order.every((place) => place > 0)).toBe(true);
  expect(order.toSorted((a, b) => a - b)).toEqual(order);
  expect(lineOf(moved, 'twin')).toContain('at the same time');
  expect(lineOf(moved, 'saturation')).toContain('2m earlier');
  expect(lineOf(moved, 'queue')).toContain('2m later');
});

test('what was changed at what it depends on is told with its name, and what is of nobody once', async () => {
  const flag = { at: at('03:13'), text: 'fast-path on, told by LaunchPad, of no service we know' };
  const of: Record<string, { at: number; text: string }[]> = {
    shop: [flag],
    'orders-db': [flag, { at: at('03:12'), text: 'max_connections 100, told by Console' }],
  };
  const kit = { ...kitOf(shopWorld()), changes: async (name: string) => of[name] ?? [] };
  const text = shown(
    await metrics.propose({ trigger: '/metrics', words: ['shop', 'error_rate'], incident: null }, kit),
  );
  expect(text).toContain('max_connections 100, told by Console, of orders-db at 03:12 UTC');
  expect(text.split('fast-path on')).toHaveLength(2);
});

test.each([
  ['one measurement', [50]],
  ['three of five minutes', [50, 47, 45]],
])('of %s long ago no trend is told', async (_name, minutesAgo) => {
  const points = minutesAgo.map((ago) => ({ at: NOW - ago * 60_000, value: 3 }));
  const old: Series = { metric: 'latency', unit: 'ms', current: 3, points };
  const text = shown(await type(metrics, '/metrics shop', { world: measuring(() => [old]) }));
  expect(text).toContain('too short to tell');
  expect(text).not.toContain('stable');
});

test('measured for a minute only, it says so, and lists what was changed lately', async () => {
  const points = Array.from({ length: 4 }, (_, index) => ({ at: NOW - (4 - index) * 10_000, value: index }));
  const young: Series = { metric: 'latency', unit: 'ms', current: 3, points };
  const text = shown(await type(metrics, '/metrics shop', { world: measuring(() => [young]) }));
  expect(text).toContain(' of 40s');
  expect(text).toContain('too short to tell');
  expect(text).not.toMatch(/[↑↓→]/);
  expect(text).toContain('Changed lately');
  expect(text).toContain('deploy #492 (@mike — "fix: cache TTL update") at 03:01 UTC');
  expect(text).not.toContain('#491');
  const old = shown(
    await type(metrics, '/metrics shop', { world: measuring(() => [risen('latency', '03:14')]) }),
  );
  expect(old).not.toContain('Changed lately');
  expect(old).toMatch(/[↑↓→]/);
  expect(old).not.toMatch(/[▁-█] of /);
});

describe('what normal rests on', () => {
  test('the quiet time alone, or this hour of earlier days, which a source need not say itself', async () => {
    const morning = risen('load', '03:00');
    const alone = shown(await type(metrics, '/metrics shop', { world: measuring(() => [morning]) }));
    expect(alone).toContain('load of shop: 90% since 03:00 UTC');
    expect(alone).toContain('learnt from the quiet time before; no earlier days are known');
    const asked: number[] = [];
    const world = measuring(({ sinceMs = 0 }) => {
      asked.push(sinceMs);
      if (sinceMs < DAY) return [morning];
      const daily = Array.from({ length: 7 }, (_, day) => ({ at: NOW - (7 - day) * DAY, value: 88 + day }));
      return [{ ...morning, points: daily }];
    });
    const text = shown(await type(metrics, '/metrics shop', { world }));
    expect(text).not.toContain('Unusual');
    expect(text).toContain('learnt from this hour on the last 7 days');
    expect(asked).toEqual([3 * 60 * MINUTE, 7 * DAY + 60 * MINUTE]);
    // A source that says what is usual is not asked for its past.
    const said = measuring(({ sinceMs = 0 }) => {
      expect(sinceMs).toBeLessThan(DAY);
      return [{ ...morning, sameHour: [1, 2, 3].map((day) => ({ at: NOW - day * DAY, value: 90 })) }];
    });
    expect(shown(await type(metrics, '/metrics shop', { world: said }))).toContain('on the last 3 days');
  });

  test('too few measurements are said to be too few', async () => {
    const few = { ...risen('load', '00:00'), points: [{ at: NOW, value: 90 }] };
    const text = shown(await type(metrics, '/metrics shop', { world: measuring(() => [few]) }));
    expect(text).toContain('not known yet: there are too few measurements');
    expect(text).not.toContain('Unusual');
  });

  test('what was outside for as long as one sees began earlier, and nobody is blamed for it', async () => {
    const world = measuring(({ sinceMs = 0 }) => {
      const daily = [1, 2, 3, 4].map((day) => ({ at: NOW - day * DAY, value: 10 }));
      return [{ ...risen('load', '00:00'), ...(sinceMs > DAY ? { points: daily } : {}) }];
    });
    const text = shown(await type(metrics, '/metrics shop', { world }));
    expect(text).toContain('load of shop: 90% since before 00:20 UTC, normally 10%');
    expect(text).not.toContain('Changed before it');
  });
});

test('the picture reaches back to where it began, with band, onset and the deploys of that time', async () => {
  const world = measuring(() => [risen('load', '01:40')]);
  const chart = chartOf(await type(metrics, '/metrics shop load', { world }));
  expect(chart).toMatchObject({ from: at('01:20'), until: NOW, marks: [{ label: '#492' }] });
  expect(chart?.panels[0]).toMatchObject({ onsetAt: at('01:40'), band: { high: expect.any(Number) } });
});

test('the picture says of now what the table says, and neither that less than nothing is usual', async () => {
  const low = risen('load', '03:30');
  const points = low.points.map(({ at: when }, index) => ({ at: when, value: index % 2 === 0 ? 30 : 0.1 }));
  const world = measuring(() => [{ ...low, current: 17.5, points }]);
  const proposal = await type(metrics, '/metrics shop load', { world });
  const text = shown(proposal);
  expect(text).toContain('load of shop: 17.5%');
  expect(lineOf(text, 'learnt from')).toMatch(/^\s*0% to /);
  const panel = chartOf(proposal)?.panels[0];
  expect(panel?.now).toBe(17.5);
  expect(panel?.band?.low).toBe(0);
});

test('whatever a source measures, the answer is one that may be posted, in short', async () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 0, 5e-324),
  );
  const point = fc.record({
    at: fc.oneof(fc.integer({ min: NOW - 200 * MINUTE, max: NOW + MINUTE }), fc.double()),
    value,
  });
  const any = fc.array(
    fc.record({
      metric: fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
      unit: fc.constantFrom<Series['unit'][]>('%', 'ms', 'bytes', 'count', 'boolean', ''),
      current: fc.option(value),
      points: fc.array(point, { maxLength: 150 }),
      sameHour: fc.option(fc.array(point, { maxLength: 9 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(any, async (all) => {
      const proposal = await type(metrics, '/metrics shop', {
        world: measuring(() => all),
        about: incident(),
      });
      expect(() => readProposal(proposal)).not.toThrow();
      const text = shown(proposal);
      expect(text).not.toMatch(/NaN|Infinity|undefined|Invalid/);
      expect(text.length).toBeLessThan(8_000);
    }),
    { numRuns: 150 },
  );
});
