// What INFO of a Redis says, and how long an emptied cache takes to be warm again. Pure.

export interface RedisInfo {
  /** It takes writes. */
  primary: boolean;
  version: string;
  /** By number of the database; those without keys are not there. */
  keys: ReadonlyMap<number, number>;
  /** Since it was started. Null: it does not say. */
  lookups: { hits: number; misses: number; uptimeMs: number } | null;
}

/** `field:value` lines, as every Redis and Valkey writes them. What is not there is unknown, never nought. */
export function parseInfo(text: string): RedisInfo {
  const fields = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
    }),
  );
  const number = (name: string): number => {
    const value = fields.get(name) ?? '';
    return /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  };
  const keys = [...fields].flatMap(([name, value]): [number, number][] => {
    const [database, count] = [/^db(\d{1,4})$/.exec(name)?.[1], /^keys=(\d{1,15})(?:,|$)/.exec(value)?.[1]];
    return database === undefined || count === undefined ? [] : [[Number(database), Number(count)]];
  });
  const [hits, misses, uptime] = ['keyspace_hits', 'keyspace_misses', 'uptime_in_seconds'].map(number);
  const known = [hits, misses, uptime].every((value) => value !== undefined && !Number.isNaN(value));
  return {
    primary: fields.get('role') === 'master',
    version: (fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown').slice(0, 40),
    keys: new Map(keys),
    lookups: known
      ? { hits: hits ?? 0, misses: misses ?? 0, uptimeMs: Math.max(1, uptime ?? 0) * 1000 }
      : null,
  };
}

/** A share, 0 to 1. Null: nobody asked for anything. */
export function hitRate({ hits, misses }: { hits: number; misses: number }): number | null {
  const all = hits + misses;
  return all > 0 ? hits / all : null;
}

/** Where nearly every lookup hits, the last few keys would count for hours. */
const BEST_RATE = 0.99;
const LONGEST_MS = 7 * 86_400_000;

/**
 * Until the hit rate is what it was, if each miss puts its key back and all keys are asked for alike often: after a
 * time t a key is back with 1 - e^(-t·L/K), so t = -ln(1 - rate)·K/L for K keys and L lookups a second. Popular keys
 * come back sooner. The keys of a pattern are asked for as often as their share, so K is always all of them.
 */
export function rebuildMs(of: {
  keys: number;
  hitRate: number | null;
  lookupsPerSecond: number | null;
}): number | null {
  if (of.keys === 0) return 0;
  if (of.hitRate === null || of.lookupsPerSecond === null || of.lookupsPerSecond <= 0) return null;
  const rate = Math.min(BEST_RATE, Math.max(0, of.hitRate));
  return Math.min(LONGEST_MS, Math.round((-Math.log(1 - rate) * of.keys * 1000) / of.lookupsPerSecond));
}
