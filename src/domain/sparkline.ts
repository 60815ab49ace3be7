// A series of measurements as one line of text, and the word for where it goes.

import { median } from './median.ts';

export type Trend = '↑ increasing' | '↓ decreasing' | '→ stable';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const flatBar = '▄';

/** One character per value, scaled from the lowest to the highest; a value that is no number is a space. */
export function sparkline(values: readonly number[]): string {
  const { lowest, highest } = rangeOf(values);
  // Halved before they are subtracted, so that values near the largest number do not overflow.
  const span = highest / 2 - lowest / 2;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      if (span === 0) return flatBar;
      const level = Math.floor(((value / 2 - lowest / 2) / span) * bars.length);
      return bars[Math.min(level, bars.length - 1)] ?? flatBar;
    })
    .join('');
}

/**
 * Compares the median of the first third with that of the last. It counts as a trend when they differ by
 * more than 10% of the larger one and by more than the series usually strays from those medians, so that
 * neither a single spike nor steady noise reads as one.
 */
export function trendOf(values: readonly number[]): Trend {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length < 2) return '→ stable';
  const third = Math.max(1, Math.floor(known.length / 3));
  const first = known.slice(0, third);
  const last = known.slice(-third);
  const from = median(first);
  const to = median(last);
  const change = to / 2 - from / 2;
  const noise = median([...strays(first, from), ...strays(last, to)]);
  const least = Math.max(Math.max(Math.abs(from), Math.abs(to)) * 0.1, noise) / 2;
  if (Math.abs(change) <= least) return '→ stable';
  return change > 0 ? '↑ increasing' : '↓ decreasing';
}

function rangeOf(values: readonly number[]): { lowest: number; highest: number } {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, highest };
}

function strays(values: readonly number[], from: number): number[] {
  return values.map((value) => Math.abs(value - from));
}
