// What is normal for a series: a middle and how far around it, learnt from the same hour of earlier days or from the quiet time before.
import { median, quantile, spread } from '../../domain/median.ts';
import type { Point } from './points.ts';

export interface Band {
  middle: number;
  low: number;
  high: number;
  /** What it is learnt from: this hour on so many earlier days, or else the quiet time before. */
  from: { days: number } | 'recent';
}

/** A day that was like no other must not decide. */
const LEAST_DAYS = 3;
const LEAST_POINTS = 5;
const DEVIATIONS = 3;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_DAYS = 7;

/**
 * `quiet`: values of the time before; `days`: the mean of this hour on each earlier day, which decide where there are three. The
 * band reaches as far from the median as three deviations (by the median absolute deviation) of either, as three times the
 * distance of the tenth at either end of `quiet`, for what is lopsided, as the second furthest of the days, for a weekend (with the
 * noise around it), and a fifth of the median. Null: too little is known.
 */
export function bandOf(quiet: readonly number[], days: readonly number[]): Band | null {
  const daily = days.length >= LEAST_DAYS;
  if (!daily && quiet.length < LEAST_POINTS) return null;
  const middle = median(daily ? days : quiet);
  const usual = median(quiet);
  const noise = DEVIATIONS * spread(quiet);
  const least = Math.max(noise, daily ? DEVIATIONS * spread(days) : 0, aFifthOf(middle), 1e-9);
  const noisy = quiet.length >= LEAST_POINTS;
  const below = [noisy ? DEVIATIONS * (usual - quantile(quiet, 0.1)) : 0];
  const above = [noisy ? DEVIATIONS * (quantile(quiet, 0.9) - usual) : 0];
  if (daily) {
    const sorted = [...days].sort((a, b) => a - b);
    const [low = middle, high = middle] = [sorted[1], sorted.at(-2)];
    below.push(middle - low + Math.max(noise, aFifthOf(low)));
    above.push(high - middle + Math.max(noise, aFifthOf(high)));
  }
  return {
    middle,
    low: middle - Math.max(least, ...below),
    high: middle + Math.max(least, ...above),
    from: daily ? { days: days.length } : 'recent',
  };
}

/** The mean of the hour that ends now, on each of the seven days before: of those that `points` reach back to, oldest first. */
export function sameHourOf(points: readonly Point[], now: number): Point[] {
  return Array.from({ length: MOST_DAYS }, (_, index) => now - (MOST_DAYS - index) * DAY_MS).flatMap((at) => {
    const hour = points.filter(
      (point) => point.at > at - HOUR_MS && point.at <= at && Number.isFinite(point.value),
    );
    if (hour.length === 0) return [];
    return [{ at, value: hour.reduce((sum, { value }) => sum + value / hour.length, 0) }];
  });
}

/** Nobody gets up for less. */
function aFifthOf(value: number): number {
  return Math.abs(value) / 5;
}

export function isOutside(value: number, { low, high }: Pick<Band, 'low' | 'high'>): boolean {
  return value < low || value > high;
}
