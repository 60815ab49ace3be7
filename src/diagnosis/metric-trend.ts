// Where a metric stands against its own recent past: normal value, band, and since when it is outside of it.
import { sparkline, type Trend, trendOf } from '../domain/sparkline.ts';

export interface Point {
  at: number;
  value: number;
}

export interface SeriesReading {
  /** The hour before `now`, thirty characters at most. */
  sparkline: string;
  trend: Trend;
  /** What it normally is: the median of this hour on earlier days, else of the quiet time. Null: too little history. */
  baseline: number | null;
  abnormal: boolean;
  /** Instant of the first point outside the band in the run that lasts until now. Null: not abnormal. */
  deviatesSince: number | null;
}

const HOUR_MS = 3_600_000;
const DEFAULT_QUIET_MS = 30 * 60_000;
const leastPoints = 5;
/** A day that was like no other must not decide. */
const leastDays = 3;
const buckets = 30;
/** Makes the median absolute deviation comparable to a standard deviation of normal noise. */
const madScale = 1.4826;

/**
 * `points` oldest first. `quietBefore`: what lies before it counts as normal; half an hour ago unless told (an
 * incident's start is better). `sameHour`: the mean of this hour on earlier days; three of them, and they are what is
 * normal, as a load that comes every morning is. Outside means further from the median than three deviations, and
 * than a fifth of it.
 */
export function readSeries(
  points: readonly Point[],
  {
    now,
    quietBefore = now - DEFAULT_QUIET_MS,
    sameHour = [],
  }: { now: number; quietBefore?: number; sameHour?: readonly Point[] | undefined },
): SeriesReading {
  const known = points.filter(({ at, value }) => Number.isFinite(value) && at <= now);
  const hour = known.filter(({ at }) => at > now - HOUR_MS).map(({ value }) => value);
  const quiet = known.filter(({ at }) => at < quietBefore).map(({ value }) => value);
  const seen = { sparkline: sparkline(inBuckets(hour)), trend: trendOf(hour) };
  const days = sameHour
    .filter(({ at, value }) => Number.isFinite(value) && at < now)
    .map(({ value }) => value);
  const daily = days.length >= leastDays;
  if (!daily && quiet.length < leastPoints)
    return { ...seen, baseline: null, abnormal: false, deviatesSince: null };
  const baseline = medianOf(daily ? days : quiet);
  // The mean of an hour is smoother than its points: their own noise counts beside the difference of the days.
  const spread = Math.max(spreadOf(quiet), daily ? spreadOf(days) : 0);
  const band = Math.max(3 * spread, Math.abs(baseline) * 0.2, 1e-9);
  const outside = ({ value }: Point) => Math.abs(value - baseline) > band;
  let since: number | null = null;
  for (let index = known.length - 1; index >= 0; index -= 1) {
    const point = known[index];
    if (!point || !outside(point)) break;
    since = point.at;
  }
  const latest = known.at(-1)?.value ?? baseline;
  // A jump of the last minutes is no trend to the thirds of an hour, but it is what one wants to be told.
  const jumped = since !== null && since > now - HOUR_MS;
  const trend = jumped ? (latest > baseline ? '↑ increasing' : '↓ decreasing') : seen.trend;
  return { ...seen, trend, baseline, abnormal: since !== null, deviatesSince: since };
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

/** How far the values usually are from their median; 0 for none. */
function spreadOf(values: readonly number[]): number {
  const middle = medianOf(values);
  return madScale * medianOf(values.map((value) => Math.abs(value - middle)));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return lower / 2 + upper / 2;
}
