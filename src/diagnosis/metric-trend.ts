// Where a metric stands against its own past: normal band, trend, and since when it is outside of it.
import { sparkline, type Trend, trendOf } from '../domain/sparkline.ts';
import { type Band, bandOf, sameHourOf } from './metrics/band.ts';
import { deviationOf, lastingChange } from './metrics/deviation.ts';
import { cleaned, type Point } from './metrics/points.ts';

export interface SeriesReading {
  /** The hour before `now`, thirty characters at most. */
  sparkline: string;
  trend: Trend;
  /** From the first measurement of that hour to `now`: what the sparkline shows. */
  spanMs: number;
  /** From its first measurement to its last: what the trend rests on. */
  measuredMs: number;
  /** What it normally is: the median of this hour on earlier days, else of the quiet time. Null: too little history. */
  baseline: number | null;
  /** Around the baseline; null with it. */
  band: Band | null;
  abnormal: boolean;
  /** Instant at which it began to leave its usual level for where it is now. Null: not abnormal. */
  deviatesSince: number | null;
  /** It was outside at the first point there is: it may have begun earlier than `deviatesSince`. */
  orEarlier: boolean;
}

const HOUR_MS = 3_600_000;
const DEFAULT_QUIET_MS = 30 * 60_000;
const buckets = 30;

/**
 * `points` in any order. `quietBefore`: what lies before it counts as normal; half an hour ago unless told (an incident's
 * start is better), and no later than a change that lasts until now. `sameHour`: the mean of this hour on earlier days, taken
 * from the points where they reach back so far; three of them, and they are what is normal, as a load that comes every morning is.
 */
export function readSeries(
  points: readonly Point[],
  {
    now,
    quietBefore = now - DEFAULT_QUIET_MS,
    sameHour = [],
  }: { now: number; quietBefore?: number; sameHour?: readonly Point[] | undefined },
): SeriesReading {
  const known = cleaned(points, now);
  const ofHour = known.filter(({ at }) => at > now - HOUR_MS);
  const hour = ofHour.map(({ value }) => value);
  const seen = { sparkline: sparkline(inBuckets(hour)), trend: trendOf(hour) };
  const quietEnd = Math.min(quietBefore, lastingChange(known) ?? quietBefore);
  const band = bandOf(
    known.filter(({ at }) => at < quietEnd).map(({ value }) => value),
    cleaned(sameHour.length > 0 ? sameHour : sameHourOf(known, now), now).map(({ value }) => value),
  );
  const deviation = band === null ? null : deviationOf(known, band);
  // A jump of the last minutes is no trend to the thirds of an hour, but it is what one wants to be told.
  const jumped = deviation !== null && deviation.since > now - HOUR_MS;
  const trend = jumped ? (deviation.direction === 'up' ? '↑ increasing' : '↓ decreasing') : seen.trend;
  return {
    ...seen,
    trend,
    spanMs: now - (ofHour[0]?.at ?? now),
    measuredMs: (ofHour.at(-1)?.at ?? now) - (ofHour[0]?.at ?? now),
    baseline: band?.middle ?? null,
    band,
    abnormal: deviation !== null,
    deviatesSince: deviation?.since ?? null,
    orEarlier: deviation?.orEarlier ?? false,
  };
}

/** The largest of each bucket: a spike must stay visible. */
function inBuckets(values: readonly number[]): number[] {
  if (values.length <= buckets) return [...values];
  return Array.from({ length: buckets }, (_, index) => {
    const from = Math.floor((index * values.length) / buckets);
    const to = Math.floor(((index + 1) * values.length) / buckets);
    return values.slice(from, to).reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  });
}
