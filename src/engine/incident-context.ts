// What a planner is told of an incident, and the comparison that opened it.
import { parseCondition, thresholdOf } from '../domain/condition.ts';
import type { IncidentContext } from '../domain/playbook.ts';
import type { Tables } from '../store/tables.ts';

/** Source name of the alerts our own rules raise. */
export const RULE_SOURCE_PREFIX = 'alert-rule:';

export async function incidentContext(tables: Tables, id: number): Promise<IncidentContext | null> {
  const incident = await tables.incidents.find(id);
  if (!incident) return null;
  const { title, severity, service, startedAt } = incident;
  return { id, title, severity, service, startedAt, goal: await goalOf(tables, id) };
}

async function goalOf(tables: Tables, incidentId: number): Promise<IncidentContext['goal']> {
  for (const alert of await tables.alerts.ofIncident(incidentId)) {
    if (!alert.source.startsWith(RULE_SOURCE_PREFIX)) continue;
    const rule = await tables.resources.find('alert-rule', alert.source.slice(RULE_SOURCE_PREFIX.length));
    const metric = alert.labels.metric;
    if (!rule || !metric) continue;
    const threshold = thresholdOf(parseCondition(rule.spec.condition), metric);
    if (!threshold || threshold.op === '=' || threshold.op === '!=') continue;
    return { metric, op: threshold.op, value: threshold.value, unit: threshold.unit ?? '' };
  }
  return null;
}
