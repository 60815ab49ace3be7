// Which lines explain an incident: not the most frequent, but the bad ones that began with it.
import type { LogLine } from '../domain/capability.ts';
import type { CountedGroup } from './log-counter.ts';
import { firstSeenAt, type GroupTrend } from './log-trend.ts';

export interface RankedGroup {
  group: CountedGroup;
  trend: GroupTrend;
  /** Higher explains more. Only its order means something. */
  score: number;
}

export interface RankingFacts {
  /** When the incident began; null: there is none. */
  onsetAt: number | null;
  /** The first time of a group is the time it began: everything was read from before it. */
  firstIsBegin(group: CountedGroup): boolean;
}

const LEVEL: Record<LogLine['level'], number> = { error: 40, warn: 20, unknown: 10, info: 0, debug: -10 };
/** Not there before the deploy: the strongest sign there is without knowing the code. */
const NEW_SINCE_DEPLOY = 30;
const NEW = 20;
/** For each doubling of its rate. */
const PER_DOUBLING = 5;
const MOST_FOR_RATE = 20;
/** What is always there explains nothing that began today. */
const AS_ALWAYS = -20;
/** It began with the incident or shortly before. What comes later may be its effect. */
const WITH_ONSET = 15;
const BEFORE_ONSET_MS = 15 * 60_000;
const AFTER_ONSET_MS = 2 * 60_000;
/** Names what ran out or was refused, and not only that a request failed. */
const NAMES_A_CAUSE = 8;
const CAUSE =
  /pool|exhaust|out of memory|\boom\b|heap|no space|disk (?:is )?full|too many|refused|unreachable|certificate|expired|deadlock|permission|denied|quota|throttl|no such host|ENOSPC|EMFILE|ECONN/i;
/** A tie goes to the more frequent one. */
const MOST_FOR_COUNT = 8;

/** The most telling first; among equals the one that began first. */
export function rankGroups(
  groups: readonly { group: CountedGroup; trend: GroupTrend }[],
  facts: RankingFacts,
): RankedGroup[] {
  return groups
    .map(({ group, trend }) => ({ group, trend, score: scoreOf(group, trend, facts) }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        (a.group.now.firstAt ?? Infinity) - (b.group.now.firstAt ?? Infinity) ||
        (a.group.template < b.group.template ? -1 : 1),
    );
}

export function isTrouble({ group: { level } }: Pick<RankedGroup, 'group'>): boolean {
  return level === 'error' || level === 'warn';
}

function scoreOf(group: CountedGroup, trend: GroupTrend, facts: RankingFacts): number {
  const said = group.sample.text.slice(0, 500);
  return (
    LEVEL[group.level] +
    changeScore(trend) +
    (beganWithOnset(group, facts) ? WITH_ONSET : 0) +
    (CAUSE.test(said) ? NAMES_A_CAUSE : 0) +
    Math.min(MOST_FOR_COUNT, Math.log2(group.now.count))
  );
}

function changeScore({ change, factor, newSinceDeploy }: GroupTrend): number {
  if (newSinceDeploy === true) return NEW_SINCE_DEPLOY;
  switch (change) {
    case 'new':
      return NEW;
    case 'up':
      return Math.min(MOST_FOR_RATE, PER_DOUBLING * Math.log2(factor ?? 2));
    case 'same':
    case 'down':
      return AS_ALWAYS;
    case 'not known':
      return 0;
    default:
      return change satisfies never;
  }
}

function beganWithOnset(group: CountedGroup, { onsetAt, firstIsBegin }: RankingFacts): boolean {
  const firstAt = firstSeenAt(group);
  if (onsetAt === null || firstAt === null || !firstIsBegin(group)) return false;
  return firstAt >= onsetAt - BEFORE_ONSET_MS && firstAt <= onsetAt + AFTER_ONSET_MS;
}
