import { describe, expect, test } from 'vitest';
import { changesBefore } from '../../../src/diagnosis/metrics/changes.ts';
import { goTogether, rankRelated } from '../../../src/diagnosis/metrics/related.ts';

const MINUTE = 60_000;
const curve = (value: (minute: number) => number) =>
  Array.from({ length: 60 }, (_, minute) => ({ at: minute * MINUTE, value: value(minute) }));
const wave = curve((minute) => Math.sin(minute));

describe('how much two curves go together', () => {
  test('alike is 1, upside down -1, whatever the unit and the shape; too few moments are 0', () => {
    expect(
      goTogether(
        wave,
        curve((minute) => 1e9 * Math.sin(minute) ** 3),
      ),
    ).toBeCloseTo(1);
    expect(
      goTogether(
        wave,
        curve((minute) => -Math.sin(minute)),
      ),
    ).toBeCloseTo(-1);
    expect(
      Math.abs(
        goTogether(
          wave,
          curve((minute) => Math.cos(minute)),
        ),
      ),
    ).toBeLessThan(0.4);
    expect(
      goTogether(
        wave,
        curve(() => 5),
      ),
    ).toBe(0);
    expect(goTogether(wave, wave.slice(0, 5))).toBe(0);
    expect(goTogether([], wave)).toBe(0);
  });

  test('moments need not be the same, only near', () => {
    const later = wave.map(({ at, value }) => ({ at: at + 20_000, value }));
    expect(goTogether(wave, later)).toBeCloseTo(1);
    expect(
      goTogether(
        wave,
        wave.map(({ at, value }) => ({ at: at + 3_600_000, value })),
      ),
    ).toBe(0);
  });
});

describe('what explains it first', () => {
  const changed = (name: string, minute: number, points = wave, orEarlier = false) => ({
    ...{ name, deviatesSince: minute * MINUTE, orEarlier, points },
  });
  const ranked = (...others: ReturnType<typeof changed>[]) =>
    rankRelated(changed('own', 30), others).map(({ other }) => other.name);

  test('the nearest in time, before rather than after, the alike where the time is the same, the unknown last', () => {
    const flat = curve(() => 1);
    expect(
      ranked(
        changed('unknown', 0, wave, true),
        changed('long before', 5),
        changed('after', 33),
        changed('before', 27),
        changed('same, unlike', 30, flat),
        changed('same', 30),
      ),
    ).toEqual(['same', 'before', 'same, unlike', 'after', 'unknown', 'long before']);
  });

  test('how far apart is said, and is not where nobody knows', () => {
    const [near] = rankRelated(changed('own', 30), [changed('before', 27)]);
    expect(near?.offsetMs).toBe(-3 * MINUTE);
    expect(rankRelated(changed('own', 0, wave, true), [changed('x', 27)])[0]?.offsetMs).toBeNull();
  });
});

test('a change is one before it began: within the hour, the nearest first; the clocks of two systems may differ by a minute', () => {
  const changes = [0, 50, 95, 100, 101, 103, 200].map((minute) => ({
    at: minute * MINUTE,
    text: `${minute}`,
  }));
  const texts = (stepMs: number) => changesBefore(changes, 100 * MINUTE, stepMs).map(({ text }) => text);
  expect(texts(15_000)).toEqual(['100', '101', '95', '50']);
  // Measured every five minutes, it may have begun any time until the next.
  expect(texts(5 * MINUTE)).toEqual(['100', '101', '103', '95', '50']);
  expect(changesBefore([], 0, 0)).toEqual([]);
});
