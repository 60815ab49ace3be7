// What each measurement says: usual or not, since when, and whether something is at its limit.
import type { MetricSeries } from '../../domain/capability.ts';
import { compareText } from '../../domain/text/compare.ts';
import { readSeries } from '../metric-trend.ts';
import type { Readings, ServiceReadings } from './readings.ts';

type Point = MetricSeries['points'][number];

export interface MetricFact {
  service: string;
  metric: string;
  unit: MetricSeries['unit'];
  current: number | null;
  /** Null: too little of a past to say what is usual. */
  usual: number | null;
  abnormal: boolean;
  /** Instant of the first point that is not usual, in the run that lasts until now. */
  since: number | null;
  up: boolean;
  /** How far apart its points are: what began between two of them shows at the second. */
  resolutionMs: number;
  /** The same numbers stand at several services: of the machine they share. */
  shared: boolean;
  points: readonly Point[];
}

const DEFAULT_RESOLUTION_MS = 60_000;
const MOST_RESOLUTION_MS = 5 * 60_000;

/** By service, then by name. Where several sources measure the same, the one that knows the most of its past. */
export function metricEvidence({ about, startedAt, now }: Readings): MetricFact[] {
  const all = about.flatMap((one) => factsOf(one, { quietBefore: Math.min(startedAt, now), now }));
  const holders = new Map<string, Set<string>>();
  for (const fact of all) {
    const key = sameNumbers(fact);
    holders.set(key, (holders.get(key) ?? new Set()).add(fact.service));
  }
  return all.map((fact) => ({ ...fact, shared: (holders.get(sameNumbers(fact))?.size ?? 0) > 1 }));
}

function factsOf(
  { service, series }: ServiceReadings,
  when: { quietBefore: number; now: number },
): MetricFact[] {
  const best = new Map<string, MetricSeries>();
  for (const each of series) {
    const known = best.get(each.metric);
    if (!known || knowsMore(each, known)) best.set(each.metric, each);
  }
  return [...best.values()]
    .sort((a, b) => compareText(a.metric, b.metric))
    .map((each) => {
      const { metric, unit, current, points, sameHour } = each;
      const { baseline, abnormal, deviatesSince } = readSeries(points, { ...when, sameHour });
      const last = points.at(-1)?.value ?? null;
      const value = current ?? last;
      return {
        service,
        metric,
        unit,
        current: value,
        usual: baseline,
        abnormal,
        since: abnormal ? deviatesSince : null,
        up: value !== null && baseline !== null && value > baseline,
        resolutionMs: resolutionOf(points),
        shared: false,
        points,
      };
    });
}

function knowsMore(one: MetricSeries, other: MetricSeries): boolean {
  if (one.points.length !== other.points.length) return one.points.length > other.points.length;
  return JSON.stringify(one.points) > JSON.stringify(other.points);
}

function sameNumbers({ metric, points, service }: MetricFact): string {
  return points.length < 5 ? `${service} ${metric}` : JSON.stringify([metric, points]);
}

function resolutionOf(points: readonly Point[]): number {
  const gaps = points
    .slice(1)
    .map((point, index) => point.at - (points[index]?.at ?? point.at))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  return Math.min(gaps[Math.floor(gaps.length / 2)] ?? DEFAULT_RESOLUTION_MS, MOST_RESOLUTION_MS);
}

/**
 * When it left what it was before a change, where that was soon after it: what climbs slowly is out of its band only
 * long after it began to climb. Null: it did not.
 */
export function movedAfter(
  { points }: MetricFact,
  change: { at: number; withinMs: number; now: number },
): number | null {
  const { abnormal, deviatesSince } = readSeries(points, { now: change.now, quietBefore: change.at });
  if (!abnormal || deviatesSince === null || deviatesSince < change.at) return null;
  return deviatesSince - change.at <= change.withinMs ? deviatesSince : null;
}

export const isEffect = (metric: string): boolean =>
  /^(?:up|error_?rate|errors?|latency|response_?time|5xx|availability|success_?rate)/i.test(metric);
export const isTraffic = (metric: string): boolean =>
  /request|traffic|throughput|\b[rq]ps\b|visits|hits/i.test(metric);
/** What fills up when there is too much work. */
export const isLoad = (metric: string): boolean =>
  /cpu|connection|iops|load|queue|thread|session|backlog|\blag\b|depth|busy|wait/i.test(metric);

/** How many connections there are, or how many are free. */
export const isPool = (metric: string): boolean =>
  /connections?(?:_|\b)|conn_|pool|sessions?\b/i.test(metric);

/** How many times the usual it is; null: not known. */
export function timesUsual({ current, usual }: MetricFact): number | null {
  return current === null || usual === null || usual <= 0 ? null : current / usual;
}

/** Percent of something that ends at 100. */
export function isNearlyFull({ unit, current }: MetricFact): boolean {
  return unit === '%' && current !== null && current >= 97;
}
