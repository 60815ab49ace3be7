import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import { calledBefore } from '../domain/called-rounds.ts';
import { type Incident, NO_CONTEXT } from '../domain/incident.ts';
import type { Severity } from '../domain/severity.ts';
import { type Db, insertText } from './driver.ts';
import type { Database, IncidentTable } from './schema.ts';

export type NewIncident = Pick<
  Incident,
  | 'key'
  | 'title'
  | 'severity'
  | 'service'
  | 'startedAt'
  | 'openedAt'
  | 'channel'
  | 'conversation'
  | 'escalation'
  | 'openedBy'
>;

type Row = Selectable<IncidentTable>;

const FIND = 'select * from incident where id = ?';
// By the partial indexes, so the words are literal.
const FIND_OPEN = "select * from incident where key = ? and state = 'open'";
const OPEN_NAMES =
  "select id, service, title, started_at as startedAt from incident where state = 'open' order by id";
const NEWEST_OPEN = "select * from incident where state = 'open' order by id desc limit ?";
const FIND_LAST = 'select * from incident where key = ? and merged_into is null order by id desc limit 1';
const FIND_MERGED =
  'select * from incident where key = ? and merged_into is not null order by id desc limit 1';

const OPEN = `${insertText('incident', [
  'key',
  'title',
  'severity',
  'state',
  'service',
  'started_at',
  'opened_at',
  'context_json',
  'channel',
  'conversation',
  'escalation',
  'level',
  'opened_by',
])} returning *`;

