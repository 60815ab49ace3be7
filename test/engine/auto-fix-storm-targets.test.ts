// A thousand triggers at once over several services and two fixes, and every limit held to the run: also across a kill.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AFFECTED_SERVICE } from '../../src/domain/affected-service.ts';
import { digestOf, type Json } from '../../src/domain/digest.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BUDGET = 10;
const SOURCE = 'AWS Production';
const SERVICES = ['s1', 's2', 's3', 's4', 's5', 's6'];
const FIXES = [
  { name: 'Restart on errors', condition: 'error_rate > 5%', cooldownMs: 20 * MINUTE, runsADay: 2 },
  { name: 'Restart when slow', condition: 'latency > 500ms', cooldownMs: 30 * MINUTE, runsADay: 3 },
];
const STEPS = [
  { capability: 'services.restart', args: { service: AFFECTED_SERVICE, mode: 'rolling' }, from: 'restart' },
];

let h: Harness;
/** Restarts of a service that run at this moment, and the most there ever were at once. */
let running: Map<string, number>;
let most: number;

beforeEach(async () => {
  h = await createHarness();
  running = new Map();
  most = 0;
  const [pattern] = h.world.services.values();
  if (!pattern) throw new Error('an empty world');
  for (const name of SERVICES) {
    h.world.services.set(name, { ...pattern, name, deploys: [], logs: [], metrics: {} });
    const bindings = { [SOURCE]: name };
    await h.add('service', { name, kind: 'app', bindings, instances: [], dependsOn: [] });
  }
  for (const { name, condition, cooldownMs, runsADay } of FIXES)
    await h.add('auto-fix', {
      name,
      condition,
      approval: 'auto',
      notify: '#ops-info',
      cooldownMs,
      maxRuns: `${runsADay} per day`,
      twoPerson: false,
      steps: STEPS,
      stepsDigest: digestOf(STEPS as unknown as Json),
    });
  h.world.afterChange = (service) => {
    service.metrics = { error_rate: 0.1, latency: 90, up: 1 };
  };
  h.world.onEffect = count;
  sicken();
});
afterEach(() => h.close());

async function count(when: 'before' | 'after', { args }: { args: Record<string, unknown> }): Promise<void> {
  const service = String(args.service);
  const now = (running.get(service) ?? 0) + (when === 'before' ? 1 : -1);
  running.set(service, now);
  most = Math.max(most, now);
  // Whoever else could begin has its turn while this one runs.
  if (when === 'before') await turns();
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Both conditions hold everywhere, until a restart heals its service. */
function sicken(): void {
  for (const name of SERVICES) {
    const service = h.world.services.get(name);
    if (service) service.metrics = { error_rate: 12, latency: 900, up: 1 };
  }
}

/** In turn over all pairs of a fix and a service. */
const trigger = (times: number) =>
  h.store.write(async (tx) => {
    const pairs = SERVICES.flatMap((service) => FIXES.map(({ name }) => ({ name, service })));
    for (let each = 0; each < times; each += 1) {
      const pair = pairs[each % pairs.length];
      if (pair) await tx.jobs.add('auto-fix', { ...pair, source: SOURCE, target: pair.service });
    }
  });

interface FixRun {
  fix: string;
  service: string;
  startedAt: number;
}

async function runs(): Promise<FixRun[]> {
  const { plans, executions } = h.store.read;
  return Promise.all(
    (await executions.countFixRuns(0, null)).map(async ({ planId, startedAt }) => ({
      fix: (await plans.find(planId))?.autoFix ?? '',
      service: (await plans.fixOf(planId))?.target ?? '',
      startedAt,
    })),
  );
}

const startsOf = (all: readonly FixRun[], fix: string, service: string) =>
  all.filter((run) => run.fix === fix && run.service === service).map(({ startedAt }) => startedAt);

/** The most runs of all fixes within any hour. */
function busiestHour(all: readonly FixRun[]): number {
  return Math.max(
    ...all.map(
      ({ startedAt: to }) => all.filter(({ startedAt }) => startedAt > to - HOUR && startedAt <= to).length,
    ),
  );
}

function keepsItsLimits(all: readonly FixRun[]): void {
  expect(most).toBe(1);
  expect(busiestHour(all)).toBeLessThanOrEqual(BUDGET);
  for (const { name, cooldownMs, runsADay } of FIXES)
    for (const service of SERVICES) {
      const starts = startsOf(all, name, service);
      expect(starts.length, `${name} on ${service}`).toBeLessThanOrEqual(runsADay);
      for (const [index, at] of starts.slice(1).entries())
        expect(at - (starts[index] ?? 0), `${name} on ${service}`).toBeGreaterThanOrEqual(cooldownMs);
    }
}

/** Sick again each ten minutes, and triggered many times over each time. */
async function storm(hours: number): Promise<void> {
  for (let passed = 0; passed < hours * HOUR; passed += 10 * MINUTE) {
    sicken();
    await trigger(FIXES.length * SERVICES.length * 3);
    await h.settle();
    await h.advance(10 * MINUTE);
  }
}

describe('a thousand triggers', () => {
  test('are one run at a time for each service, and ten in all', async () => {
    // Nothing heals, so that only the limits stand in the way.
    h.world.afterChange = () => {};
    await trigger(1000);
    await h.settle();
    const all = await runs();
    keepsItsLimits(all);
    expect(all).toHaveLength(BUDGET);
    expect(h.world.effects).toHaveLength(BUDGET);
  });

  test('of which the daemon is killed in the middle are ten in all', async () => {
    h.world.afterChange = () => {};
    h.world.onEffect = async (when, effect) => {
      await count(when, effect);
      if (when === 'after' && h.world.effects.length === 4) await h.kill();
    };
    await trigger(1000);
    await h.settle();
    expect(h.dead).toBe(true);
    // What the dead one had sent arrives before anybody asks about it.
    do await turns();
    while ([...running.values()].some((here) => here > 0));
    h.world.onEffect = count;
    await h.start();
    await h.settle();
    const all = await runs();
    keepsItsLimits(all);
    expect(all).toHaveLength(BUDGET);
    expect(h.world.effects).toHaveLength(BUDGET);
  });
});

test('a day of it: each fix runs as often on each service as was agreed to, and all of them ten times an hour at most', async () => {
  await trigger(1000);
  await h.settle();
  await h.advance(10 * MINUTE);
  await storm(1);
  await h.restart();
  keepsItsLimits(await runs());
  await storm(6);
  const all = await runs();
  keepsItsLimits(all);
  for (const { name, runsADay } of FIXES)
    for (const service of SERVICES)
      expect(startsOf(all, name, service).length, `${name} on ${service}`).toBe(runsADay);
  expect(busiestHour(all)).toBe(BUDGET);
});
