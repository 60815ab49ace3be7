// Over which part of a stretch of time a log is known to have had lines at all: a rate is over that part, and silence
// before it or after it is not the silence of a program that had nothing to say.

export interface LineTimes {
  /** Lines of any kind. */
  count: number;
  /** Instants; null: no line had a time. */
  firstAt: number | null;
  lastAt: number | null;
  /** Between two lines that follow each other there was never more; null: there are no two of different times. */
  longestGapMs: number | null;
}

export interface LineTimer {
  /** In any order. */
  add(at: number | null): void;
  told(): LineTimes;
}

export interface Covered {
  /** Instants. */
  from: number;
  to: number;
}

/** The longest gap is known as exactly as this part of the stretch, however many lines there are. */
const SLICES = 600;
/** A pause this much longer than the longest there was is none of the usual. */
const PAUSES = 2;
/** In a shorter one nobody sees a log that stopped: lines reach a collector late. */
const LEAST_SILENCE_MS = 2 * 60_000;
const LEAST_LINES = 5;

/** In memory that does not grow with the lines. */
export function lineTimer({ from, to }: Covered): LineTimer {
  const slices = new Uint8Array(SLICES);
  const sliceMs = Math.max(1, (to - from) / SLICES);
  let count = 0;
  let [firstAt, lastAt] = [Infinity, -Infinity];
  return {
    add(at) {
      count += 1;
      if (at === null) return;
      if (at < firstAt) firstAt = at;
      if (at > lastAt) lastAt = at;
      slices[Math.min(SLICES - 1, Math.max(0, Math.floor((at - from) / sliceMs)))] = 1;
    },
    told: () => ({
      count,
      firstAt: firstAt === Infinity ? null : firstAt,
      lastAt: lastAt === -Infinity ? null : lastAt,
      longestGapMs: longestGap(slices, sliceMs),
    }),
  };
}

/** A gap between two slices may be one slice longer than those that are empty. */
function longestGap(slices: Uint8Array, sliceMs: number): number | null {
  let [last, most] = [-1, 0];
  for (let index = 0; index < slices.length; index += 1) {
    if (slices[index] === 0) continue;
    if (last !== -1) most = Math.max(most, index - last);
    last = index;
  }
  return most === 0 ? null : Math.ceil((most + 1) * sliceMs);
}

/** The longest pause there was in any of them; null: too few lines to know what is usual. */
export function usualGap(all: readonly LineTimes[]): number | null {
  const gaps = all.flatMap(({ longestGapMs }) => longestGapMs ?? []);
  const lines = all.reduce((sum, { count }) => sum + count, 0);
  return gaps.length === 0 || lines < LEAST_LINES ? null : Math.max(...gaps);
}

/**
 * `whole`: all lines of the stretch are in `times`; else the newest, and before the first of them nothing is known.
 * Null: no line of any kind, or it is not known of when.
 */
export function coveredBy(
  { firstAt, lastAt, count }: LineTimes,
  { from, to, whole, gapMs }: Covered & { whole: boolean; gapMs: number | null },
): Covered | null {
  if (count === 0) return null;
  if (firstAt === null || lastAt === null) return whole ? { from, to } : null;
  const silence = silenceOf(gapMs);
  const covered = {
    from: whole && firstAt - from <= silence ? Math.min(from, firstAt) : firstAt,
    to: to - lastAt > silence ? lastAt : to,
  };
  return covered.from <= covered.to ? covered : { from: covered.from, to: covered.from };
}

/** When its lines stopped; null: they go on, or nobody can tell. */
export function stoppedAt({ lastAt }: LineTimes, to: number, gapMs: number | null): number | null {
  return lastAt !== null && to - lastAt > silenceOf(gapMs) ? lastAt : null;
}

function silenceOf(gapMs: number | null): number {
  return gapMs === null ? Infinity : Math.max(LEAST_SILENCE_MS, PAUSES * gapMs);
}
