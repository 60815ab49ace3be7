// What was changed shortly before a series began to deviate. Nothing that came after it can be its cause.

export interface Change {
  /** Instant at which it took effect, or began to. */
  at: number;
  text: string;
}

/** A change shows late where a cache has to run empty first. */
const BEFORE_MS = 60 * 60_000;
/** A deploy is written down when it is done, and a minute's mean is dated at its beginning. */
const CLOCKS_MS = 60_000;

/** The nearest first. `stepMs`: how far apart the series is measured; its onset is known no better than that. */
export function changesBefore<T extends Change>(changes: readonly T[], onsetAt: number, stepMs: number): T[] {
  const until = onsetAt + Math.min(Math.max(stepMs, CLOCKS_MS), 5 * CLOCKS_MS);
  return changes
    .filter(({ at }) => at >= onsetAt - BEFORE_MS && at <= until)
    .toSorted((a, b) => Math.abs(onsetAt - a.at) - Math.abs(onsetAt - b.at));
}
