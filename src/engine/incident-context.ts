// What a planner is told of an incident, and the comparison that opened it.

import type { Alert } from '../domain/alert.ts';
import { RULE_SOURCE_PREFIX } from '../domain/built-in.ts';
import { parseCondition, thresholdOf } from '../domain/condition.ts';
import type { IncidentContext } from '../domain/playbook.ts';
import type { Tables } from '../store/tables.ts';

export async function incidentContext(tables: Tables, id: number): Promise<IncidentContext | null> {
  const incident = await tables.incidents.find(id);
  if (!incident) return null;
  const { title, severity, service, startedAt } = incident;
  return { id, title, severity, service, startedAt, goal: await goalOf(tables, id) };
}

async function goalOf(tables: Tables, incidentId: number): Promise<IncidentContext['goal']> {
  for (const alert of await tables.alerts.ofIncident(incidentId)) {
    const metric = alert.labels.metric;
    if (!metric) continue;
    if (!alert.source.startsWith(RULE_SOURCE_PREFIX)) {
      const said = goalOfAlert(alert, metric);
      if (said) return said;
      continue;
    }
    const rule = await tables.resources.find('alert-rule', alert.source.slice(RULE_SOURCE_PREFIX.length));
    if (!rule) continue;
    const threshold = thresholdOf(parseCondition(rule.spec.condition), metric);
    if (!threshold || threshold.op === '=' || threshold.op === '!=') continue;
    return { metric, op: threshold.op, value: threshold.value, unit: threshold.unit ?? '' };
  }
  return null;
}

/** Another system's alert that says value and threshold: on which side it is wrong is seen from the two. */
function goalOfAlert({ value, threshold, unit }: Alert, metric: string): IncidentContext['goal'] {
  if (value === null || threshold === null || value === threshold) return null;
  return { metric, op: value > threshold ? '>' : '<', value: threshold, unit: unit ?? '' };
}
