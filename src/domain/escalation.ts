// The words and the order of an escalation. Pure.
import { formatDuration } from './duration.ts';
import type { Incident } from './incident.ts';
import type { Escalation } from './resource.ts';

export interface Level {
  /** Its place, from 1. */
  number: number;
  target: string;
  timeoutMs: number;
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
  const values: Record<string, string> = {
    id: String(incident.id),
    timeout: formatDuration(facts.waitedMs),
    next_level: facts.target,
    service: incident.service ?? 'no service',
    title: incident.title,
    severity: incident.severity,
    duration: formatDuration(Math.max(0, Math.round((facts.now - incident.startedAt) / 1000) * 1000)),
  };
  return template.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
