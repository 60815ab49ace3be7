// What a metric's name says of its unit and how it is read. Names by the conventions of Prometheus:
// https://prometheus.io/docs/practices/naming/ (base units, `_total` for counters, `_ratio` from 0 to 1).
import type { MetricSeries } from '../capability.ts';

/** `factor`: what a value is multiplied by to be in our stored unit. */
export interface MetricUnit {
  unit: MetricSeries['unit'];
  factor: number;
}

/** As an operator says what a query gives: `--set metric.error_rate.unit=percent`. */
export const UNIT_WORDS = {
  ratio: { unit: '%', factor: 100 },
  percent: { unit: '%', factor: 1 },
  seconds: { unit: 'ms', factor: 1000 },
  milliseconds: { unit: 'ms', factor: 1 },
  bytes: { unit: 'bytes', factor: 1 },
  'bytes-per-second': { unit: 'bytes/s', factor: 1 },
  'per-second': { unit: '/s', factor: 1 },
  count: { unit: 'count', factor: 1 },
  boolean: { unit: 'boolean', factor: 1 },
  none: { unit: '', factor: 1 },
} as const satisfies Record<string, MetricUnit>;
export type UnitWord = keyof typeof UNIT_WORDS;

export function isUnitWord(text: string): text is UnitWord {
  return Object.hasOwn(UNIT_WORDS, text);
}

/** Names we have a unit for, in Prometheus's base units: what a query of one's own for them is taken to give. */
const WELL_KNOWN: Readonly<Record<string, UnitWord>> = {
  error_rate: 'ratio',
  cpu_usage: 'ratio',
  memory_usage: 'ratio',
  disk_usage: 'ratio',
  latency: 'seconds',
  request_rate: 'per-second',
  up: 'boolean',
  service_oom_killed: 'boolean',
};

const SUFFIXES: readonly [RegExp, UnitWord][] = [
  [/_ratio$/, 'ratio'],
  [/_percent(age)?$/, 'percent'],
  [/_(milliseconds|ms)$/, 'milliseconds'],
  [/_seconds$/, 'seconds'],
  [/_bytes$/, 'bytes'],
  [/_total$/, 'per-second'],
  [/_count$/, 'count'],
];

/** Of a query under a name of one's own. */
export function unitOfName(name: string): UnitWord {
  const known = Object.hasOwn(WELL_KNOWN, name) ? WELL_KNOWN[name] : undefined;
  return known ?? SUFFIXES.find(([suffix]) => suffix.test(name))?.[1] ?? 'none';
}

/**
 * How one metric of Prometheus is read as one number over all its series. `names`: what else there is, which tells
 * a histogram. `selector` is not empty.
 */
export function readMetric(
  metric: string,
  names: ReadonlySet<string>,
  { selector, window }: { selector: string; window: string },
): MetricUnit & { expression: string } {
  const of = (name: string) => `${name}{${selector}}`;
  const rate = (name: string) => `sum(rate(${of(name)}[${window}]))`;
  const base = metric.replace(/_bucket$/, '');
  if (names.has(`${base}_bucket`) && (metric === base || metric.endsWith('_bucket')))
    return {
      ...UNIT_WORDS[unitOfName(base)],
      expression: `histogram_quantile(0.95, sum by (le) (rate(${of(`${base}_bucket`)}[${window}])))`,
    };
  if (metric === 'up') return { ...UNIT_WORDS.boolean, expression: `max(${of(metric)})` };
  // An instant is not a duration.
  if (/_(timestamp|start_time|boot_time|time)_seconds$/.test(metric) && !/response_time|_wait_/.test(metric))
    return { ...UNIT_WORDS.none, expression: `max(${of(metric)})` };
  if (/_(total|count|sum|bucket)$/.test(metric)) {
    const counted = metric.replace(/_(total|count|sum|bucket)$/, '');
    const bytes = /_bytes$/.test(counted) && /_(total|sum)$/.test(metric);
    const seconds = /_seconds$/.test(counted) && /_(total|sum)$/.test(metric);
    const word = bytes ? 'bytes-per-second' : seconds ? 'none' : 'per-second';
    return { ...UNIT_WORDS[word], expression: rate(metric) };
  }
  const word = unitOfName(metric);
  const one = word === 'ratio' || word === 'percent' || word === 'seconds' || word === 'milliseconds';
  return { ...UNIT_WORDS[word], expression: `${one ? 'avg' : 'sum'}(${of(metric)})` };
}
