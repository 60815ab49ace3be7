// An escalation that nobody answers, round by round, as the engine would go through it. Pure.
import type { Level, Skip } from './escalation.ts';
import { roundAt } from './level-refusal.ts';
import { type Directory, peopleBehind } from './on-call.ts';
import type { Escalation } from './resource.ts';
import type { Severity } from './severity.ts';
import { type Way, waysTo } from './ways.ts';

export interface SimulatedRound {
  at: number;
  /** Null: nobody was told. */
  level: Level | null;
  /** The level that had been told last. */
  repeat: boolean;
  /** With every channel of theirs that is configured, in the order to try. */
  people: { name: string; ways: Way[] }[];
  skipped: { level: Level; why: Skip }[];
  /** Nobody was told, because whoever could be has quiet hours until then. */
  quietUntil: number | null;
  waitMs: number;
}

/** Rounds in a simulation, at most: the shortest timeouts over the longest time. */
const MOST_ROUNDS = 1000;

/** From the opening of an incident at `at`, in order; those that begin before `at + forMs`. */
export function simulateEscalation(
  policy: Escalation,
  directory: Directory,
  { at, forMs, severity }: { at: number; forMs: number; severity: Severity },
): SimulatedRound[] {
  const rounds: SimulatedRound[] = [];
  let [now, told, nobody] = [at, 0, 0];
  while (now < at + forMs && rounds.length < MOST_ROUNDS && policy.levels.length > 0) {
    const round = roundAt(policy, { told, nobody }, { directory, at: now, severity });
    const people = round.told ? peopleBehind(round.told.target, directory, now) : [];
    rounds.push({
      at: now,
      level: round.told,
      repeat: round.told !== null && round.told.number === told,
      people: people.map((person) => ({ name: person.name, ways: waysTo(person, directory.channels) })),
      skipped: round.skipped,
      quietUntil: round.quietUntil,
      waitMs: round.waitMs,
    });
    nobody = round.told ? 0 : nobody + 1;
    told = round.told?.number ?? told;
    now += round.waitMs;
  }
  return rounds;
}

/** One round, and how many of the very same follow it that are not listed, each after `waitMs`. */
export type ListedRound = SimulatedRound & { more: number };

/** The same people told again and again by the same level stand there twice, and are counted from then on. */
export function foldRepeats(rounds: readonly SimulatedRound[]): ListedRound[] {
  const listed: ListedRound[] = [];
  for (const [index, round] of rounds.entries()) {
    const last = listed.at(-1);
    if (last && isMoreOfTheSame(rounds, index)) last.more += 1;
    else listed.push({ ...round, more: 0 });
  }
  return listed;
}

function isMoreOfTheSame(rounds: readonly SimulatedRound[], index: number): boolean {
  const [first, second, third] = [index - 2, index - 1, index].map((at) => rounds[at]);
  if (!first || !second || !third) return false;
  const before = rounds[index - 3];
  const isAgain = first.level === null ? before?.level === null : first.repeat;
  return isAgain && said(first) === said(second) && said(second) === said(third);
}

function said({ level, people, skipped, quietUntil, waitMs }: SimulatedRound): string {
  return JSON.stringify([level, people, skipped, quietUntil, waitMs]);
}
