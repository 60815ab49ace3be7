// Marks of incidents and actions where people look at graphs: each is a job, so that it survives what is away.
import type { Incident } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import { redact } from '../domain/redact.ts';
import type { Mark } from '../domain/tool.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

/** From the problem's beginning, until its end where that is known. Called in the commit that opens or ends it. */
export async function markIncident(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const { id, title, severity, service, startedAt, openedAt, resolvedAt } = incident;
  await addMark(
    tx,
    {
      // Two installations may well have an incident of the same number.
      key: `openclaw-incident-${id}-${openedAt}`,
      text: `Incident #${id} (${severity}): ${redact(title)}${resolvedAt === null ? '' : ', resolved'}`,
      tags: tagsOf(id, service),
      at: startedAt,
      endAt: resolvedAt,
    },
    engine,
  );
}

/** One step of a plan that came to its end, whatever that was. Called in the commit that records it. */
export async function markAction(
  tx: Tables,
  plan: Pick<Plan, 'title' | 'incidentId'>,
  {
    executionId,
    service,
    state,
    at,
  }: { executionId: string; service: string | null; state: string; at: number },
  engine: Engine,
): Promise<void> {
  await addMark(
    tx,
    {
      key: `openclaw-action-${executionId}`,
      text: `${redact(plan.title)}: ${state}`,
      tags: tagsOf(plan.incidentId, service),
      at,
      endAt: null,
    },
    engine,
  );
}

function tagsOf(incidentId: number | null, service: string | null): string[] {
  return [
    ...(incidentId === null ? [] : [`incident-${incidentId}`]),
    ...(service === null ? [] : [`service:${service}`]),
  ];
}

/** One after the other for each source: an end is added to what began. */
async function addMark(tx: Tables, mark: Mark, engine: Engine): Promise<void> {
  for (const { name, annotate } of engine.adapters().sources) {
    if (annotate === undefined) continue;
    await tx.jobs.add('annotate', { source: name, mark }, { lane: `annotate:${name}`, priority: 3 });
  }
}
