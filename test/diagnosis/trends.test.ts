import { describe, expect, test } from 'vitest';
import { lastDeployBefore, suspiciousDeploy } from '../../src/diagnosis/deploy-correlation.ts';
import { readSeries } from '../../src/diagnosis/metric-trend.ts';
import type { Deploy } from '../../src/domain/capability.ts';

const minute = 60_000;
const deploy = (number: string, at: number, status: Deploy['status'] = 'succeeded'): Deploy => ({
  number,
  at,
  status,
  author: 'a',
  title: 't',
  rolledBack: false,
});

describe('the last deploy before a problem', () => {
  const deploys = [
    deploy('1', 0),
    deploy('3', 20 * minute),
    deploy('2', 10 * minute),
    deploy('4', 25 * minute, 'failed'),
  ];

  test.each([
    [-1, null],
    [0, '1'],
    [15 * minute, '2'],
    [26 * minute, '3'],
    [Number.NaN, null],
  ])('at %d it is %s', (at, number) => {
    expect(lastDeployBefore(deploys, at)?.number ?? null).toBe(number);
  });

  test('it is suspicious within half an hour, the last minute included', () => {
    expect(suspiciousDeploy(deploys, 50 * minute)?.number).toBe('3');
    expect(suspiciousDeploy(deploys, 50 * minute + 1)).toBeNull();
    expect(suspiciousDeploy([], 0)).toBeNull();
  });
});

describe('a series against its past', () => {
  const now = 120 * minute;
  const points = (value: (at: number) => number) =>
    Array.from({ length: 121 }, (_, index) => ({ at: index * minute, value: value(index * minute) }));

  test('a step up is abnormal since it began', () => {
    const reading = readSeries(
      points((at) => (at < 100 * minute ? 1 : 12)),
      { now },
    );
    expect(reading).toMatchObject({
      baseline: 1,
      abnormal: true,
      deviatesSince: 100 * minute,
      trend: '↑ increasing',
    });
    expect(
      readSeries(
        points((at) => (at < 115 * minute ? 12 : 1)),
        { now },
      ).trend,
    ).toBe('↓ decreasing');
  });

  test('noise within its usual band is normal', () => {
    const reading = readSeries(
      points((at) => 10 + ((at / minute) % 3)),
      { now },
    );
    expect(reading).toMatchObject({ abnormal: false, deviatesSince: null, trend: '→ stable' });
  });

  test('a spike that is over is not abnormal now', () => {
    expect(
      readSeries(
        points((at) => (at === 100 * minute ? 50 : 1)),
        { now },
      ).abnormal,
    ).toBe(false);
  });

  test('the spike stays visible in the sparkline of sixty points in thirty characters', () => {
    const { sparkline } = readSeries(
      points((at) => (at === 100 * minute ? 50 : 1)),
      { now },
    );
    expect(Array.from(sparkline)).toHaveLength(30);
    expect(sparkline).toContain('█');
  });

  test('normal is what was before a change that lasts, however long ago; when told, what was before the incident', () => {
    const series = points((at) => (at < 30 * minute ? 1 : 12));
    const since = { baseline: 1, deviatesSince: 30 * minute, orEarlier: false };
    expect(readSeries(series, { now })).toMatchObject(since);
    expect(readSeries(series, { now, quietBefore: 30 * minute })).toMatchObject(since);
    // Over again, and it is no change.
    const over = points((at) => (at >= 30 * minute && at < 50 * minute ? 12 : 1));
    expect(readSeries(over, { now })).toMatchObject({ baseline: 1, abnormal: false });
  });

  test('a moment within the band does not end it, and a slow rise began before it left the band', () => {
    const broken = points((at) => (at < 50 * minute || at === 110 * minute ? 1 : 12));
    expect(readSeries(broken, { now }).deviatesSince).toBe(50 * minute);
    const noise = (at: number) => ((at / minute) * 7) % 3;
    const rising = points((at) => 100 + noise(at) + Math.max(0, at / minute - 90) * 4);
    const { deviatesSince } = readSeries(rising, { now });
    expect(Math.abs((deviatesSince ?? 0) - 91 * minute)).toBeLessThanOrEqual(2 * minute);
  });

  test('a second trouble began where the first one was over, and not at its end or before it', () => {
    const times = (from: number, until: number) => (at: number) => at >= from * minute && at < until * minute;
    const first = times(99, 108);
    const second = times(113, 121);
    const again = points((at) => (first(at) || second(at) ? 12 + (at % 7) : 0.1 * (at % 3)));
    expect(readSeries(again, { now }).deviatesSince).toBe(113 * minute);
    // One value outside on the way up is no trouble of its own.
    const rising = points((at) => Math.max(at === 104 * minute ? 9 : 1, (at / minute - 100) / 2));
    expect(readSeries(rising, { now }).deviatesSince).toBeLessThan(104 * minute);
  });

  test('the band is what it did in the quiet time: a count that is now and then one is not alarming at one', () => {
    const series = points((at) => ((at / minute) % 6 === 0 ? 1 : 0));
    expect(readSeries(series, { now })).toMatchObject({ abnormal: false, band: { low: -1e-9, high: 3 } });
    expect(readSeries([...series.slice(0, -2), { at: now, value: 9 }], { now })).toMatchObject({
      abnormal: true,
    });
  });

  test('one value a little outside is not told, two are, and one far outside is', () => {
    const series = (...last: number[]) =>
      points((at) => last[last.length - 1 - (now - at) / minute] ?? 10 + ((at / minute) % 3));
    expect(readSeries(series(18), { now }).abnormal).toBe(false);
    expect(readSeries(series(18, 18), { now }).abnormal).toBe(true);
    expect(readSeries(series(30), { now }).abnormal).toBe(true);
  });

  test('order, repeats, the future and what is no number change nothing', () => {
    const series = points((at) => (at < 100 * minute ? 1 : 12));
    const broken = [
      ...series.toReversed(),
      ...series.slice(40, 60),
      { at: now + minute, value: 400 },
      { at: 50 * minute + 1, value: Number.NaN },
      { at: 50 * minute + 2, value: Number.POSITIVE_INFINITY },
      { at: Number.NaN, value: 5 },
    ];
    expect(readSeries(broken, { now })).toEqual(readSeries(series, { now }));
  });

  test('too little history says nothing', () => {
    expect(readSeries([], { now })).toEqual({
      spanMs: 0,
      measuredMs: 0,
      sparkline: '',
      trend: '→ stable',
      baseline: null,
      band: null,
      abnormal: false,
      deviatesSince: null,
      orEarlier: false,
    });
    expect(
      readSeries(
        points(() => Number.NaN),
        { now },
      ).baseline,
    ).toBeNull();
  });
});

