import type { Selectable } from 'kysely';
import type { Alert } from '../domain/alert.ts';
import type { SharedAlerts } from '../domain/cards/alerts-card.ts';
import { SEVERITIES, type Severity } from '../domain/severity.ts';
import { type Db, insertText, type Values } from './driver.ts';
import type { AlertTable } from './schema.ts';

type Row = Selectable<AlertTable>;

export function alertTable(db: Db) {
  return {
    async find(source: string, fingerprint: string): Promise<Alert | null> {
      const row = await db.row<Row>(FIND, [source, fingerprint]);
      return row ? fromRow(row) : null;
    },
    /** Inserts, or replaces the row with this source and fingerprint. Gives its id. */
    async save(alert: Omit<Alert, 'id'>): Promise<number> {
      const saved = await db.row<{ id: number }>(SAVE, toValues(alert));
      if (!saved) throw new Error(`alert ${alert.source}/${alert.fingerprint} was not stored`);
      return saved.id;
    },
    /** It stays in its incident's record as it was; the next with this fingerprint is a new row. */
    async retire(id: number, at: number): Promise<void> {
      await db.query.updateTable('alert').set({ retired_at: at }).where('id', '=', id).execute();
    },
    async ofIncident(incidentId: number): Promise<Alert[]> {
      return (await db.rows<Row>(OF_INCIDENT, [incidentId])).map(fromRow);
    },
    /** The first of an incident that fires; null: none does. */
    async firstFiring(incidentId: number): Promise<Alert | null> {
      const row = await db.row<Row>(FIRST_FIRING, [incidentId]);
      return row ? fromRow(row) : null;
    },
    async isFiring(incidentId: number): Promise<boolean> {
      const row = await db.query
        .selectFrom('alert')
        .select('id')
        .where('incident_id', '=', incidentId)
        .where('status', '=', 'firing')
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    /** Whether this post tells of more than one. */
    async isShared(postId: number): Promise<boolean> {
      return (await db.rows(TWO_OF_POST, [postId])).length > 1;
    },
    /** Those a post tells of, and the first `limit` of them: firing before cleared, the worst first, then the newest. */
    async sharing(postId: number, limit: number): Promise<SharedAlerts> {
      const counted = await db.row<{ total: number; firing: number | null; since: number | null }>(
        COUNT_OF_POST,
        [postId],
      );
      const rows = await db.rows<Row>(OF_POST, [postId, limit]);
      const { total = 0, firing, since } = counted ?? {};
      return { total, firing: firing ?? 0, since: since ?? 0, shown: rows.map(fromRow) };
    },
    async moveToIncident(from: number, to: number): Promise<void> {
      await db.query.updateTable('alert').set({ incident_id: to }).where('incident_id', '=', from).execute();
    },
    /** Of one source. */
    async firingOf(source: string): Promise<Alert[]> {
      const rows = await db.query
        .selectFrom('alert')
        .selectAll()
        .where('source', '=', source)
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Firing and muted, oldest first. */
    async muted(afterId: number, limit: number): Promise<Alert[]> {
      const rows = await db.query
        .selectFrom('alert')
        .selectAll()
        .where('muted_by', 'is not', null)
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    /** Those of open incidents that nothing mutes. */
    async firingInIncidents(): Promise<Alert[]> {
      const rows = await db.query
        .selectFrom('alert')
        .innerJoin('incident', 'incident.id', 'alert.incident_id')
        .selectAll('alert')
        .where('incident.state', '=', 'open')
        .where('alert.status', '=', 'firing')
        .where('alert.muted_by', 'is', null)
        .orderBy('alert.id')
        .execute();
      return rows.map(fromRow);
    },
    async setMutedBy(id: number, mutedBy: string | null): Promise<void> {
      await db.query.updateTable('alert').set({ muted_by: mutedBy }).where('id', '=', id).execute();
    },
    /** What mutes all of the firing alerts of an incident; null: nothing does, or none fires. */
    async allMutedBy(incidentId: number): Promise<string | null> {
      if (await db.row(UNMUTED, [incidentId])) return null;
      return (await db.row<Pick<Row, 'muted_by'>>(FIRING, [incidentId]))?.muted_by ?? null;
    },
    /** Those of them that fire were seen once more. Gives the incidents they are of. */
    async touch(source: string, fingerprints: readonly string[], at: number): Promise<number[]> {
      const incidents = new Set<number>();
      for (let from = 0; from < fingerprints.length; from += 500) {
        const rows = await db.query
          .updateTable('alert')
          .set(({ eb }) => ({ last_seen_at: at, count: eb('count', '+', 1) }))
          .where('source', '=', source)
          .where('fingerprint', 'in', fingerprints.slice(from, from + 500))
          .where('status', '=', 'firing')
          .where('retired_at', 'is', null)
          .returning('incident_id')
          .execute();
        for (const { incident_id } of rows) if (incident_id !== null) incidents.add(incident_id);
      }
      return [...incidents];
    },
    /** When it counts as over unless it is sent again. */
    async setEnd(source: string, fingerprint: string, at: number): Promise<void> {
      await db.rows(SET_END, [at, source, fingerprint]);
    },
    async endOf(source: string, fingerprint: string): Promise<number | null> {
      const row = await db.query
        .selectFrom('alert')
        .select('expires_at')
        .where('source', '=', source)
        .where('fingerprint', '=', fingerprint)
        .where('retired_at', 'is', null)
        .executeTakeFirst();
      return row?.expires_at ?? null;
    },
    /** Firing, and their end has come; the earliest first. */
    async ended(now: number): Promise<{ alert: Alert; end: number }[]> {
      const rows = await db.query
        .selectFrom('alert')
        .selectAll()
        .where('expires_at', '<=', now)
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .orderBy('expires_at')
        .execute();
      return rows.map((row) => ({ alert: fromRow(row), end: row.expires_at ?? now }));
    },
    /** The earliest end after an instant; null: none. */
    async nextEnd(after: number): Promise<number | null> {
      const row = await db.query
        .selectFrom('alert')
        .select('expires_at')
        .where('expires_at', '>', after)
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .orderBy('expires_at')
        .limit(1)
        .executeTakeFirst();
      return row?.expires_at ?? null;
    },
    async postponeEnds(now: number, to: number): Promise<void> {
      await db.query
        .updateTable('alert')
        .set({ expires_at: to })
        .where('expires_at', '<=', now)
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .execute();
    },
    async firing(limit = 1000): Promise<Alert[]> {
      const rows = await db.query
        .selectFrom('alert')
        .selectAll()
        .where('status', '=', 'firing')
        .where('retired_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
  };
}

const COLUMNS = [
  'source',
  'fingerprint',
  'status',
  'title',
  'description',
  'severity',
  'service',
  'labels_json',
  'links_json',
  'value',
  'threshold',
  'unit',
  'incident_id',
  'starts_at',
  'cleared_at',
  'last_seen_at',
  'count',
  'post_id',
  'muted_by',
] as const;
const FIND = 'select * from alert where source = ? and fingerprint = ? and retired_at is null';
const SAVE = `${insertText('alert', COLUMNS)} on conflict (source, fingerprint) where retired_at is null
  do update set ${COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')} returning id`;
const OF_INCIDENT = 'select * from alert where incident_id = ? order by id';
const FIRST_FIRING = "select * from alert where incident_id = ? and status = 'firing' order by id limit 1";
const FIRING = "select muted_by from alert where incident_id = ? and status = 'firing' limit 1";
const UNMUTED =
  "select 1 from alert where incident_id = ? and status = 'firing' and muted_by is null limit 1";
const TWO_OF_POST = 'select 1 from alert where post_id = ? limit 2';
const COUNT_OF_POST = `select count(*) as total, sum(case when status = 'firing' then 1 else 0 end) as firing,
  min(starts_at) as since from alert where post_id = ?`;
const OF_POST = `select * from alert where post_id = ? order by case when status = 'firing' then 0 else 1 end,
  case severity ${SEVERITIES.map((severity, index) => `when '${severity}' then ${index}`).join(' ')} end, id desc limit ?`;
const SET_END = 'update alert set expires_at = ? where source = ? and fingerprint = ? and retired_at is null';

/** In the order of the columns. */
function toValues(alert: Omit<Alert, 'id'>): Values {
  return [
    alert.source,
    alert.fingerprint,
    alert.status,
    alert.title,
    alert.description,
    alert.severity,
    alert.service,
    JSON.stringify(alert.labels),
    JSON.stringify(alert.links),
    alert.value,
    alert.threshold,
    alert.unit,
    alert.incidentId,
    alert.startsAt,
    alert.clearedAt,
    alert.lastSeenAt,
    alert.count,
    alert.postId,
    alert.mutedBy,
  ];
}

function fromRow(row: Row): Alert {
  return {
    id: row.id,
    source: row.source,
    fingerprint: row.fingerprint,
    status: row.status,
    title: row.title,
    description: row.description,
    severity: row.severity as Severity,
    service: row.service,
    labels: JSON.parse(row.labels_json) as Record<string, string>,
    links: JSON.parse(row.links_json) as Alert['links'],
    value: row.value,
    threshold: row.threshold,
    unit: row.unit,
    incidentId: row.incident_id,
    startsAt: row.starts_at,
    clearedAt: row.cleared_at,
    lastSeenAt: row.last_seen_at,
    count: row.count,
    postId: row.post_id,
    mutedBy: row.muted_by,
  };
}
