// Append-only: what happened, who did it, when. The audit log and the summary are read from it. Each entry is
// chained to the one before it in the transaction that writes both it and what it tells.
import { CompiledQuery, type Kysely, type Selectable } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { TimelineEntry, TimelineKind } from '../domain/incident.ts';
import type { Message } from '../domain/message.ts';
import { OPENCLAW, principalKey } from '../domain/principal.ts';
import { type ChainedEntry, entryHash, NO_ENTRY, type RecordHead, readHead } from '../domain/record.ts';
import type { KeptHead, StoredEntry } from '../domain/record-check.ts';
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
  for (;;) {
    const next = await db
      .selectFrom('timeline')
      .select('id')
      .where('id', '>', id)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!next) return;
    id = next.id;
    await chainOn(db, id);
  }
}

export function timelineTable(db: Kysely<Database>, clock: Clock) {
  return {
    async add(entry: NewTimelineEntry): Promise<void> {
      const { id } = await db
        .insertInto('timeline')
        .values(rowOf(entry, clock.now()))
        .returning('id')
        .executeTakeFirstOrThrow();
      await chainOn(db, id);
    },
    /** The newest entry; of an incident: its newest. Null: none, or none with a hash. */
    async head(incidentId?: number): Promise<RecordHead | null> {
      let rows = db.selectFrom('timeline').select(['id', 'hash']);
      if (incidentId !== undefined) rows = rows.where('incident_id', '=', incidentId);
      const row = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
      return row && row.hash !== null ? { entry: row.id, hash: row.hash } : null;
    },
    /** As stored, by number. */
    async chained(after: number, limit: number): Promise<StoredEntry[]> {
      const rows = await db
        .selectFrom('timeline')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toChain(row), hash: row.hash }));
    },
    /** The highest number an entry ever had: the database never gives one twice, and remembers it (SQLite only). */
    async newestNumber(): Promise<number> {
      const { rows } = await db.executeQuery<{ seq: number }>(
        CompiledQuery.raw("select seq from sqlite_sequence where name = 'timeline'"),
      );
      return rows[0]?.seq ?? 0;
    },
    /** The heads that summaries said in their threads. */
    async postedHeads(): Promise<KeptHead[]> {
      const rows = await db
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
      const rows = await db
        .selectFrom('timeline')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** The newest that fit, in the order written. `since` is the first instant, `until` the first one after. */
    async search(query: TimelineQuery): Promise<TimelineEntry[]> {
      let rows = db.selectFrom('timeline').selectAll();
      if (query.since !== undefined) rows = rows.where('at', '>=', query.since);
      if (query.until !== undefined) rows = rows.where('at', '<', query.until);
      if (query.actors !== undefined) rows = rows.where('actor', 'in', query.actors);
      if (query.incidentId !== undefined) rows = rows.where('incident_id', '=', query.incidentId);
      if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind);
      return (await rows.orderBy('id', 'desc').limit(query.limit).execute()).reverse().map(fromRow);
    },
    /** Everybody on record, as keys. */
    async actors(): Promise<string[]> {
      const rows = await db.selectFrom('timeline').select('actor').distinct().orderBy('actor').execute();
      return rows.map(({ actor }) => actor);
    },
    /** Newest first, incidents or none. */
    async recent(limit: number): Promise<TimelineEntry[]> {
      const rows = await db.selectFrom('timeline').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(fromRow);
    },
  };
}

/** Half a character pair would be stored as another character than the one that was hashed. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

function rowOf(entry: NewTimelineEntry, now: number) {
  return {
    incident_id: entry.incidentId,
    at: entry.at ?? now,
    kind: entry.kind,
    actor: wellFormed(entry.actor ?? principalKey(OPENCLAW)),
    text: wellFormed(redact(entry.text)),
    data_json: JSON.stringify(redactJson(entry.data ?? {})),
  };
}

// As text: what is written most is not built anew each time.
const TWO = 'select * from timeline where id <= ? order by id desc limit 2';
const CHAIN = 'update timeline set hash = ? where id = ?';

/** Gives the entry its hash: inserted first, because the number that the database gives it is a part of it. */
async function chainOn(db: Kysely<Database>, id: number): Promise<void> {
  const { rows } = await db.executeQuery<Selectable<TimelineTable>>(CompiledQuery.raw(TWO, [id]));
  const [row, before] = rows;
  if (row?.id !== id) throw new Error(`timeline entry ${id} is not there`);
  const hash = entryHash(before?.hash ?? NO_ENTRY, toChain(row));
  await db.executeQuery(CompiledQuery.raw(CHAIN, [hash, id]));
}

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
