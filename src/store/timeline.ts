// Append-only: what happened, who did it, when. The audit log and the summary are read from it.
import type { Kysely, Selectable } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { TimelineEntry, TimelineKind } from '../domain/incident.ts';
import { OPENCLAW, principalKey } from '../domain/principal.ts';
import { redact, redactJson } from '../domain/redact.ts';
import type { Database, TimelineTable } from './schema.ts';

export interface NewTimelineEntry {
  incidentId: number | null;
  kind: TimelineKind;
  text: string;
  /** Principal key. Default: openclaw. */
  actor?: string;
  /** Default: now. */
  at?: number;
  data?: Record<string, unknown>;
}

export function timelineTable(db: Kysely<Database>, clock: Clock) {
  return {
    async add(entry: NewTimelineEntry): Promise<void> {
      await db
        .insertInto('timeline')
        .values({
          incident_id: entry.incidentId,
          at: entry.at ?? clock.now(),
          kind: entry.kind,
          actor: entry.actor ?? principalKey(OPENCLAW),
          text: redact(entry.text),
          data_json: JSON.stringify(redactJson(entry.data ?? {})),
        })
        .execute();
    },
    /** In the order written. */
    async ofIncident(incidentId: number): Promise<TimelineEntry[]> {
      const rows = await db
        .selectFrom('timeline')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Newest first, incidents or none. */
    async recent(limit: number): Promise<TimelineEntry[]> {
      const rows = await db.selectFrom('timeline').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(fromRow);
    },
  };
}

function fromRow(row: Selectable<TimelineTable>): TimelineEntry {
  return {
    id: row.id,
    incidentId: row.incident_id,
    at: row.at,
    kind: row.kind as TimelineKind,
    actor: row.actor,
    text: row.text,
    data: JSON.parse(row.data_json) as Record<string, unknown>,
  };
}
