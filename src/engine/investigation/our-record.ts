// What we know ourselves: what was done through us, what others told us, and what else is wrong.
import type { Doing, Readings, ToldChange } from '../../diagnosis/cause/readings.ts';
import { byAuthor } from '../../domain/by-author.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Execution } from '../../domain/execution.ts';
import type { Incident } from '../../domain/incident.ts';
import { clockTimeWithZone } from '../../domain/time.ts';
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
    read.incidents.listOpenNames(),
  ]);
  return {
    doings: executions.map(doingOf),
    changes: markers.map(
      ({ service, title, author, at, source }): ToldChange => ({ service, title, author, at, source }),
    ),
    incidents: open.filter(({ id }) => id !== incident.id),
  };
}

const UNPLACED_SHOWN = 3;

/** `"fast-path on" (@ann) at 03:12 UTC, told by LaunchPad`: it cannot be said to be the cause, and may be. The nearest first. */
export function unplacedLines(
  changes: readonly ToldChange[],
  { onsetBy, zone }: { onsetBy: number; zone: string },
): string[] {
  return changes
    .filter(({ service, at }) => service === null && at <= onsetBy)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, UNPLACED_SHOWN)
    .map(
      ({ title, author, at, source }) =>
        `${quoted(title, 120)}${byAuthor(author)} at ${clockTimeWithZone(at, zone)}, told by ${source}`,
    );
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
