// How rare a size is among those seen before, without keeping them: counts by size, four steps to a doubling.

export interface Tail {
  /**
   * How surprising `size` is, in bits: minus the logarithm to base 2 of the share of earlier sizes at least as large. 10 is once in
   * a thousand. Then it is counted itself. `size`: zero or more.
   */
  surprise(size: number): number;
}

const STEPS_PER_DOUBLING = 4;
/** From 2^-64 to 2^64; what is smaller or larger is counted at the ends. */
const BINS = 128 * STEPS_PER_DOUBLING;
const MIDDLE = BINS / 2;
/** Their sums are kept as well, so that counting what is larger does not go through all of them. */
const BLOCK = 16;
/** At so many counts everything is halved: what was long ago weighs less, and is never quite forgotten. */
const FULL = 8_000;
/**
 * A size above all others has no share to count. It is as rare as one in twice as many as there were, and rarer the further
 * it is above the largest: as of a Pareto tail of index 2, the heaviest whose variance is just not finite.
 */
const PARETO_INDEX = 2;
const HALF_A_COUNT = 0.5;

export function createTail(): Tail {
  const counts = new Float32Array(BINS);
  const blocks = new Float32Array(BINS / BLOCK);
  let total = 0;
  let top = 0;

  return {
    surprise(size) {
      const bin = binOf(size);
      const share = (atLeast(bin) + HALF_A_COUNT) / (total + 1);
      const beyond = bin > top && top > 0 ? (bin - top - 1) / STEPS_PER_DOUBLING : 0;
      count(bin);
      return -Math.log2(share) + PARETO_INDEX * beyond;
    },
  };

  function atLeast(bin: number): number {
    const block = Math.floor(bin / BLOCK);
    let sum = 0;
    for (let index = bin; index < (block + 1) * BLOCK; index += 1) sum += counts[index] ?? 0;
    for (let index = block + 1; index < blocks.length; index += 1) sum += blocks[index] ?? 0;
    return sum;
  }

  function count(bin: number): void {
    const block = Math.floor(bin / BLOCK);
    counts[bin] = (counts[bin] ?? 0) + 1;
    blocks[block] = (blocks[block] ?? 0) + 1;
    total += 1;
    if (bin > top) top = bin;
    if (total < FULL) return;
    for (let index = 0; index < BINS; index += 1) counts[index] = (counts[index] ?? 0) / 2;
    for (let index = 0; index < blocks.length; index += 1) blocks[index] = (blocks[index] ?? 0) / 2;
    total /= 2;
  }
}

/** Bin 0 is for no size at all. */
function binOf(size: number): number {
  if (!(size > 0)) return 0;
  return Math.max(1, Math.min(BINS - 1, Math.round(Math.log2(size) * STEPS_PER_DOUBLING) + MIDDLE));
}

/** Bytes that one of them keeps. */
export const TAIL_BYTES = (BINS + BINS / BLOCK) * Float32Array.BYTES_PER_ELEMENT;
