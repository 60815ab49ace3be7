import type { Incident } from '../domain/incident.ts';
import type { PlanHistory, PostmortemFacts } from '../domain/postmortem.ts';
import type { Tables } from './tables.ts';

/** All that is on record of an incident, for its summary and the draft of its postmortem. */
export async function incidentFacts(
  tables: Pick<Tables, 'alerts' | 'timeline' | 'plans' | 'approvals' | 'executions'>,
  incident: Incident,
): Promise<PostmortemFacts> {
  const { id } = incident;
  const plans: PlanHistory[] = [];
  for (const plan of await tables.plans.ofIncident(id)) {
    plans.push({
      plan,
      approval: await tables.approvals.ofPlan(plan.id),
      executions: await tables.executions.ofPlan(plan.id),
      verdict: await tables.plans.verdict(plan.id),
    });
  }
  return {
    incident,
    alerts: await tables.alerts.ofIncident(id),
    timeline: await tables.timeline.ofIncident(id),
    plans,
    record: await tables.timeline.head(id),
  };
}
