import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALARM_BITS, createAlarm, createDetector } from '../../../src/diagnosis/metrics/detector.ts';
import { createTail } from '../../../src/diagnosis/metrics/tail.ts';

fc.configureGlobal({ seed: 42 });

const steady = (index: number) => 100 + Math.sin(index * index * 0.7) + Math.sin(index * index * 1.3);
const alarmsOf = (values: readonly number[]) => {
  const detector = createDetector();
  return values.flatMap((value, index) => (detector.push(value).alarm ? [index] : []));
};

describe('the streaming detector', () => {
  const calm = Array.from({ length: 3_000 }, (_, index) => steady(index % 97));

  test('says nothing of what it has always seen, and names the value that is new', () => {
    expect(alarmsOf(calm)).toEqual([]);
    expect(alarmsOf(calm.map((value, index) => (index === 2_000 ? 160 : value)))).toEqual([2_000]);
    expect(alarmsOf(calm.map((value, index) => (index === 2_000 ? 40 : value)))).toEqual([2_000]);
  });

  test('a new level is told of once, and the way back again', () => {
    expect(alarmsOf(calm.map((value, index) => value + (index >= 2_000 && index < 2_500 ? 60 : 0)))).toEqual([
      2_000, 2_500,
    ]);
  });

  test('knows nothing before it has seen thirty values, and nothing of what is no number', () => {
    expect(alarmsOf([1, 2, 1, 1e12, 1, 1e15])).toEqual([]);
    const broken = calm.flatMap((value) => [value, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(alarmsOf(broken)).toEqual([]);
    expect(createDetector().push(Number.NaN)).toEqual({ surprise: 0, alarm: false });
  });

  test('a unit that is a power of two changes nothing at all', () => {
    const series = calm.map((value, index) => (index % 700 === 699 ? value * 3 : value));
    expect(alarmsOf(series.map((value) => value * 1_048_576))).toEqual(alarmsOf(series));
  });

  test('the largest numbers there are do not break it', () => {
    const detector = createDetector();
    for (let index = 0; index < 200; index += 1)
      detector.push(index % 2 === 0 ? Number.MAX_VALUE : -Number.MAX_VALUE);
    for (const value of calm) expect(Number.isFinite(detector.push(value).surprise)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 200 }), (any) => {
        const one = createDetector();
        for (const value of any) expect(one.push(value).surprise).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test('a trouble is told of once: the next hundred points belong to it', () => {
  const isAlarm = createAlarm(ALARM_BITS);
  const told = Array.from({ length: 300 }, (_, index) => isAlarm(index >= 50 ? 12 : 1));
  expect(told.flatMap((one, index) => (one ? [index] : []))).toEqual([50, 151, 252]);
});

describe('how rare a size is', () => {
  test('is the share of those as large, in bits', () => {
    const tail = createTail();
    for (let index = 0; index < 1_024; index += 1) tail.surprise(index % 4 === 0 ? 8 : 1);
    expect(tail.surprise(8)).toBeCloseTo(2, 1);
    expect(tail.surprise(1)).toBeCloseTo(0, 1);
    expect(tail.surprise(0)).toBeCloseTo(0, 1);
    // A record: one in twice as many as there were, and more bits the further it is beyond.
    expect(tail.surprise(10)).toBeCloseTo(11, 1);
    expect(tail.surprise(10_000)).toBeGreaterThan(25);
  });

  test('what was long ago weighs less', () => {
    const tail = createTail();
    tail.surprise(1_000);
    for (let index = 0; index < 40_000; index += 1) tail.surprise(1);
    expect(tail.surprise(1_000)).toBeGreaterThan(12);
  });
});
