// Append-only: what happened, who did it, when. The audit log and the summary are read from it. Each entry is
// chained to the one before it in the transaction that writes both it and what it tells.
import type { Kysely, Selectable } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { TimelineEntry, TimelineKind } from '../domain/incident.ts';
import type { Message } from '../domain/message.ts';
import { OPENCLAW, principalKey } from '../domain/principal.ts';
import { type ChainedEntry, entryHash, NO_ENTRY, type RecordHead, readHead } from '../domain/record.ts';
import type { KeptHead, StoredEntry } from '../domain/record-check.ts';
import { redact, redactJson } from '../domain/redact.ts';
import { type Db, insertText } from './driver.ts';
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

export interface TimelineQuery {
  since?: number | undefined;
  until?: number | undefined;
  /** Principal keys. */
  actors?: readonly string[] | undefined;
  incidentId?: number | undefined;
  kind?: TimelineKind | undefined;
  limit: number;
}

/** Of a file from before there was a chain: every entry, as it stands. */
export async function chainAll(db: Kysely<Database>): Promise<void> {
  let id = 0;
  let hash = NO_ENTRY;
  for (;;) {
    const next = await db
      .selectFrom('timeline')
      .selectAll()
      .where('id', '>', id)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!next) return;
    id = next.id;
    hash = entryHash(hash, toChain(next));
    await db.updateTable('timeline').set({ hash }).where('id', '=', id).execute();
  }
}

export function timelineTable(db: Db, clock: Clock) {
  return {
    async add(entry: NewTimelineEntry): Promise<void> {
      // Only one transaction writes at a time, so the number that comes next is known before the row is there.
      const last = await db.row<{ id: number; hash: string | null }>(LAST);
      const written = { id: (last?.id ?? 0) + 1, ...storedForm(entry, clock.now()) };
      const hash = entryHash(last?.hash ?? NO_ENTRY, written);
      const { id, incident, at, kind, actor, text, data } = written;
      await db.rows(INSERT, [id, incident, at, kind, actor, text, data, hash]);
    },
    /** The newest entry; of an incident: its newest. Null: none, or none with a hash. */
    async head(incidentId?: number): Promise<RecordHead | null> {
      let rows = db.query.selectFrom('timeline').select(['id', 'hash']);
      if (incidentId !== undefined) rows = rows.where('incident_id', '=', incidentId);
      const row = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
      return row && row.hash !== null ? { entry: row.id, hash: row.hash } : null;
    },
    /** As stored, by number. */
    async chained(after: number, limit: number): Promise<StoredEntry[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toChain(row), hash: row.hash }));
    },
    /** The entry before a number, of whatever incident. Null: none. */
    async before(id: number): Promise<{ id: number; hash: string | null } | null> {
      const row = await db.query
        .selectFrom('timeline')
        .select(['id', 'hash'])
        .where('id', '<', id)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ?? null;
    },
    /** The highest number an entry ever had: the database never gives one twice, and remembers it (SQLite only). */
    async newestNumber(): Promise<number> {
      return (await db.row<{ seq: number }>(NEWEST_NUMBER))?.seq ?? 0;
    },
    /** The heads that summaries said in their threads. */
    async postedHeads(): Promise<KeptHead[]> {
      const rows = await db.query
        .selectFrom('post')
        .select(['incident_id', 'message_json'])
        .where('incident_id', 'is not', null)
        .where('message_json', 'like', '%"Record: %')
        .orderBy('id')
        .execute();
      return rows.flatMap(({ incident_id, message_json }) =>
        headsIn(message_json).map((head) => ({ ...head, where: `the summary of incident #${incident_id}` })),
      );
    },
    /** In the order written. */
    async ofIncident(incidentId: number): Promise<TimelineEntry[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** The newest that fit, in the order written. `since` is the first instant, `until` the first one after. */
    async search(query: TimelineQuery): Promise<TimelineEntry[]> {
      let rows = db.query.selectFrom('timeline').selectAll();
      if (query.since !== undefined) rows = rows.where('at', '>=', query.since);
      if (query.until !== undefined) rows = rows.where('at', '<', query.until);
      if (query.actors !== undefined) rows = rows.where('actor', 'in', query.actors);
      if (query.incidentId !== undefined) rows = rows.where('incident_id', '=', query.incidentId);
      if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind);
      return (await rows.orderBy('id', 'desc').limit(query.limit).execute()).reverse().map(fromRow);
    },
    /** Everybody on record, as keys. */
    async actors(): Promise<string[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .select('actor')
        .distinct()
        .orderBy('actor')
        .execute();
      return rows.map(({ actor }) => actor);
    },
    /** Newest first, incidents or none. */
    async recent(limit: number): Promise<TimelineEntry[]> {
      const rows = await db.query
        .selectFrom('timeline')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
  };
}

/** Half a character pair would be stored as another character than the one that was hashed. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

function storedForm(entry: NewTimelineEntry, now: number): Omit<ChainedEntry, 'id'> {
  return {
    incident: entry.incidentId,
    at: entry.at ?? now,
    kind: entry.kind,
    actor: wellFormed(entry.actor ?? principalKey(OPENCLAW)),
    text: wellFormed(redact(entry.text)),
    data: JSON.stringify(redactJson(entry.data ?? {})),
  };
}

// The database counts in a table of its own and never gives a number twice (SQLite only).
const NEWEST_NUMBER = "select seq from sqlite_sequence where name = 'timeline'";
const LAST =
  `select max(coalesce((${NEWEST_NUMBER}), 0), coalesce((select max(id) from timeline), 0)) as id, ` +
  '(select hash from timeline order by id desc limit 1) as hash';
const INSERT = insertText('timeline', [
  'id',
  'incident_id',
  'at',
  'kind',
  'actor',
  'text',
  'data_json',
  'hash',
]);

function toChain(row: Selectable<TimelineTable>): ChainedEntry {
  return {
    id: row.id,
    incident: row.incident_id,
    at: row.at,
    kind: row.kind,
    actor: row.actor,
    text: row.text,
    data: row.data_json,
  };
}

/** Of a message somebody changed by hand: whatever can be read. */
function headsIn(messageJson: string): { hash: string; entry: number | null }[] {
  try {
    const { blocks } = JSON.parse(messageJson) as Message;
    return blocks.flatMap((block) => {
      if (block.type !== 'text' || !block.text.startsWith('Record: ')) return [];
      return readHead(block.text) ?? [];
    });
  } catch {
    return [];
  }
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
