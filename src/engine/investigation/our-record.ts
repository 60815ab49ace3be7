// What we know ourselves: what was done through us, what others told us, and what else is wrong.
import type { Doing, OtherIncident, Readings, ToldChange } from '../../diagnosis/cause/readings.ts';
import type { Execution } from '../../domain/execution.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Tables } from '../../store/tables.ts';

/** What was done longer ago is not held against an incident. */
const LOOK_BACK_MS = 60 * 60_000;
const MOST = 50;

export async function ourRecord(
  read: Pick<Tables, 'executions' | 'incidents' | 'markers'>,
  incident: Incident,
): Promise<Pick<Readings, 'doings' | 'changes' | 'incidents'>> {
  const sinceAt = incident.startedAt - LOOK_BACK_MS;
  const [executions, markers, open] = await Promise.all([
    read.executions.since(sinceAt, MOST),
    read.markers.between(sinceAt, incident.startedAt, MOST),
    read.incidents.listOpen(),
  ]);
  return {
    doings: executions.map(doingOf),
    changes: markers.map(
      ({ service, title, author, at, source }): ToldChange => ({ service, title, author, at, source }),
    ),
    incidents: open
      .filter(({ id }) => id !== incident.id)
      .map(({ id, service, title, startedAt }): OtherIncident => ({ id, service, title, startedAt })),
  };
}

export function doingOf({ capability, args, facts, startedAt, state, autoFix }: Execution): Doing {
  const { service, count, deploy } = args;
  return {
    capability,
    service: typeof service === 'string' ? service : null,
    at: startedAt,
    state,
    autoFix,
    scaled:
      capability === 'services.scale' && typeof count === 'number' && typeof facts.capacity === 'number'
        ? { from: facts.capacity, to: count }
        : null,
    undone: capability === 'deploys.rollback' && typeof deploy === 'string' ? deploy : null,
  };
}
