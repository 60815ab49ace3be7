// Why a level would not be told at an instant. Pure: the engine and `escalation simulate` ask it.
import type { Level, Skip } from './escalation.ts';
import { type Directory, peopleBehind } from './on-call.ts';
import type { Severity } from './severity.ts';

export interface Situation {
  directory: Directory;
  at: number;
  severity: Severity;
  /** After an outage: contacts who were told before it. A level with nobody else wakes nobody twice. */
  toldBefore?: ReadonlySet<string>;
}

/** Null: it reaches somebody. */
export function refuseLevel({ target }: Pick<Level, 'target'>, situation: Situation): Skip | null {
  const { directory, at, toldBefore } = situation;
  const people = peopleBehind(target, directory, at);
  if (people.length === 0) return 'empty';
  if (toldBefore && people.every(({ name }) => toldBefore.has(name))) return 'told already';
  return null;
}
