// How often an address was refused lately. Past the limit its refusals are answered late and not logged each.
// A right secret is never refused for the wrong ones beside it: an attacker, or one wrong receiver behind the
// same proxy, must not be able to silence a monitoring system, which does not repeat a 401.
import type { Clock } from '../domain/clock.ts';

export interface Refused {
  /** Answer late, cheaply, without a log line. */
  limited: boolean;
  /** The first one past the limit of this minute: worth one line. */
  first: boolean;
}

export interface Failures {
  note(address: string): Refused;
}

const WINDOW_MS = 60_000;
const PER_WINDOW = 20;
const ADDRESSES_MAX = 1_000;

export function createFailures(clock: Clock): Failures {
  const byAddress = new Map<string, { since: number; count: number }>();

  function note(address: string): Refused {
    const now = clock.now();
    let entry = byAddress.get(address);
    if (!entry || now - entry.since >= WINDOW_MS || now < entry.since) {
      entry = { since: now, count: 0 };
      byAddress.delete(address);
      // A Map keeps insertion order: the oldest window goes first.
      const oldest = byAddress.keys().next();
      if (byAddress.size >= ADDRESSES_MAX && !oldest.done) byAddress.delete(oldest.value);
      byAddress.set(address, entry);
    }
    entry.count += 1;
    return { limited: entry.count > PER_WINDOW, first: entry.count === PER_WINDOW + 1 };
  }

  return { note };
}
