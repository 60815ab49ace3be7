// Whether alerts pour in: then the engine takes its work in small pieces, because they share one thread.
import type { Clock } from '../domain/clock.ts';

export interface Flood {
  /** So many came just now. */
  note(alerts: number): void;
  isOn(): boolean;
}

const SPAN_MS = 250;
/** In one span and the one before: some four hundred a second. */
const MANY = 100;

export function createFlood(clock: Clock): Flood {
  let span = 0;
  let now = 0;
  let before = 0;
  function turn(): void {
    const current = Math.floor(clock.now() / SPAN_MS);
    if (current === span) return;
    before = current === span + 1 ? now : 0;
    now = 0;
    span = current;
  }
  return {
    note(alerts) {
      turn();
      now += alerts;
    },
    isOn() {
      turn();
      return now + before >= MANY;
    },
  };
}
