// Leaves an API alone that does not answer, so that it slows nothing else.
import type { Clock } from '../../domain/clock.ts';

/**
 * How one conversation went for the API: `dead` (no answer, too slow, overloaded, the key refused), `alive` (it
 * answered, whatever it said), `unknown` (it was not asked, or we hung up).
 */
export type Health = 'alive' | 'dead' | 'unknown';

export interface BreakerState {
  /** `half-open`: the time is over, and the next conversation, or the one that runs, is the trial. */
  state: 'closed' | 'open' | 'half-open';
  /** Conversations in a row that found it dead. */
  failures: number;
  /** Until then nothing is asked. Null: closed. */
  retryAt: number | null;
}

export interface Breaker {
  /** Before a conversation. `done` must be called once, at its end. */
  enter(): { ok: true; done(health: Health): void } | { ok: false; retryAt: number };
  state(): BreakerState;
}

const OPENS_AFTER = 3;
const FIRST_MS = 60_000;
const LONGEST_MS = 600_000;

/** One for each key and address. Closed at first; after three dead ones open for 1 minute, doubled each time up to 10. */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let openings = 0;
  let retryAt: number | null = null;
  let trial = false;

  function open(): void {
    retryAt = clock.now() + Math.min(LONGEST_MS, FIRST_MS * 2 ** openings);
    openings += 1;
  }

  function end(health: Health, isTrial: boolean): void {
    if (isTrial) trial = false;
    if (health === 'unknown') return;
    if (health === 'alive') {
      failures = 0;
      openings = 0;
      retryAt = null;
      return;
    }
    failures += 1;
    // One that began before it was opened says nothing new.
    const opened = retryAt !== null;
    if (isTrial || (!opened && failures >= OPENS_AFTER)) open();
  }

  return {
    enter() {
      if (retryAt !== null) {
        if (clock.now() < retryAt || trial) return { ok: false, retryAt: Math.max(retryAt, clock.now()) };
        trial = true;
      }
      const isTrial = trial && retryAt !== null;
      let ended = false;
      return {
        ok: true,
        done(health) {
          if (ended) return;
          ended = true;
          end(health, isTrial);
        },
      };
    },
    state: () => ({
      state: retryAt === null ? 'closed' : clock.now() < retryAt ? 'open' : 'half-open',
      failures,
      retryAt,
    }),
  };
}
