// Conditions over what one source measures of services, and repairs that another one does.
import { afterEach, describe, expect, test } from 'vitest';
import { digestOf, type Json } from '../../src/domain/digest.ts';
import type { Measurement, SourceAdapter } from '../../src/domain/tool.ts';
import { fixSources } from '../../src/engine/fix-sources.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import type { World } from '../support/world.ts';
import { createWorldSource } from '../support/world-source.ts';

const MINUTE = 60_000;

let harness: Harness;
afterEach(() => harness?.close());

function measuredBy(values: () => Measurement[], asked: (readonly string[] | undefined)[] = []) {
  const source: SourceAdapter = {
    name: 'Prom',
    type: 'prometheus',
    tools: [],
    tellsAlerts: true,
    measure: async ({ metrics }) => {
      asked.push(metrics);
      return values();
    },
    close: async () => {},
  };
  return (world: World) => {
    const { measure: _, ...cloud } = createWorldSource(world);
    return [source, cloud];
  };
}

const of = (service: string, metric: string, value: number): Measurement => ({
  metric,
  unit: '%',
  value,
  service,
  target: service,
});

test('an alert rule fires for each service it holds for, and asks only for what it speaks of', async () => {
  const asked: (readonly string[] | undefined)[] = [];
  let rate = 12.3;
  const sources = measuredBy(() => [of('api', 'error_rate', rate), of('web', 'error_rate', 0.1)], asked);
  harness = await createHarness({ timers: true, sources });
  await harness.add('alert-rule', {
    name: 'Errors',
    condition: 'error_rate > 5% for 5m',
    critical: 'queue_depth > 9',
    severity: 'critical',
  });
  await harness.advance(4 * MINUTE);
  expect(await harness.store.read.incidents.list(10)).toEqual([]);
  await harness.advance(2 * MINUTE);
  expect(await harness.store.read.incidents.list(10)).toMatchObject([{ service: 'api', state: 'open' }]);
  expect(new Set(asked.map((names) => names?.join()))).toEqual(new Set(['error_rate,queue_depth']));
  rate = 0.2;
  await harness.advance(10 * MINUTE);
  expect(await harness.store.read.incidents.list(10)).toMatchObject([{ state: 'resolved' }]);
  // Asked all the time; whether its own alerts come is another matter.
  expect(await harness.store.read.heard.find('Prom')).toBeNull();
});

test('a source that hangs delays nobody, and one that is slow counts at the next look', async () => {
  let answer: ((values: Measurement[]) => void) | null = null;
  let begun = 0;
  const hanging: SourceAdapter = {
    name: 'Away',
    type: 'prometheus',
    tools: [],
    measure: () => {
      begun += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    close: async () => {},
  };
  const prompt = measuredBy(() => [of('api', 'error_rate', 12.3)]);
  harness = await createHarness({ timers: true, sources: (world) => [hanging, ...prompt(world)] });
  await harness.add('alert-rule', {
    name: 'Errors',
    condition: 'error_rate > 5% for 1m',
    severity: 'critical',
  });
  await harness.advance(2 * MINUTE);
  // Waited for once, at the first look: it is asked no more while it owes an answer.
  expect(begun).toBe(1);
  expect(await harness.store.read.incidents.list(10)).toMatchObject([{ service: 'api' }]);
  const settle = answer as ((values: Measurement[]) => void) | null;
  settle?.([of('web', 'error_rate', 50)]);
  await harness.advance(MINUTE / 2);
  expect(begun).toBeGreaterThan(1);
  expect(
    (
      await harness.store.read.samples.read({
        source: 'Away',
        target: 'web',
        metric: 'error_rate',
        sinceAt: 0,
      })
    ).map(({ value }) => value),
  ).toEqual([50]);
});

test('a fix is repaired by the source that can, after the one that measured it', async () => {
  const steps = [
    { capability: 'services.restart', args: { service: '$service', mode: 'rolling' }, from: 'restart' },
  ];
  const sources = measuredBy(() => [
    of('api', 'service_oom_killed', harness?.world.effects.length === 0 ? 1 : 0),
  ]);
  harness = await createHarness({ timers: true, sources });
  await harness.add('auto-fix', {
    name: 'Restart',
    condition: 'service_oom_killed = true',
    action: 'restart',
    approval: 'auto',
    notify: '#ops-info',
    cooldownMs: 30 * MINUTE,
    twoPerson: false,
    steps,
    stepsDigest: digestOf(steps as unknown as Json),
  });
  await harness.advance(MINUTE);
  expect(harness.world.effects).toMatchObject([{ capability: 'services.restart', args: { service: 'api' } }]);
});

describe('where the steps of a fix may go', () => {
  const sources = ['Host', 'Prom', 'AWS'].map(
    (name): SourceAdapter => ({ name, type: 'x', tools: [], close: async () => {} }),
  );
  const step = (args: Record<string, unknown>) => ({ capability: 'x', args, from: 'x' });
  test.each<[string, Record<string, unknown>[], string | null, string[]]>([
    ['to all, where each names its service', [{ service: '$service' }], 'api', ['Prom', 'Host', 'AWS']],
    ['nowhere else for a disk', [{ path: '/tmp' }], 'api', ['Prom']],
    ['nowhere else where one of them is for a disk', [{ service: 'api' }, {}], 'api', ['Prom']],
    ['nowhere else without a service', [{ service: 'api' }], null, ['Prom']],
  ])('%s', (_name, args, service, names) => {
    expect(fixSources(args.map(step), { source: 'Prom', service }, sources)).toEqual(names);
  });
});
