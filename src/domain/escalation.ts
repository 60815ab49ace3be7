// The words and the order of an escalation. Pure.
import { formatDuration } from './duration.ts';
import type { Incident } from './incident.ts';
import type { Escalation } from './resource.ts';

/** Level to tell now, its place (from 1) and how long until the next. After the last, the last again. */
export function nextLevel(
  policy: Escalation,
  told: number,
): { number: number; target: string; timeoutMs: number; repeated: boolean } | null {
  const number = Math.min(told + 1, policy.levels.length);
  const level = policy.levels[number - 1];
  return level ? { number, ...level, repeated: told >= policy.levels.length } : null;
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
  return template.replace(/\{([a-z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
