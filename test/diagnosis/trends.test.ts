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

  test('normal is what was before the incident, when told', () => {
    const series = points((at) => (at < 30 * minute ? 1 : 12));
    expect(readSeries(series, { now }).baseline).toBe(12);
    expect(readSeries(series, { now, quietBefore: 30 * minute })).toMatchObject({
      baseline: 1,
      deviatesSince: 30 * minute,
    });
  });

  test('too little history says nothing', () => {
    expect(readSeries([], { now })).toEqual({
      sparkline: '',
      trend: '→ stable',
      baseline: null,
      abnormal: false,
      deviatesSince: null,
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
      deviatesSince: now - 120 * minute,
    });
  });

  test('two days decide nothing, and one odd day of five does not either', () => {
    const steady = points(() => 10);
    expect(readSeries(steady, { now, sameHour: days(90, 91) })).toMatchObject({ baseline: 10 });
    const sameHour = days(10, 10, 400, 10, 10);
    expect(readSeries(steady, { now, sameHour })).toMatchObject({ abnormal: false, baseline: 10 });
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
