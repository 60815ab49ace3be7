import { describe, expect, test } from 'vitest';
import { logCounter } from '../../src/diagnosis/log-counter.ts';
import {
  firstIsBegin,
  groupTrend,
  type ReadSpan,
  rateIn,
  type TrendFacts,
} from '../../src/diagnosis/log-trend.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-03-07T03:20:00Z');

/** So many lines of "pool exhausted" and of "hello", evenly over the span. */
interface Told {
  from: number;
  to: number;
  pool: number;
  hello?: number;
  whole?: boolean;
  /** Only "pool exhausted" was asked for; it is known all the same whether there were others. */
  filtered?: boolean;
}

function facts(told: Record<string, Told>, deployAt: number | null = null) {
  const counter = logCounter();
  const spans = Object.entries(told).map(
    ([name, { from, to, pool, hello = 1, whole = true, filtered = false }]): ReadSpan => {
      const lines = [
        ...Array(pool).fill('ERROR pool exhausted'),
        ...Array(filtered ? 0 : hello).fill('hello'),
      ];
      counter.add(
        name,
        lines.map((text, index) => ({
          at: from + Math.floor(((to - from) * (index % Math.max(pool, 1))) / Math.max(pool, 1)),
          level: 'unknown' as const,
          text,
          instance: 'a',
        })),
      );
      const covered = hello + pool === 0 ? null : { from, to };
      return { name, from, to, whole, seen: counter.seen(name), covered };
    },
  );
  const [now, ...rest] = spans;
  if (!now) throw new Error('nothing was read');
  const before = rest.find(({ name }) => name === 'before') ?? null;
  const days = rest.filter(({ name }) => name !== 'before');
  const group = counter
    .groups(
      now.name,
      rest.map(({ name }) => name),
    )
    .find(({ template }) => template.includes('pool'));
  if (!group) throw new Error('no such group');
  const all: TrendFacts = { now, before, days, deployAt };
  return { trend: groupTrend(group, all), group, now };
}

const now = (pool: number, more: Partial<Told> = {}): Told => ({
  from: NOW - 20 * MINUTE,
  to: NOW,
  pool,
  ...more,
});
const hourBefore = (pool: number, more: Partial<Told> = {}): Told => ({
  from: NOW - 80 * MINUTE,
  to: NOW - 20 * MINUTE,
  pool,
  ...more,
});
const day = (ago: number, pool: number, more: Partial<Told> = {}): Told => ({
  from: NOW - 20 * MINUTE - ago * 24 * HOUR,
  to: NOW - ago * 24 * HOUR,
  pool,
  ...more,
});

describe('the rate of a group', () => {
  test('is per hour, against the hour before and the median of this hour on earlier days', () => {
    const { trend } = facts({
      now: now(40),
      before: hourBefore(12),
      d1: day(1, 1),
      d2: day(2, 3),
      d7: day(7, 100),
    });
    expect(trend).toMatchObject({ rate: 120, before: 12, usual: 9, days: 3, change: 'up', factor: 10 });
  });

  test.each([
    [40, 120, 'same'],
    [40, 20, 'up'],
    [40, 400, 'down'],
    [1, 1, 'same'],
  ])('%d now and %d in the hour before: %s', (count, earlier, change) => {
    expect(facts({ now: now(count), before: hourBefore(earlier) }).trend.change).toBe(change);
  });

  test('one that was not there before is new; where nothing was read it is not known', () => {
    expect(facts({ now: now(3), before: hourBefore(0) }).trend.change).toBe('new');
    expect(facts({ now: now(3) }).trend).toMatchObject({
      change: 'not known',
      before: null,
      usual: null,
      days: 0,
    });
    // No line at all: perhaps the program was not there, or its log was elsewhere.
    expect(facts({ now: now(3), before: hourBefore(0, { hello: 0 }) }).trend).toMatchObject({
      change: 'not known',
      before: null,
    });
  });

  test('a minute of the hour before says nothing of what comes a few times an hour, and much of what never stops', () => {
    const minute = { before: { from: NOW - 16 * MINUTE, to: NOW - 15 * MINUTE, pool: 0, hello: 9 } };
    expect(facts({ now: now(5), ...minute }).trend.change).toBe('not known');
    expect(facts({ now: now(500), ...minute }).trend.change).toBe('new');
  });

  test('of one pattern alone, that there was none says that there was none, where the log had others', () => {
    const only = now(3, { filtered: true });
    expect(facts({ now: only, before: hourBefore(0, { filtered: true }) }).trend).toMatchObject({
      before: 0,
      change: 'new',
    });
    const empty = facts({ now: only, before: hourBefore(0, { filtered: true, hello: 0 }) }, NOW - HOUR);
    expect(empty.trend).toMatchObject({ before: null, change: 'not known', newSinceDeploy: null });
  });

  test('is over the time in which the log had lines', () => {
    const span: ReadSpan = {
      name: 'now',
      from: NOW - 10 * HOUR,
      to: NOW,
      whole: false,
      seen: { count: 5_000, firstAt: NOW - 30 * MINUTE, lastAt: NOW },
      covered: { from: NOW - 30 * MINUTE, to: NOW },
    };
    expect(rateIn(span, 100)).toBe(200);
    expect(rateIn({ ...span, covered: null }, 9)).toBeNull();
    // A burst of a second is no rate of 360,000 an hour.
    expect(rateIn({ ...span, covered: { from: NOW - 1_000, to: NOW } }, 100)).toBeNull();
  });
});

describe('new since the deploy', () => {
  const deploy = NOW - 19 * MINUTE;

  test('is what was not seen before it, where something was read from before it', () => {
    const late = now(3, { from: NOW - 18 * MINUTE });
    expect(facts({ now: late, before: hourBefore(0) }, deploy).trend.newSinceDeploy).toBe(true);
    expect(facts({ now: late, before: hourBefore(2) }, deploy).trend.newSinceDeploy).toBe(false);
    expect(facts({ now: late, d7: day(7, 1) }, deploy).trend.newSinceDeploy).toBe(false);
    expect(facts({ now: late }, deploy).trend.newSinceDeploy).toBeNull();
    expect(facts({ now: late, before: hourBefore(0, { hello: 0 }) }, deploy).trend.newSinceDeploy).toBeNull();
    expect(facts({ now: late, before: hourBefore(0) }, null).trend.newSinceDeploy).toBeNull();
  });

  test('is not what began before it', () => {
    expect(facts({ now: now(40) }, deploy).trend.newSinceDeploy).toBe(false);
  });

  test('lines of yesterday say nothing against a deploy of last week', () => {
    const lastWeek = NOW - 5 * 24 * HOUR;
    expect(facts({ now: now(3), d1: day(1, 5) }, lastWeek).trend.newSinceDeploy).toBeNull();
    expect(facts({ now: now(3), d1: day(1, 5), d7: day(7, 0) }, lastWeek).trend.newSinceDeploy).toBe(true);
  });
});

test('the first line that was read is no beginning, unless the log had lines before it', () => {
  const whole = facts({ now: { ...now(2), from: NOW - 20 * MINUTE } });
  expect(firstIsBegin(whole.now)(whole.group)).toBe(false);
  const earlier = { ...whole.now, covered: { from: NOW - HOUR, to: NOW } };
  expect(firstIsBegin(earlier)(whole.group)).toBe(true);
  expect(firstIsBegin({ ...earlier, covered: null })(whole.group)).toBe(false);
});
