// The goals on real series and on noise. Where the series are absent it says so in one line; `npm run bench:metrics` prints all figures.
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { detection } from './detection.ts';
import { DEFAULT_FOLDER, hasSeries, readSeriesOf } from './nab-data.ts';
import { falseRate, hitRate, isQuiet, noiseStretches, planting, unlabelledStretches } from './planting.ts';

const SEED = 7;
const absent = !hasSeries(DEFAULT_FOLDER);
if (absent) process.stderr.write(`skipped, metrics on real series: no windows.json in ${DEFAULT_FOLDER}\n`);

describe.skipIf(absent)('on the labelled series', () => {
  const series = absent ? [] : readSeriesOf(DEFAULT_FOLDER);

  test('one setting for all of them scores 62 or more, and 57 where half of them chose it for the others', () => {
    const found = detection(series, () => performance.now());
    expect(found.fixed).toBeGreaterThan(62);
    expect(found.twoFold).toBeGreaterThan(57);
    expect(found.pointsPerSecond).toBeGreaterThan(50_000);
    expect(found.bytesPerSeries).toBeLessThan(20_000);
  });

  test('changes planted into quiet stretches are found where they began, and none where there is none', () => {
    const found = planting(unlabelledStretches(series).filter(isQuiet), SEED);
    expect(found.untouched.of).toBeGreaterThan(150);
    expect(hitRate(found)).toBeGreaterThan(0.9);
    expect(falseRate(found)).toBeLessThanOrEqual(0.02);
  });
});

test('changes planted into noise of four kinds are found where they began, and none where there is none', () => {
  const found = planting(noiseStretches(120, SEED), SEED);
  expect(hitRate(found)).toBeGreaterThan(0.9);
  expect(falseRate(found)).toBeLessThanOrEqual(0.02);
});