export function incidentTable(db: Db) {
  return {
    /** Errors: the unique index refuses a second open incident of one key. */
    async open(incident: NewIncident): Promise<Incident> {
      const row = await db.row<Row>(OPEN, [
        incident.key,
        incident.title,
        incident.severity,
        'open',
        incident.service,
        incident.startedAt,
        incident.openedAt,
        JSON.stringify(NO_CONTEXT),
        incident.channel,
        incident.conversation,
        incident.escalation,
        0,
        incident.openedBy,
      ]);
      if (!row) throw new Error(`the incident of ${incident.key} was not stored`);
      return fromRow(row);
    },
    /** Those of them that ended, and were not merged into another. */
    async closedOf(ids: readonly number[]): Promise<{ id: number; resolvedAt: number }[]> {
      if (ids.length === 0) return [];
      const rows = await db.query
        .selectFrom('incident')
        .select(['id', 'resolved_at'])
        .where('id', 'in', ids)
        .where('state', '=', 'resolved')
        .where('merged_into', 'is', null)
        .execute();
      return rows.map(({ id, resolved_at }) => ({ id, resolvedAt: resolved_at ?? 0 }));
    },
    async find(id: number): Promise<Incident | null> {
      const row = await db.row<Row>(FIND, [id]);
      return row ? fromRow(row) : null;
    },
    async findOpen(key: string): Promise<Incident | null> {
      const row = await db.row<Row>(FIND_OPEN, [key]);
      return row ? fromRow(row) : null;
    },
    /** The open incident the last one of this key was merged into, over any number of merges. */
    async findMerged(key: string): Promise<Incident | null> {
      let row = await db.row<Row>(FIND_MERGED, [key]);
      // Merging needs both to be open, so the way never comes back to where it was.
      while (row && row.merged_into !== null) row = await db.row<Row>(FIND, [row.merged_into]);
      return row?.state === 'open' ? fromRow(row) : null;
    },
    /** The newest of this key that is not part of another one. */
    async findLast(key: string): Promise<Incident | null> {
      const row = await db.row<Row>(FIND_LAST, [key]);
      return row ? fromRow(row) : null;
    },
    /** Open, and their pages wait for that one. Oldest first. */
    async inhibitedBy(id: number): Promise<Incident[]> {
      const rows = await db.query
        .selectFrom('incident')
        .selectAll()
        .where('state', '=', 'open')
        .where('inhibited_by', '=', id)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Oldest first; of more than `newest` those. */
    async newestOpen(newest: number): Promise<Incident[]> {
      return (await db.rows<Row>(NEWEST_OPEN, [newest])).map(fromRow).reverse();
    },
    /** Oldest first. */
    async listOpen(): Promise<Incident[]> {
      const rows = await db.query
        .selectFrom('incident')
        .selectAll()
        .where('state', '=', 'open')
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Of all that are open, for who needs no more: in a storm a context each is most of what there is to read. */
    listOpenNames: (): Promise<Pick<Incident, 'id' | 'service' | 'title' | 'startedAt'>[]> =>
      db.rows(OPEN_NAMES),
    /**
     * Open, and no job queued or running would escalate or resolve it; of the acknowledged ones those whose alerts
     * are all clear. Oldest first.
     */
    async withoutTimer(limit: number): Promise<Incident[]> {
      const rows = await db.query
        .selectFrom('incident')
        .selectAll()
        .where('incident.state', '=', 'open')
        .where(hasNoJob('escalate', 'resolve'))
        // Its pages wait for one that is open: its end starts them.
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('incident as root')
                .select('root.id')
                .whereRef('root.id', '=', 'incident.inhibited_by')
                .where('root.state', '=', 'open'),
            ),
          ),
        )
        // All that fires is silenced: the job that follows the silences starts it again.
        .where(({ or, not, exists, selectFrom }) => {
          const firing = selectFrom('alert')
            .select('alert.id')
            .whereRef('alert.incident_id', '=', 'incident.id')
            .where('alert.status', '=', 'firing');
          return or([not(exists(firing)), exists(firing.where('alert.muted_by', 'is', null))]);
        })
        .where(({ or, eb, and, not, exists, selectFrom }) =>
          or([
            eb('acked_by', 'is', null),
            and([
              exists(
                selectFrom('alert').select('alert.id').whereRef('alert.incident_id', '=', 'incident.id'),
              ),
              not(
                exists(
                  selectFrom('alert')
                    .select('alert.id')
                    .whereRef('alert.incident_id', '=', 'incident.id')
                    .where('alert.status', '=', 'firing'),
                ),
              ),
            ]),
          ]),
        )
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    /** Open and acknowledged, and no job queued or running would end the acknowledgement. Oldest first. */
    async acknowledgedWithoutTimer(limit: number): Promise<Incident[]> {
      const rows = await db.query
        .selectFrom('incident')
        .selectAll()
        .where('incident.state', '=', 'open')
        .where('acked_by', 'is not', null)
        .where(hasNoJob('ack-expiry'))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    /** Newest first. */
    async list(limit: number): Promise<Incident[]> {
      const rows = await db.query
        .selectFrom('incident')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    async update(
      id: number,
      change: Partial<Omit<Incident, 'id' | 'key' | 'openedAt' | 'openedBy'>>,
    ): Promise<Incident> {
      const columns = toColumns(change);
      const names = Object.keys(columns);
      const text =
        names.length === 0
          ? FIND
          : `update incident set ${names.map((name) => `${name} = ?`).join(', ')} where id = ? returning *`;
      const row = await db.row<Row>(text, [...Object.values(columns), id]);
      if (!row) throw new Error(`there is no incident ${id}`);
      return fromRow(row);
    },
  };
}

/** None with the key of one of these kinds and the incident's number waits or runs. */
function hasNoJob(...kinds: readonly string[]) {
  return ({ and, not, exists, selectFrom }: ExpressionBuilder<Database, 'incident'>) =>
    and(
      // Each its own look: the first finds its row by the index of the queued keys, the second among the few that run.
      (['queued', 'running'] as const).map((state) =>
        not(
          exists(
            selectFrom('job')
              .select('job.id')
              .where('job.state', '=', sql.lit(state))
              .where(
                'job.key',
                'in',
                kinds.map((kind) => sql<string>`${sql.lit(`${kind}:`)} || incident.id`),
              ),
          ),
        ),
      ),
    );
}

function toColumns({ context, ...plain }: Partial<Incident>): Record<string, string | number | null> {
  const columns: Record<string, string | number | null> =
    context === undefined ? {} : { context_json: JSON.stringify(context) };
  for (const [field, value] of Object.entries(plain))
    if (value !== undefined) columns[field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  return columns;
}

function fromRow(row: Row): Incident {
  return {
    id: row.id,
    key: row.key,
    title: row.title,
    severity: row.severity as Severity,
    state: row.state,
    service: row.service,
    startedAt: row.started_at,
    openedAt: row.opened_at,
    ackedBy: row.acked_by,
    ackedByName: row.acked_by_name,
    ackedAt: row.acked_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    rootCause: row.root_cause,
    probableCause: row.probable_cause,
    context: contextOf(row),
    channel: row.channel,
    conversation: row.conversation,
    headerPostId: row.header_post_id,
    escalation: row.escalation,
    level: row.level,
    openedBy: row.opened_by,
    mergedInto: row.merged_into,
    ackExpiresAt: row.ack_expires_at,
    ackForMs: row.ack_for_ms,
    inhibitedBy: row.inhibited_by,
  };
}

/** An incident of an earlier state holds who was called as one text. */
function contextOf({ context_json }: Pick<Row, 'context_json'>): Incident['context'] {
  const { onCall = null, ...context } = JSON.parse(context_json) as Incident['context'] & {
    onCall?: string | null;
  };
  return context.called ? context : { ...context, called: calledBefore(onCall) };
}
