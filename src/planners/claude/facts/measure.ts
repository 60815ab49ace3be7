// What a number with its unit measures, in one base unit each: percent, milliseconds, bytes, per second.

export type Measure =
  | 'percent'
  | 'duration'
  | 'bytes'
  | 'bytes/s'
  | 'bits/s'
  | 'rate'
  | 'times'
  | 'money'
  | 'count';

export interface UnitMeaning {
  measure: Measure;
  /** Base units in one of it. */
  factor: number;
}

const DURATIONS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  msec: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};
const POWERS = 'kmgtp';

/** Forms with `|` between, the longer ones first, for a pattern that is matched without regard to case. */
export const DURATION_FORMS =
  'milliseconds?|msecs?|ms|µs|us|ns|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w';
export const SIZE_FORMS = '(?:[kmgtp]i?)?bytes?|[kmgtp]i?b|[kmgtp]i|(?:kilo|mega|giga|tera)bytes?|b';
export const PERCENT_FORMS = '%|percentage points?|percent|pct|pp';

/** Null: no unit that is known. `unit` as it is written; upper and lower case mean the same but for `M` and `m`. */
export function unitMeaning(unit: string): UnitMeaning | null {
  const lower = unit.toLowerCase().trim();
  if (/^(?:%|percentage points?|percent|pct|pp)$/.test(lower)) return { measure: 'percent', factor: 1 };
  const bits = /^([kmgt])bps$|^([kmgt])bit\/s$/.exec(lower);
  if (bits) return { measure: 'bits/s', factor: 1000 ** (POWERS.indexOf(bits[1] ?? bits[2] ?? '') + 1) };
  const per = /^(.*?)\s*(?:\/|per |an? )\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)$/.exec(lower);
  if (per) return rateMeaning(per[1] ?? '', per[2] ?? '');
  if (/^(?:rps|qps|tps|ops)$/.test(lower)) return { measure: 'rate', factor: 1 };
  if (lower === 'rpm') return { measure: 'rate', factor: 1 / 60 };
  if (/^(?:×|x|times|-?fold)$/.test(lower)) return { measure: 'times', factor: 1 };
  // `5 M` is millions: a minute is not written so.
  const duration = unit === 'M' ? undefined : durationFactor(lower);
  if (duration !== undefined) return { measure: 'duration', factor: duration };
  const size = sizeFactor(lower);
  return size === null ? null : { measure: 'bytes', factor: size };
}

function rateMeaning(of: string, every: string): UnitMeaning | null {
  const perMs = durationFactor(every);
  if (perMs === undefined) return null;
  const size = of === '' ? null : sizeFactor(of);
  return size === null
    ? { measure: 'rate', factor: 1_000 / perMs }
    : { measure: 'bytes/s', factor: (size * 1_000) / perMs };
}

function durationFactor(lower: string): number | undefined {
  return DURATIONS[lower] ?? DURATIONS[lower.replace(/s$/, '')];
}

/** Decimal, as `formatBytes` writes; with an `i` binary. */
function sizeFactor(lower: string): number | null {
  if (/^(?:b|bytes?)$/.test(lower)) return 1;
  const [, power = '', binary] =
    /^([kmgtp])(i?)(?:b|bytes?)?$/.exec(lower) ?? /^([kmgt])(?:ilo|ega|iga|era)()bytes?$/.exec(lower) ?? [];
  if (power === '' || (lower.length === 1 && binary === '')) return null;
  return (binary === 'i' ? 1024 : 1000) ** (POWERS.indexOf(power) + 1);
}

/** What a field of that name is measured in, where its value stands without a unit: `error_rate=12.3`, `"usedBytes":512`. */
export function meaningOfKey(key: string): UnitMeaning | null {
  const words = key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  if (/(?:^|[_.-])(?:ms|millis|milliseconds)$/.test(words)) return { measure: 'duration', factor: 1 };
  if (/(?:^|[_.-])(?:seconds|secs|ttl|timeout)$/.test(words)) return { measure: 'duration', factor: 1_000 };
  if (/(?:^|[_.-])bytes$/.test(words)) return { measure: 'bytes', factor: 1 };
  if (/(?:percent|pct|error_?rate|hit_?rate|miss_?rate|ratio|cpu|usage|utili[sz]ation)$/.test(words))
    return { measure: 'percent', factor: 1 };
  return null;
}
