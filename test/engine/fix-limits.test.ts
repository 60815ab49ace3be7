// How often a fix may run by itself, counted from what is stored: each limit alone.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Plan, PlanState } from '../../src/domain/plan.ts';
import { OPENCLAW } from '../../src/domain/principal.ts';
import type { AutoFix, Resource } from '../../src/domain/resource.ts';
import { noteRunsAhead, refuseFix } from '../../src/engine/fix-limits.ts';
import type { Verdict } from '../../src/store/plans.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ empty: true });
});
afterEach(() => h.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function fix(change: Partial<AutoFix> = {}): Promise<Resource<'auto-fix'>> {
  const spec: AutoFix = {
    name: 'Disk Cleanup',
    condition: 'disk_usage > 90%',
    action: 'x',
    approval: 'auto',
    twoPerson: false,
    steps: [],
    stepsDigest: '',
    cooldownMs: 1000,
    maxRuns: '100 per day',
    ...change,
  };
  return h.store.write(async (tx) => {
    const made = await tx.resources.insert('auto-fix', spec.name, spec);
    // As if it had stood for long: an edit makes the breaker forget.
    return { ...made, updatedAt: 0 };
  });
}

/** A run that began `agoMs` ago. */
async function ran(
  agoMs: number,
  more: { name?: string; target?: string; state?: PlanState; verdict?: Verdict; began?: boolean } = {},
): Promise<void> {
  const { name = 'Disk Cleanup', target = '/', state = 'done', verdict, began = true } = more;
  const at = h.clock.now() - agoMs;
  const plan: Omit<Plan, 'id'> = {
    state,
    incidentId: null,
    command: name,
    asked: '',
    autoFix: name,
    requester: OPENCLAW,
    destination: { channel: 'slack', conversation: '#ops-info', incidentId: null },
    title: '',
    service: null,
    steps: [],
    notes: [],
    risk: 'routine',
    twoPerson: false,
    closes: null,
    success: { kind: 'none' },
    undo: null,
    watchMs: 0,
    digest: '',
    expiresAt: at,
    createdAt: at,
    reason: null,
  };
  await h.store.write(async (tx) => {
    const stored = await tx.plans.insert(plan, { target, revision: 1 });
    if (verdict) await tx.plans.setVerdict(stored.id, verdict);
    if (!began) return;
    const id = `run-${stored.id}`;
    await tx.executions.start({
      id,
      planId: stored.id,
      step: 0,
      capability: 'disk.remove-old-files',
      source: 's',
      target: id,
      autoFix: name,
      args: {},
      facts: {},
      startedAt: at,
    });
    await tx.executions.end(id, { state: 'succeeded', summary: '', at });
  });
}

const why = async (resource: Resource<'auto-fix'>, target = '/') =>
  (await refuseFix(h.store.read, resource, target, h.clock.now()))?.why ?? null;

test('a fix that never ran may', async () => {
  expect(await why(await fix())).toBeNull();
});

describe('cooldown', () => {
  test.each<[string, Partial<AutoFix>, number, string | null]>([
    ['just before its end', { cooldownMs: 30 * MINUTE }, 30 * MINUTE - 1, 'cooldown'],
    ['at its end', { cooldownMs: 30 * MINUTE }, 30 * MINUTE, null],
  ])('%s', async (_name, spec, ago, wanted) => {
    await ran(ago, { verdict: 'better' });
    expect(await why(await fix(spec))).toBe(wanted);
  });

  test('is a quarter of an hour where none is given', async () => {
    const { cooldownMs, ...rest } = (await fix()).spec;
    const resource = { ...(await fix({ name: 'Other' })), name: 'Disk Cleanup', spec: rest };
    await ran(15 * MINUTE - 1, { verdict: 'better' });
    expect(await why(resource)).toBe('cooldown');
    h.clock.advance(1);
    expect(await why(resource)).toBeNull();
    expect(cooldownMs).toBe(1000);
  });

  test('counts per target, and a plan that never began is no run', async () => {
    await ran(MINUTE, { target: '/var' });
    await ran(MINUTE, { began: false, state: 'void' });
    const resource = await fix({ cooldownMs: HOUR });
    expect(await why(resource)).toBeNull();
    expect(await why(resource, '/var')).toBe('cooldown');
  });

  test('counts a run that nobody knows the outcome of', async () => {
    await ran(MINUTE, { state: 'unknown' });
    expect(await why(await fix({ cooldownMs: HOUR }))).toBe('cooldown');
  });
});

describe('runs of a period', () => {
  // It is 03:14 on a Monday.
  test.each<[string, string, number[], string | null]>([
    ['three today', '3 per day', [1, 2, 3], 'max-runs'],
    ['two today', '3 per day', [1, 2], null],
    ['two today and one yesterday', '3 per day', [1, 2, 4], null],
    ['three this hour', '3 per hour', [0.05, 0.1, 0.2], 'max-runs'],
    ['two this hour and one in the last', '3 per hour', [0.05, 0.1, 0.3], null],
    ['the week begins on Monday', '1 per week', [4], null],
    ['once this week', '1 per week', [3], 'max-runs'],
  ])('%s', async (_name, maxRuns, hoursAgo, wanted) => {
    for (const hours of hoursAgo) await ran(hours * HOUR, { verdict: 'better' });
    expect(await why(await fix({ maxRuns }))).toBe(wanted);
  });

  test('are ten a day where none is given', async () => {
    const { maxRuns, ...spec } = (await fix()).spec;
    const resource = { ...(await fix({ name: 'Other' })), name: 'Disk Cleanup', spec };
    for (let run = 0; run < 9; run += 1) await ran(2 * HOUR + run, { verdict: 'better' });
    expect(await why(resource)).toBeNull();
    await ran(2 * HOUR, { verdict: 'better' });
    expect(await why(resource)).toBe('max-runs');
    expect(maxRuns).toBe('100 per day');
  });
});

describe('all fixes together', () => {
  test.each([
    [9, MINUTE, null],
    [10, MINUTE, 'budget'],
    [10, HOUR + 1, null],
  ])('%i runs %i ms ago', async (count, ago, wanted) => {
    for (let run = 0; run < count; run += 1)
      await ran(ago, { name: `fix ${run}`, target: `/${run}`, verdict: 'better' });
    expect(await why(await fix())).toBe(wanted);
  });
});

describe('runs that do not help', () => {
  test.each<[string, Verdict[], string | null]>([
    ['two in a row', ['same', 'worse'], 'breaker'],
    ['unknown helps no more than the same', ['unknown', 'same'], 'breaker'],
    ['one of the last two helped', ['better', 'same'], null],
    ['two in vain, and then one that helped', ['better', 'same', 'same'], null],
    ['one alone', ['same'], null],
  ])('%s', async (_name, newestFirst, wanted) => {
    for (const [index, verdict] of newestFirst.toReversed().entries())
      await ran(10 * HOUR - index * HOUR, { verdict });
    expect(await why(await fix())).toBe(wanted);
  });
});

describe('the last day', () => {
  // It is 03:14 UTC on 2026-11-23, and still the 22nd in New York.
  test.each<[string, string | undefined, string | null]>([
    ['2026-11-23', undefined, null],
    ['2026-11-22', undefined, 'expired'],
    ['2026-11-22', 'America/New_York', null],
    ['2026-11-21', 'America/New_York', 'expired'],
  ])('%s in %s', async (expires, zone, wanted) => {
    expect(await why(await fix({ expires, zone }))).toBe(wanted);
  });
});

describe('the day of a zone', () => {
  test.each<[string | undefined, string | null]>([
    ['UTC', null],
    // There it is 22:14, and the run of four hours ago was of the same day.
    ['America/New_York', 'max-runs'],
  ])('one run a day in %s, four hours after the last', async (zone, wanted) => {
    await ran(4 * HOUR, { verdict: 'better' });
    expect(await why(await fix({ maxRuns: '1 per day', zone }))).toBe(wanted);
  });
});

describe('a clock that was wrong', () => {
  test('a run stamped years ahead counts from when that was seen, and no longer than any run', async () => {
    await ran(-5 * 365 * 24 * HOUR, { verdict: 'better' });
    const resource = await fix({ cooldownMs: HOUR, maxRuns: '1 per day' });
    expect(await why(resource)).toBe('cooldown');
    await h.store.write((tx) => noteRunsAhead(tx, h.clock.now()));
    h.clock.advance(HOUR);
    expect(await why(resource)).toBe('max-runs');
    h.clock.advance(23 * HOUR);
    expect(await why(resource)).toBeNull();
  });

  test('set back a little, it gives no run away', async () => {
    await ran(0, { verdict: 'better' });
    await ran(-HOUR, { verdict: 'better' });
    const resource = await fix({ maxRuns: '2 per day' });
    await h.store.write((tx) => noteRunsAhead(tx, h.clock.now()));
    h.clock.advance(2 * HOUR);
    expect(await why(resource)).toBe('max-runs');
  });

  test('the budget of all fixes is free again an hour after it was set right', async () => {
    for (let run = 0; run < 10; run += 1)
      await ran(-365 * 24 * HOUR, { name: `fix ${run}`, target: `/${run}`, verdict: 'better' });
    const resource = await fix();
    await h.store.write((tx) => noteRunsAhead(tx, h.clock.now()));
    expect(await why(resource)).toBe('budget');
    h.clock.advance(HOUR + 1);
    expect(await why(resource)).toBeNull();
  });
});

test('an edit is an answer to runs that did not help, wherever the clock stands', async () => {
  for (const ago of [2 * HOUR, HOUR]) await ran(ago, { verdict: 'same' });
  const resource = await fix();
  expect(await why(resource)).toBe('breaker');
  expect(await why({ ...resource, revision: 2 })).toBeNull();
});

test('two in vain on one target stop it there, and nowhere else', async () => {
  for (const ago of [2 * HOUR, HOUR]) await ran(ago, { verdict: 'same', target: 'This host//' });
  const resource = await fix();
  expect(await why(resource, 'This host//')).toBe('breaker');
  expect(await why(resource, 'This host//var')).toBeNull();
  expect(await why(resource, 'Other host//')).toBeNull();
});
