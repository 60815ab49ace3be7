// How a group of lines stands against the hour before and this hour of earlier days, and whether a deploy came before it.
import { median } from '../domain/median.ts';
import type { Count, CountedGroup } from './log-counter.ts';
import type { Covered } from './log-coverage.ts';

/** A stretch of time as it was read. */
export interface ReadSpan {
  name: string;
  /** What was asked for, instants; `to` is not included. */
  from: number;
  to: number;
  /** All lines of it were read; else the newest, back to the earliest that was seen. */
  whole: boolean;
  /** Lines of those that were asked for: of a pattern, where one was. */
  seen: Count;
  /** In which the log had lines at all, whatever they say; null: it had none, or nobody knows. */
  covered: Covered | null;
}

export interface GroupTrend {
  /** Per hour, over the part that is covered; null: it is not known over how long. */
  rate: number | null;
  /** In the hour before; null: not known. */
  before: number | null;
  /** The median at this hour of earlier days; null: not known. */
  usual: number | null;
  /** How many earlier days it is the median of. */
  days: number;
  /** `new`: not seen before, where that is known. */
  change: 'new' | 'up' | 'down' | 'same' | 'not known';
  /** Of the rate to the larger of the two before; null: there is none to compare with. */
  factor: number | null;
  /** Null: nothing was read from before the deploy, or there is none. */
  newSinceDeploy: boolean | null;
}

export interface TrendFacts {
  now: ReadSpan;
  before: ReadSpan | null;
  /** This hour of earlier days. */
  days: readonly ReadSpan[];
  /** Instant of the last deploy; null: none is known. */
  deployAt: number | null;
}

/** By so much a rate has to differ before it is said: counts of a few lines go up and down by themselves. */
const UP = 1.5;
/** Of fewer none may be seen by chance, once in twenty times (Poisson). */
const SHOWS = 3;
const HOUR_MS = 3_600_000;
/** Of a shorter time no rate is told: it would be made of one or two lines. */
const LEAST_MS = 60_000;

export function groupTrend(group: CountedGroup, facts: TrendFacts): GroupTrend {
  const rate = rateIn(facts.now, group.now.count);
  const before = facts.before && rateIn(facts.before, group.earlier.get(facts.before.name)?.count ?? 0);
  const rates = facts.days
    .map((day) => rateIn(day, group.earlier.get(day.name)?.count ?? 0))
    .filter((each) => each !== null);
  const usual = rates.length === 0 ? null : median(rates);
  const known = [before, usual].filter((each) => each !== null);
  const most = known.length === 0 ? null : Math.max(...known);
  const factor = rate === null || most === null || most === 0 ? null : rate / most;
  return {
    rate,
    before,
    usual,
    days: rates.length,
    change: changeOf(group, factor, {
      isKnown: rate !== null && known.length > 0,
      wouldShow: expected(rate, facts) >= SHOWS,
    }),
    factor,
    newSinceDeploy: newSince(group, facts),
  };
}

/** Null: the log is not known to have had lines for long enough then. */
export function rateIn({ covered }: ReadSpan, count: number): number | null {
  const length = covered === null ? 0 : covered.to - covered.from;
  return length < LEAST_MS ? null : (count * HOUR_MS) / length;
}

/** When the first line of it was seen, in whichever stretch that was: what was asked for may begin after the trouble did. */
export function firstSeenAt({ now, earlier }: CountedGroup): number | null {
  const all = [now, ...earlier.values()].map(({ firstAt }) => firstAt).filter((at) => at !== null);
  return all.length === 0 ? null : Math.min(...all);
}

/** Whether the time a group was first seen is the time it began: the log had lines before it. `others`: read as well. */
export function firstIsBegin(
  now: ReadSpan,
  others: readonly ReadSpan[] = [],
): (group: CountedGroup) => boolean {
  return (group) => {
    const first = firstSeenAt(group);
    return first !== null && [now, ...others].some((span) => wasRead(span, first));
  };
}

/** So many of it there would have been before, had they come as often as now. */
function expected(rate: number | null, { before, days }: TrendFacts): number {
  const lengths = [...(before ? [before] : []), ...days].map(({ covered }) =>
    covered === null ? 0 : covered.to - covered.from,
  );
  return ((rate ?? 0) * lengths.reduce((sum, length) => sum + length, 0)) / HOUR_MS;
}

function changeOf(
  group: CountedGroup,
  factor: number | null,
  { isKnown, wouldShow }: { isKnown: boolean; wouldShow: boolean },
): GroupTrend['change'] {
  const wasSeen = [...group.earlier.values()].some(({ count }) => count > 0);
  if (!wasSeen) return isKnown && wouldShow ? 'new' : 'not known';
  if (factor === null) return isKnown ? 'up' : 'not known';
  if (group.now.count > 1 && factor >= UP) return 'up';
  return factor <= 1 / UP ? 'down' : 'same';
}

function newSince({ now: counted, earlier }: CountedGroup, facts: TrendFacts): boolean | null {
  const { deployAt } = facts;
  if (deployAt === null || counted.firstAt === null) return null;
  const first = [counted, ...earlier.values()].map(({ firstAt }) => firstAt ?? Infinity);
  if (Math.min(...first) < deployAt) return false;
  const spans = [facts.now, ...(facts.before ? [facts.before] : []), ...facts.days];
  return spans.some((span) => wasRead(span, deployAt)) ? true : null;
}

/** The log had lines before then. Whole silence says nothing: perhaps nobody wrote this log. */
function wasRead({ covered }: ReadSpan, at: number): boolean {
  return covered !== null && covered.from < at;
}
