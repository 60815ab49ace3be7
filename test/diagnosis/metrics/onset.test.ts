// Where a change began: exact cases, and what must never move it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOnset } from '../../../src/diagnosis/metrics/onset.ts';
import { cleaned } from '../../../src/diagnosis/metrics/points.ts';

fc.configureGlobal({ seed: 42 });

/** The same noise each time, roughly normal, of deviation 1. */
const noise = Array.from({ length: 240 }, (_, index) => {
  const wave = (factor: number) => Math.sin(index * index * factor) * 1.1;
  return wave(0.7) + wave(1.3) * 0.6;
});
const from = (begin: number, change: (since: number) => number) =>
  noise.map((value, index) => 50 + value + (index >= begin ? change(index - begin) : 0));

describe('the onset', () => {
  test.each([
    ['a step', 150, () => 12, 'up'],
    ['a step down', 150, () => -12, 'down'],
    ['a spike of one value', 170, (since: number) => (since === 0 ? 15 : 0), 'up'],
    ['a spike of three', 170, (since: number) => (since < 3 ? -15 : 0), 'down'],
    ['a steep ramp', 140, (since: number) => Math.min(12, (since + 1) * 3), 'up'],
    ['a slow ramp', 140, (since: number) => Math.min(14, (since + 1) * 0.7), 'up'],
  ] as const)('of %s at %d', (_, begin, change, direction) => {
    const found = findOnset(from(begin, change));
    expect(found?.direction).toBe(direction);
    expect(Math.abs((found?.index ?? -99) - begin)).toBeLessThanOrEqual(2);
  });

  test('there is none in noise, in a constant, in a slow drift, in too few values', () => {
    expect(findOnset(noise)).toBeNull();
    expect(findOnset(noise.map(() => 0.1 + 0.2))).toBeNull();
    expect(findOnset(noise.map((value, index) => value + index / 20))).toBeNull();
    expect(findOnset([])).toBeNull();
    expect(findOnset([1, 1, 1, 900])).toBeNull();
  });

  test('a series that always jumps has to jump higher', () => {
    const jumping = noise.map((value, index) => value + (index % 17 === 0 ? 15 : 0));
    expect(findOnset(jumping)).toBeNull();
    expect(findOnset(jumping.map((value, index) => (index === 200 ? 60 : value)))?.index).toBe(200);
  });
});

const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 25, maxLength: 90 });
const stepped = fc
  .record({ values, at: fc.nat(), height: fc.integer({ min: -20_000, max: 20_000 }) })
  .map(({ values: all, at, height }) => {
    const begin = at % all.length;
    return all.map((value, index) => (index >= begin ? value + height : value));
  });

describe('nothing moves the onset that says nothing of it', () => {
  test('another unit, or another zero', () => {
    fc.assert(
      fc.property(
        stepped,
        fc.constantFrom(0.001, 0.1, 3, 60, 1_024, 1e6),
        fc.integer(),
        (series, unit, zero) => {
          const found = findOnset(series);
          expect(findOnset(series.map((value) => value * unit))).toEqual(found);
          expect(findOnset(series.map((value) => value + (zero % 100_000)))).toEqual(found);
        },
      ),
      { numRuns: 300 },
    );
  });

  // Hundreds are often just as far away as each other, and the last value is put where it only just stands out, or only just not.
  test('another unit, on the border of standing out', () => {
    const hundreds = fc.array(
      fc.integer({ min: 0, max: 10 }).map((n) => n * 100),
      { minLength: 51, maxLength: 60 },
    );
    fc.assert(
      fc.property(hundreds, (series) => {
        const at = (last: number, unit = 1) => findOnset([...series, last].map((value) => value * unit));
        let [within, beyond] = [0, 100_000];
        fc.pre(at(within) === null && at(beyond) !== null);
        while (beyond - within > 1) {
          const middle = (within + beyond) >> 1;
          if (at(middle) === null) within = middle;
          else beyond = middle;
        }
        for (const unit of [0.001, 0.1, 3, 1e6])
          expect([at(within, unit), at(beyond, unit)]).toEqual([null, at(beyond)]);
      }),
      { numRuns: 60 },
    );
  });

  test('upside down it goes the other way', () => {
    fc.assert(
      fc.property(stepped, (series) => {
        const found = findOnset(series);
        const turned = findOnset(series.map((value) => -value));
        expect(turned?.index).toBe(found?.index);
        if (found) expect(turned?.direction).not.toBe(found.direction);
      }),
    );
  });

  test('the order in which the points came, and points that came twice', () => {
    fc.assert(
      fc.property(stepped, fc.infiniteStream(fc.nat()), (series, random) => {
        const points = series.map((value, index) => ({ at: index * 60_000, value }));
        const mixed = [...points, ...points.filter((_, index) => index % 3 === 0)]
          .map((point) => ({ point, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ point }) => point);
        expect(cleaned(mixed, Number.MAX_SAFE_INTEGER)).toEqual(points);
      }),
    );
  });

  test('whatever comes, it is one of the values, or null', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 120 }), (any) => {
        const points = cleaned(
          any.map((value, at) => ({ at, value })),
          Number.MAX_SAFE_INTEGER,
        );
        const found = findOnset(points.map(({ value }) => value));
        if (found) expect(points[found.index]).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});
