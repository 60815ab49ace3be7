// Since when a series is outside of what is normal for it.
import { median } from '../../domain/median.ts';
import { type Band, bandOf, isOutside } from './band.ts';
import { beginningOf } from './beginning.ts';
import { findOnset } from './onset.ts';
import type { Point } from './points.ts';

export interface Deviation {
  /** Instant of the first point that belongs to it. */
  since: number;
  direction: 'up' | 'down';
  /** All there is to see is outside: it began then, or earlier. */
  orEarlier: boolean;
}

/** A moment within the band does not end it. */
const MOST_INSIDE = 2;
const LEAST_BEFORE = 5;
/** So many outside together were a trouble of their own. */
const EARLIER = 3;
/** The latest value alone has to be so many times as far as the band reaches. */
const ALONE = 2;
/** So many of the latest values are looked through for a change. */
const LOOKED_THROUGH = 500;

/** Null: now it is within the band, or only just left it. `points` in order, see `cleaned`. */
export function deviationOf(points: readonly Point[], band: Band): Deviation | null {
  const latest = points.at(-1);
  if (!latest || !isOutside(latest.value, band)) return null;
  const up = latest.value > band.middle;
  const onSide = ({ value }: Point) => (up ? value > band.high : value < band.low);
  let first = points.length - 1;
  let outside = 1;
  for (let index = first - 1, inside = 0; index >= 0 && inside <= MOST_INSIDE; index -= 1) {
    const point = points[index];
    if (!point || !onSide(point)) {
      inside += 1;
      continue;
    }
    inside = 0;
    outside += 1;
    first = index;
  }
  const reach = up ? band.high - band.middle : band.middle - band.low;
  if (outside === 1 && Math.abs(latest.value - band.middle) < ALONE * reach) return null;
  const begin = first < LEAST_BEFORE ? first : begunAt(points, first, { sign: up ? 1 : -1, onSide });
  return {
    since: points[begin]?.at ?? latest.at,
    direction: up ? 'up' : 'down',
    orEarlier: first === 0 && points.length > 1,
  };
}

/**
 * Before a change that lasts until now: its instant, null where there is none. "Lasts": most of what came after it, and the
 * latest value, are outside of what was normal before it.
 */
export function lastingChange(points: readonly Point[]): number | null {
  const looked = points.slice(-LOOKED_THROUGH);
  const onset = findOnset(looked.map(({ value }) => value));
  if (onset === null) return null;
  const before = looked.slice(0, onset.index).map(({ value }) => value);
  const after = looked.slice(onset.index).map(({ value }) => value);
  const band = bandOf(before, []);
  if (band === null || !isOutside(after.at(-1) ?? band.middle, band)) return null;
  const outside = after.filter((value) => isOutside(value, band)).length;
  return outside * 2 > after.length ? (looked[onset.index]?.at ?? null) : null;
}

/** A slow rise left its usual level before it left the band. An earlier trouble that was over meanwhile is no part of it. */
function begunAt(
  points: readonly Point[],
  first: number,
  { sign, onSide }: { sign: number; onSide: (point: Point) => boolean },
): number {
  const from = endOfEarlier(points, first, onSide);
  if (first - from < LEAST_BEFORE) return first;
  return from + begunWithin(points.slice(from), first - from, sign);
}

/** After the last few together that were outside before; 0: there were none. */
function endOfEarlier(points: readonly Point[], first: number, onSide: (point: Point) => boolean): number {
  let together = 0;
  for (let index = first - 1; index >= 0; index -= 1) {
    const point = points[index];
    together = point && onSide(point) ? together + 1 : 0;
    if (together === EARLIER) return index + EARLIER;
  }
  return 0;
}

function begunWithin(points: readonly Point[], first: number, sign: number): number {
  const values = points.map(({ value }) => value);
  // What was usual right before: of a rise that is noticed late, the latest belong to it already.
  const before = values.slice(Math.max(0, first - 60), Math.max(LEAST_BEFORE, first - 10));
  return beginningOf(values, { index: first, sign, level: median(before) });
}
