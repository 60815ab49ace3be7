// The cache: keys with a lifetime, shared by all app instances, in a process of its own.
import { runChild } from './child-runtime.mjs';
import { matchesPattern } from './pattern.mjs';
import { serveWire } from './wire.mjs';

const windowMs = 10_000;

runChild(async ({ port, maxKeys }, log) => {
  const entries = new Map();
  const recent = [];
  const buildTimes = [];
  let hits = 0;
  let misses = 0;

  function get(key) {
    const now = performance.now();
    const entry = entries.get(key);
    const hit = entry !== undefined && entry.until > now;
    if (entry && !hit) entries.delete(key);
    if (hit) hits += 1;
    else misses += 1;
    recent.push({ at: now, hit });
    return { value: hit ? entry.value : null };
  }

  function set(key, value, ttlMs, buildMs) {
    if (!(ttlMs > 0)) throw new Error('a lifetime must be more than 0 ms');
    entries.delete(key);
    if (entries.size >= maxKeys) entries.delete(entries.keys().next().value);
    entries.set(key, { value, until: performance.now() + ttlMs, bytes: JSON.stringify(value).length });
    buildTimes.push(buildMs);
    if (buildTimes.length > 100) buildTimes.shift();
    return {};
  }

  function flush(pattern) {
    sweep();
    const keysBefore = entries.size;
    for (const key of entries.keys()) if (matchesPattern(pattern, key)) entries.delete(key);
    const flushed = keysBefore - entries.size;
    log.info(`flushed ${flushed} of ${keysBefore} keys, pattern ${pattern}`);
    return { pattern, flushed, keysBefore, keysAfter: entries.size };
  }

  function stats(pattern) {
    sweep();
    const inWindow = recent.length;
    const matching = [...entries].filter(([key]) => matchesPattern(pattern, key));
    const bytes = matching.reduce((sum, [, entry]) => sum + entry.bytes, 0);
    const total = buildTimes.reduce((sum, each) => sum + each, 0);
    return {
      keys: matching.length,
      bytes,
      maxKeys,
      windowSeconds: windowMs / 1000,
      hitRate: inWindow === 0 ? null : recent.filter((one) => one.hit).length / inWindow,
      lookups: inWindow,
      hitsTotal: hits,
      missesTotal: misses,
      meanBuildMs: buildTimes.length === 0 ? null : Math.round(total / buildTimes.length),
    };
  }

  function sweep() {
    const now = performance.now();
    for (const [key, entry] of entries) if (entry.until <= now) entries.delete(key);
    while (recent.length > 0 && recent[0].at < now - windowMs) recent.shift();
  }

  const wire = await serveWire({
    port,
    answer: async ({ verb, key, value, ttlMs, buildMs, pattern }) => {
      switch (verb) {
        case 'get':
          return get(key);
        case 'set':
          return set(key, value, ttlMs, buildMs);
        case 'flush':
          return flush(pattern);
        case 'stats':
          return stats(pattern);
        default:
          throw new Error(`no verb ${verb}`);
      }
    },
  });
  const sweeping = setInterval(sweep, 1_000);
  log.info(`ready on ${wire.port}`);
  return {
    port: wire.port,
    stop: async () => {
      clearInterval(sweeping);
      wire.close();
    },
  };
});