describe('a series against the same hour of earlier days', () => {
  const now = 10 * 24 * 60 * minute;
  const points = (value: (ago: number) => number) =>
    Array.from({ length: 121 }, (_, index) => ({
      at: now - (120 - index) * minute,
      value: value(120 - index),
    }));
  const days = (...values: number[]) =>
    values.map((value, index) => ({ at: now - (values.length - index) * 24 * 60 * minute, value }));

  test('a load that comes every morning is normal, although it was not there an hour ago', () => {
    const morning = points((ago) => (ago > 20 ? 10 : 100));
    expect(readSeries(morning, { now })).toMatchObject({ abnormal: true });
    const sameHour = days(98, 101, 99, 100, 102);
    expect(readSeries(morning, { now, sameHour })).toMatchObject({ abnormal: false, baseline: 100 });
  });

  test('what has been wrong for longer than one looks back is seen', () => {
    const slow = points(() => 100);
    expect(readSeries(slow, { now })).toMatchObject({ abnormal: false });
    const sameHour = days(10, 11, 9, 10);
    expect(readSeries(slow, { now, sameHour })).toMatchObject({
      abnormal: true,
      baseline: 10,
      band: { from: { days: 4 } },
      deviatesSince: now - 120 * minute,
      orEarlier: true,
    });
  });

  test('two days decide nothing, and one odd day of five does not either', () => {
    const steady = points(() => 10);
    expect(readSeries(steady, { now, sameHour: days(90, 91) })).toMatchObject({ baseline: 10 });
    const sameHour = days(10, 10, 400, 10, 10);
    expect(readSeries(steady, { now, sameHour })).toMatchObject({ abnormal: false, baseline: 10 });
  });

  test('a source that reaches back for days needs to say no more', () => {
    const hourly = Array.from({ length: 24 * 8 + 1 }, (_, index) => {
      const at = now - index * 60 * minute;
      return { at, value: (at / (60 * minute)) % 24 === 0 ? 100 : 10 };
    });
    expect(readSeries(hourly, { now })).toMatchObject({
      abnormal: false,
      baseline: 100,
      band: { from: { days: 7 } },
    });
    expect(readSeries([...hourly.slice(1), { at: now, value: 10 }], { now }).abnormal).toBe(true);
  });

  test('a weekend is like the last one', () => {
    const saturday = points(() => 20);
    const sameHour = days(21, 20, 100, 101, 99, 102, 100);
    expect(readSeries(saturday, { now, sameHour })).toMatchObject({ abnormal: false, baseline: 100 });
  });

  test('the noise of the points counts beside the smooth means of the days', () => {
    const noisy = points((ago) => (ago % 2 === 0 ? 60 : 140));
    const sameHour = days(100, 100, 100, 100);
    expect(readSeries(noisy, { now, sameHour })).toMatchObject({ abnormal: false });
  });

  test('a source without a recent past says what is usual all the same', () => {
    const few = points(() => 50).slice(-1);
    expect(readSeries(few, { now, sameHour: days(10, 10, 10) })).toMatchObject({
      abnormal: true,
      baseline: 10,
    });
  });
});
