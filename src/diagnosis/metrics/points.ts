// Measurements as sources give them, made fit to reckon with.

export interface Point {
  /** Instant. */
  at: number;
  value: number;
}

/** Beyond it the difference of two values has no end; nobody measures that. */
const LARGEST = 1e300;

/**
 * In the order of time, none twice, none of the future, none that is no number. Of different values for one moment it is the
 * largest, whichever came first.
 */
export function cleaned(points: readonly Point[], now: number): Point[] {
  const known = points.filter(
    ({ at, value }) => Number.isFinite(at) && at <= now && Math.abs(value) <= LARGEST,
  );
  const inOrder = known.every(({ at }, index) => index === 0 || at > (known[index - 1]?.at ?? at));
  if (inOrder) return known;
  const largest = new Map<number, number>();
  for (const { at, value } of known) {
    const other = largest.get(at);
    if (other === undefined || value > other) largest.set(at, value);
  }
  return [...largest].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
}
