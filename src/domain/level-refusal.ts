// Who is told at an instant, and why a level is passed over. Pure: the engine and `escalation simulate` ask it.
import {
  type Level,
  NOBODY_FASTEST_MS,
  nextRound,
  type Round,
  type Skip,
  type Standing,
} from './escalation.ts';
import { type Directory, peopleBehind, type Recipient } from './on-call.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Escalation } from './resource.ts';
import type { Severity } from './severity.ts';
import { isReachable } from './ways.ts';

export interface Situation {
  directory: Directory;
  at: number;
  severity: Severity;
  /** After an outage: contacts who were told before it. A level with nobody else wakes nobody twice. */
  toldBefore?: ReadonlySet<string>;
  /** Numbers of levels that were tried now and reached nobody after all. */
  deaf?: ReadonlySet<number>;
}

/** Where everybody who could be told has quiet hours it waits for the first of them to end. */
export function roundAt(
  policy: Pick<Escalation, 'levels'>,
  standing: Standing,
  situation: Situation,
): Round & { quietUntil: number | null } {
  const round = nextRound(policy, standing, (level) => {
    // The last level is told all the same.
    const isNext = level.number > standing.told && level.number < policy.levels.length;
    return refuse(level, situation, isNext ? situation.toldBefore : undefined);
  });
  const ends = policy.levels.flatMap(({ target }) =>
    quietEnds(reachableBehind(target, situation), situation),
  );
  if (round.told || ends.length === 0) return { ...round, quietUntil: null };
  const first = Math.min(...ends);
  return { ...round, waitMs: Math.max(NOBODY_FASTEST_MS, first - situation.at), quietUntil: first };
}

function refuse(
  { number, target }: Level,
  situation: Situation,
  toldBefore: ReadonlySet<string> | undefined,
): Skip | null {
  if (situation.deaf?.has(number)) return 'empty';
  const people = peopleBehind(target, situation.directory, situation.at);
  if (people.length === 0) return 'empty';
  // A page would wake nobody: whoever comes next must not wait for it.
  if (reachableBehind(target, situation).length === 0) return 'on no channel';
  if (toldBefore && people.every(({ name }) => toldBefore.has(name))) return 'told already';
  return asleepUntil(target, situation) === null ? null : 'quiet hours';
}

/** Where everybody behind it has quiet hours, when the first of them wakes; null: somebody can be told now, or nobody ever. */
export function asleepUntil(
  target: string,
  situation: Pick<Situation, 'directory' | 'at' | 'severity'>,
): number | null {
  const people = peopleBehind(target, situation.directory, situation.at);
  const ends = quietEnds(people, situation);
  return ends.length > 0 && ends.length === people.length ? Math.min(...ends) : null;
}

function reachableBehind(
  target: string,
  { directory, at }: Pick<Situation, 'directory' | 'at'>,
): Recipient[] {
  return peopleBehind(target, directory, at).filter((person) => isReachable(person, directory.channels));
}

/** Of each of them who has quiet hours now, their end. Critical knows none. */
function quietEnds(
  people: readonly Recipient[],
  { at, severity }: Pick<Situation, 'at' | 'severity'>,
): number[] {
  if (severity === 'critical') return [];
  return people.flatMap((person) => quietUntil(person, at) ?? []);
}
