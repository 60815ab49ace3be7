// When a series began to be other than it was: a step, a ramp or a spike, found from nothing but the series itself.
import { median, quantileOfSorted, sorted } from '../../domain/median.ts';
import { beginningOf } from './beginning.ts';

export interface Onset {
  /** Of the first value that belongs to the change. */
  index: number;
  direction: 'up' | 'down';
}

/** So many values before it have to be known, to know what is usual. */
export const LEAST_BEFORE = 20;
/** The level a value is compared with is that of so many before it: a slow drift, as a day has it, is none to that. */
const LEVEL_OF = 40;
/** The latest before it are left out of its level, and more of them of what is usual, or a ramp would hide itself. */
const LEVEL_GAP = 2;
const USUAL_GAP = 20;
/** So many together make a shift, where each alone would be within the noise. */
const TOGETHER = 5;
/** Relative to the largest value: less is rounding. */
const ROUNDING = 1e-9;
/** Of the distances there were, the largest fifth tells how thick the tail is. */
const TAIL = 0.8;
/**
 * So many mean excesses beyond where the tail begins; with an exponential tail that is once in 40,000 values. And so many times
 * the largest there was. No ratios of small whole numbers, so that counts do not lie on the border.
 */
const EXCESSES = 9.0300017;
const BEYOND = 1.2700013;
/** The tail of few values is known badly: with thirty of them it has to be twice as far. */
const FEW = 30;
/** With fewer than that before it, those after it are asked as well. */
const ENOUGH = 140;
/** Of counts, most distances may be the same: the excess is taken to be half of the mean distance at least. */
const LEAST_EXCESS = 0.5;

/**
 * The first change in `values`, oldest first; null: none that stands out. Each value is compared with the level before it, and
 * this distance with those there were: a series that always jumps has to jump higher. The same for the mean of five distances. Multiplying or moving all values changes nothing.
 */
export function findOnset(values: readonly number[]): Onset | null {
  if (values.length <= LEAST_BEFORE) return null;
  const away = values.map((value, index) => (index === 0 ? 0 : value - levelBefore(values, index)));
  const shift = away.map((_, index) => mean(away.slice(Math.max(0, index + 1 - TOGETHER), index + 1)));
  const nothing = ROUNDING * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const both = [away, shift].map((distances) => ({ distances, furthest: furthestUntil(distances) }));
  for (let index = LEAST_BEFORE; index < values.length; index += 1) {
    const sign = both
      .map(({ distances, furthest }) => standsOut(distances, { index, furthest, nothing }))
      .find((one) => one !== 0);
    if (sign === undefined) continue;
    return {
      index: beginningOf(values, { index, sign, level: levelBefore(values, index) }),
      direction: sign > 0 ? 'up' : 'down',
    };
  }
  return null;
}

/** +1 or -1: further than the others, on that side. 0: it does not stand out. `furthest`: of all until each index. */
function standsOut(
  distances: readonly number[],
  { index, furthest, nothing }: { index: number; furthest: readonly number[]; nothing: number },
): number {
  const distance = distances[index] ?? 0;
  const far = Math.abs(distance);
  // Nearly all end here, before anything is sorted.
  if (far <= nothing || far <= BEYOND * (furthest[index - USUAL_GAP] ?? 0)) return 0;
  const others = sorted(othersOf(distances, index).map(Math.abs));
  if (far <= BEYOND * (others.at(-1) ?? 0)) return 0;
  const begin = quantileOfSorted(others, TAIL);
  // Many may be just as far as where the tail begins: rounding is not to make them part of it.
  const tail = others.map((each) => each - begin).filter((beyond) => beyond > nothing);
  const excess = Math.max(mean(tail), LEAST_EXCESS * mean(others));
  return far > begin + EXCESSES * (1 + FEW / others.length) * excess ? Math.sign(distance) : 0;
}

function furthestUntil(distances: readonly number[]): number[] {
  let furthest = 0;
  return distances.map((distance, index) => {
    if (index > 0) furthest = Math.max(furthest, Math.abs(distance));
    return furthest;
  });
}

/** Those before, or where they are few, those after as well, from where a change has become the level. */
function othersOf(distances: readonly number[], index: number): number[] {
  const before = distances.slice(1, Math.max(1, index + 1 - USUAL_GAP));
  return before.length >= ENOUGH ? before : [...before, ...distances.slice(index + LEVEL_OF + USUAL_GAP)];
}

function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}

function levelBefore(values: readonly number[], index: number): number {
  const end = Math.max(1, index - LEVEL_GAP);
  return median(values.slice(Math.max(0, end - LEVEL_OF), end));
}
