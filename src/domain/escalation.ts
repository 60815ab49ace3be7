// The order of an escalation, its waits and its words. Pure: the engine and `escalation simulate` ask the same functions.
import { formatDuration } from './duration.ts';
import type { Incident } from './incident.ts';
import type { Escalation } from './resource.ts';

/** What a message may hold, as `{id}`. */
export const ESCALATION_PLACEHOLDERS = [
  'id',
  'timeout',
  'next_level',
  'service',
  'title',
  'severity',
  'duration',
] as const;
type Placeholder = (typeof ESCALATION_PLACEHOLDERS)[number];

/** A level that reaches nobody is tried again no faster than this, whatever its timeout says. */
export const NOBODY_FASTEST_MS = 60_000;
/** The same level is told again no faster than this: a page sooner after the last says nothing new. */
export const REPEAT_FASTEST_MS = 30_000;

export interface Level {
  /** Its place, from 1. */
  number: number;
  target: string;
  timeoutMs: number;
}

/** Where an escalation stands. */
export interface Standing {
  /** The level told last; 0: none yet. */
  told: number;
  /** How many times in a row no level reached anybody. */
  nobody: number;
}

/** Why a level would not be told now; null: it reaches somebody. */
export type Skip = 'empty' | 'on no channel' | 'told already' | 'quiet hours';

export interface Round {
  /** Passed over on the way, in order: each is said. */
  skipped: { level: Level; why: Skip }[];
  /** Whom to tell now; null: no level reaches anybody. */
  told: Level | null;
  /** From now until the next round, where nobody acknowledges. */
  waitMs: number;
}

/**
 * One firing of the timer. A level that reaches nobody is passed over at once; each wait is the timeout of the level told
 * and counts from now. After the last level that one again. Where none reaches anybody, each level's timeout in turn.
 */
export function nextRound(
  policy: Pick<Escalation, 'levels'>,
  { told, nobody }: Standing,
  refuse: (level: Level) => Skip | null,
): Round {
  const skipped: Round['skipped'] = [];
  for (const level of levelsToTry(policy, told)) {
    const why = refuse(level);
    if (why === null) {
      const waitMs = level.number === told ? Math.max(REPEAT_FASTEST_MS, level.timeoutMs) : level.timeoutMs;
      return { skipped, told: level, waitMs };
    }
    // On the way back nothing new is said of a level that had its turn.
    if (level.number > told || level.number === policy.levels.length) skipped.push({ level, why });
  }
  const turn = Math.min(Math.max(0, told - 1) + nobody, policy.levels.length - 1);
  return {
    skipped,
    told: null,
    waitMs: Math.max(NOBODY_FASTEST_MS, policy.levels[turn]?.timeoutMs ?? 0),
  };
}

/** Levels in the order to try: what follows the one told last, or the last again; then back from the one told last. */
export function levelsToTry(policy: Pick<Escalation, 'levels'>, told: number): Level[] {
  const levels = policy.levels.map((level, index) => ({ number: index + 1, ...level }));
  const ahead = told >= levels.length ? levels.slice(-1) : levels.slice(told);
  const back = levels.slice(0, told).filter((level) => !ahead.includes(level));
  return [...ahead, ...back.reverse()];
}

/** The seed: "No one has acknowledged incident #{id} after {timeout}. Escalating to {next_level}." */
export function escalationText(
  policy: Escalation,
  incident: Pick<Incident, 'id' | 'title' | 'severity' | 'service' | 'startedAt'>,
  facts: { target: string; waitedMs: number; now: number },
): string {
  const template =
    policy.message ?? 'No one has acknowledged incident #{id} after {timeout}. Escalating to {next_level}.';
  const values: Record<Placeholder, string> = {
    id: String(incident.id),
    timeout: formatDuration(facts.waitedMs),
    next_level: facts.target,
    service: incident.service ?? 'no service',
    title: incident.title,
    severity: incident.severity,
    duration: formatDuration(Math.max(0, Math.round((facts.now - incident.startedAt) / 1000) * 1000)),
  };
  return template.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as Placeholder] : whole,
  );
}
