/**
 * Steps, ramps and spikes planted into stretches where nothing is labelled, and those stretches as they were. A planted
 * onset is hit when the one found is at most 3 points away; any onset in an untouched stretch is a false one.
 *
 * A stretch has 240 points. Of series: cut every 60 points from what is outside of the labelled windows and half a window around
 * them. It is quiet where no value is further than 4 standard deviations of the stretch from its median, and the medians of its
 * two halves are within one: what real series do unlabelled is not quiet by that alone. Of noise: normal, with memory (autoregressive, 0.7), of counts (Poisson, mean 4), heavy-tailed (lognormal, 0.5).
 * A change begins at a random point of the second half and its height is 8 to 16 standard deviations of the stretch, up or down.
 * A step stays, a ramp takes 5 to 20 points to its height and stays, a spike is over after 1 to 4 points. All of it is
 * drawn from one seed.
 */
import { findOnset } from '../../../src/diagnosis/metrics/onset.ts';
import { median } from '../../../src/domain/median.ts';
import type { LabelledSeries } from './nab-score.ts';

export type Kind = 'step' | 'ramp' | 'spike';

export interface Planting {
  /** Of each kind: how many were hit, of how many. */
  hits: Record<Kind, { hit: number; of: number }>;
  untouched: { falseOnsets: number; of: number };
}

const LENGTH = 240;
const EVERY = 60;
const NEAR = 3;
const KINDS: readonly Kind[] = ['step', 'ramp', 'spike'];

export function planting(stretches: readonly number[][], seed: number): Planting {
  const random = randomFrom(seed);
  const hits = { step: { hit: 0, of: 0 }, ramp: { hit: 0, of: 0 }, spike: { hit: 0, of: 0 } };
  for (const stretch of stretches) {
    for (const kind of KINDS) {
      const begin = LENGTH / 2 + Math.floor(random() * (LENGTH / 2 - 10));
      const found = findOnset(planted(stretch, { kind, begin, random }));
      hits[kind].of += 1;
      if (found && Math.abs(found.index - begin) <= NEAR) hits[kind].hit += 1;
    }
  }
  const falseOnsets = stretches.filter((stretch) => findOnset(stretch) !== null).length;
  return { hits, untouched: { falseOnsets, of: stretches.length } };
}

/** Those of all kinds together; NaN: there were none. */
export function hitRate({ hits }: Planting): number {
  const all = Object.values(hits);
  return all.reduce((sum, { hit }) => sum + hit, 0) / all.reduce((sum, { of }) => sum + of, 0);
}

export function falseRate({ untouched }: Planting): number {
  return untouched.falseOnsets / untouched.of;
}

/** Those of all that is unlabelled. What never moves has nothing to measure a height by, and is left out. */
export function unlabelledStretches(series: readonly LabelledSeries[]): number[][] {
  return series.flatMap(({ points, windows }) => {
    const near = windows.map(([from, to]) => [from - (to - from) / 2, to + (to - from) / 2] as const);
    const usable = points.map(
      ({ at, value }) => Number.isFinite(value) && !near.some(([from, to]) => at >= from && at <= to),
    );
    const stretches: number[][] = [];
    for (let begin = 0; begin + LENGTH <= points.length; begin += EVERY) {
      if (!usable.slice(begin, begin + LENGTH).every(Boolean)) continue;
      const values = points.slice(begin, begin + LENGTH).map(({ value }) => value);
      if (deviation(values) > 0) stretches.push(values);
    }
    return stretches;
  });
}

export function isQuiet(stretch: readonly number[]): boolean {
  const unit = deviation(stretch);
  const middle = median(stretch);
  const [first, second] = [stretch.slice(0, LENGTH / 2), stretch.slice(LENGTH / 2)].map(median);
  return (
    stretch.every((value) => Math.abs(value - middle) <= 4 * unit) &&
    Math.abs((first ?? middle) - (second ?? middle)) <= unit
  );
}

export function noiseStretches(count: number, seed: number): number[][] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, which) => {
    let memory = 0;
    return Array.from({ length: LENGTH }, () => {
      switch (which % 4) {
        case 0:
          return 100 + 10 * normal(random);
        case 1:
          memory = 0.7 * memory + normal(random);
          return 50 + 5 * memory;
        case 2:
          return poisson(4, random);
        default:
          return Math.exp(0.5 * normal(random));
      }
    });
  });
}

function planted(
  stretch: readonly number[],
  { kind, begin, random }: { kind: Kind; begin: number; random: () => number },
): number[] {
  const height = deviation(stretch) * (8 + 8 * random()) * (random() < 0.5 ? -1 : 1);
  const takes = 5 + Math.floor(random() * 16);
  const lasts = 1 + Math.floor(random() * 4);
  return stretch.map((value, index) => {
    const since = index - begin;
    if (since < 0 || (kind === 'spike' && since >= lasts)) return value;
    return value + height * (kind === 'ramp' ? Math.min(1, (since + 1) / takes) : 1);
  });
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Knuth's way, for small means. */
function poisson(mean: number, random: () => number): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > least; product *= random()) count += 1;
  return count;
}

/** Mulberry32 (Tommy Ettinger, public domain): from 0 to below 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
