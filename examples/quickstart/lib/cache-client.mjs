// One connection to the cache, opened when needed. Without a cache the shop goes on, more slowly: a lookup is a miss.
import { connectWire } from './wire.mjs';

const limitMs = 1_000;
const complainEveryMs = 5_000;

export function createCacheClient({ port, log }) {
  let connecting = null;
  let complainedAt = Number.NEGATIVE_INFINITY;

  async function ask(question) {
    connecting ??= connectWire(port());
    const mine = connecting;
    try {
      return await (await mine).ask(question, { timeoutMs: limitMs });
    } catch (error) {
      if (connecting === mine) connecting = null;
      complain(error);
      return null;
    }
  }

  function complain(error) {
    const now = performance.now();
    if (now - complainedAt < complainEveryMs) return;
    complainedAt = now;
    log.warn(`cache: ${error.message}, going on without`);
  }

  return {
    get: async (key) => (await ask({ verb: 'get', key }))?.value ?? null,
    /** ttlMs: lifetime in milliseconds. buildMs: what it took to make the value. */
    set: async (key, value, { ttlMs, buildMs }) => {
      await ask({ verb: 'set', key, value, ttlMs, buildMs: Math.round(buildMs) });
    },
  };
}
