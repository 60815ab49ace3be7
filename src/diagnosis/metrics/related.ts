// Which other series changed when this one did, the likeliest to explain it first.
import { median } from '../../domain/median.ts';
import type { Point } from './points.ts';

export interface Changed {
  /** When it left what is normal for it, see `readSeries`. */
  deviatesSince: number;
  orEarlier: boolean;
  /** In order, see `cleaned`. */
  points: readonly Point[];
}

export interface Related<T> {
  other: T;
  /** Its beginning less ours: negative is before. Null: it began before there is anything to see. */
  offsetMs: number | null;
}

/** So far apart, two beginnings count half. */
const HALF_MS = 5 * 60_000;
/** What began later may be an effect as well: it comes behind what began as far before. */
const LATER = 0.7;
/** Nobody knows when it began. */
const UNKNOWN_TIME = 0.2;
const LEAST_TOGETHER = 10;

/**
 * Ranked by how near the two beginnings are (half at five minutes, less where the other came later), and then by how much the
 * two curves go together: Spearman's rank correlation of the values at the same moments, whatever its sign.
 */
export function rankRelated<T extends Changed>(own: Changed, others: readonly T[]): Related<T>[] {
  return others
    .map((other) => {
      const offsetMs = own.orEarlier || other.orEarlier ? null : other.deviatesSince - own.deviatesSince;
      const near =
        offsetMs === null ? UNKNOWN_TIME : (offsetMs > 0 ? LATER : 1) / (1 + Math.abs(offsetMs) / HALF_MS);
      return { other, offsetMs, score: near * (1 + Math.abs(goTogether(own.points, other.points))) };
    })
    .sort((a, b) => b.score - a.score)
    .map(({ other, offsetMs }) => ({ other, offsetMs }));
}

/** From -1 to 1; 0 where they have too few moments in common. */
export function goTogether(one: readonly Point[], two: readonly Point[]): number {
  const steps = one.slice(1).map(({ at }, index) => at - (one[index]?.at ?? at));
  const near = steps.length === 0 ? 0 : median(steps) / 2;
  const pairs: [number, number][] = [];
  let place = 0;
  for (const { at, value } of one) {
    while ((two[place]?.at ?? Number.POSITIVE_INFINITY) < at - near) place += 1;
    const match = two[place];
    if (match && match.at <= at + near) pairs.push([value, match.value]);
  }
  if (pairs.length < LEAST_TOGETHER) return 0;
  return correlation(ranks(pairs.map(([value]) => value)), ranks(pairs.map(([, value]) => value)));
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to += 1;
    for (let place = from; place <= to; place += 1) found[order[place]?.index ?? 0] = (from + to) / 2;
    from = to + 1;
  }
  return found;
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const middle = (x.length - 1) / 2;
  let both = 0;
  let ofX = 0;
  let ofY = 0;
  x.forEach((value, index) => {
    const dx = value - middle;
    const dy = (y[index] ?? middle) - middle;
    both += dx * dy;
    ofX += dx * dx;
    ofY += dy * dy;
  });
  return ofX === 0 || ofY === 0 ? 0 : both / Math.sqrt(ofX * ofY);
}
