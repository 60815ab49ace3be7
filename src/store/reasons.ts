// What `why` looks for beside what belongs to one incident: by words, and by the plan an entry speaks of.
import { type Selectable, sql } from 'kysely';
import type { Db } from './driver.ts';
import type { AlertTable, TimelineTable } from './schema.ts';

export interface AlertFound {
  id: number;
  source: string;
  fingerprint: string;
  title: string;
  status: 'firing' | 'resolved';
  severity: string;
  service: string | null;
  incidentId: number | null;
  mutedBy: string | null;
  startsAt: number;
  clearedAt: number | null;
  lastSeenAt: number;
  count: number;
  /** Of the record of an incident that is over: the same alert has a newer row. */
  retired: boolean;
}

export interface EntryFound {
  id: number;
  incidentId: number | null;
  at: number;
  kind: string;
  text: string;
  data: Record<string, unknown>;
}

export function reasonTable(db: Db) {
  return {
    /** Whose title or fingerprint holds the text, newest first. */
    async alerts(text: string, limit: number): Promise<AlertFound[]> {
      const like = holding(text);
      const rows = await db.query
        .selectFrom('alert')
        .selectAll()
        .where(({ or }) =>
          or([
            sql<boolean>`title like ${like} escape '\\'`,
            sql<boolean>`fingerprint like ${like} escape '\\'`,
          ]),
        )
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(alertFrom);
    },
    /** What was written down about alerts, whose text holds this. The newest ones, oldest first. */
    async alertEntries(text: string, limit: number): Promise<EntryFound[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .selectAll()
        .where('kind', 'in', ['alert', 'opened', 'reopened'])
        .where(sql<boolean>`text like ${holding(text)} escape '\\'`)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(entryFrom).reverse();
    },
    /** Oldest first. */
    async planEntries(planId: number): Promise<EntryFound[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .selectAll()
        .where(({ or, eb }) =>
          or([
            eb('data_json', 'like', `%"planId":${planId},%`),
            eb('data_json', 'like', `%"planId":${planId}}%`),
          ]),
        )
        .orderBy('id')
        .execute();
      return rows.map(entryFrom);
    },
  };
}

function holding(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function alertFrom(row: Selectable<AlertTable>): AlertFound {
  return {
    id: row.id,
    source: row.source,
    fingerprint: row.fingerprint,
    title: row.title,
    status: row.status,
    severity: row.severity,
    service: row.service,
    incidentId: row.incident_id,
    mutedBy: row.muted_by,
    startsAt: row.starts_at,
    clearedAt: row.cleared_at,
    lastSeenAt: row.last_seen_at,
    count: row.count,
    retired: row.retired_at !== null,
  };
}

function entryFrom(row: Selectable<TimelineTable>): EntryFound {
  return {
    id: row.id,
    incidentId: row.incident_id,
    at: row.at,
    kind: row.kind,
    text: row.text,
    data: JSON.parse(row.data_json) as Record<string, unknown>,
  };
}
