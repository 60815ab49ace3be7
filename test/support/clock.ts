import type { Clock } from '../../src/domain/clock.ts';

export interface TestClock extends Clock {
  set(at: number): void;
  advance(ms: number): void;
}

/** Stands still until told. Default: 2026-11-23 03:14 UTC. */
export function createTestClock(at = Date.parse('2026-11-23T03:14:00Z')): TestClock {
  let now = at;
  return {
    now: () => now,
    set: (to) => {
      now = Math.max(now, to);
    },
    advance: (ms) => {
      now += ms;
    },
  };
}
