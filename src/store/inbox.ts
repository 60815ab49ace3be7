// What the world told us, each under its own key, committed before it is acknowledged.
import type { Selectable } from 'kysely';
import type { RequestRecord } from './deliveries.ts';
import { type Db, insertText } from './driver.ts';
import type { InboxTable } from './schema.ts';

export type InboxKind = 'chat' | 'alert' | 'notice' | 'dead-letter';

export interface NewInboxEntry {
  source: string;
  key: string;
  kind: InboxKind;
  body: unknown;
  receivedAt: number;
  /** The request it came in: one object for all that came in it. Not given: not kept. */
  request?: RequestRecord | undefined;
  /** Where that is kept. */
  deliveryId?: number | undefined;
  /** Nobody knows whether its source sent it: the source was not heard by it. */
  unproven?: true;
}

export interface InboxEntry extends NewInboxEntry {
  id: number;
  handledAt: number | null;
}

const ADD = `${insertText('inbox', ['source', 'key', 'kind', 'body_json', 'received_at', 'delivery_id'])}
  on conflict (source, key) do nothing`;
const UNHANDLED = 'select * from inbox where kind = ? and handled_at is null order by id limit ?';
const ENDS = `select (select min(id) from inbox where kind = 'alert' and handled_at is null) as oldest,
  (select max(id) from inbox) as newest`;
const NEWEST = 'select max(id) as id from inbox';
const HANDLED = 'update inbox set handled_at = ? where id = ?';

export function inboxTable(db: Db) {
  return {
    /** False: this key was already there, and nothing changed. */
    async add(entry: NewInboxEntry): Promise<boolean> {
      return (await this.addMany([entry])) === 1;
    },

    /** Gives how many were new. */
    async addMany(entries: readonly NewInboxEntry[]): Promise<number> {
      let added = 0;
      for (const { source, key, kind, body, receivedAt, deliveryId } of entries) {
        const values = [source, key, kind, JSON.stringify(body), receivedAt, deliveryId ?? null];
        added += (await db.run(ADD, values)).changes;
      }
      return added;
    },

    async find(source: string, key: string): Promise<InboxEntry | null> {
      const row = await db.query
        .selectFrom('inbox')
        .selectAll()
        .where('source', '=', source)
        .where('key', '=', key)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    async findById(id: number): Promise<InboxEntry | null> {
      const row = await db.query.selectFrom('inbox').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Oldest first. */
    async unhandled(kind: InboxKind, limit: number): Promise<InboxEntry[]> {
      return (await db.rows<Selectable<InboxTable>>(UNHANDLED, [kind, limit])).map(fromRow);
    },

    /** What people said since, oldest first: for terminals that follow along. */
    async chatAfter(id: number, limit: number): Promise<InboxEntry[]> {
      const rows = await db.query
        .selectFrom('inbox')
        .selectAll()
        .where('kind', '=', 'chat')
        .where('id', '>', id)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    /** Received in `from` to `until`, in the order of arrival. */
    async between(
      { from, until }: { from: number; until: number },
      afterId: number,
      limit: number,
    ): Promise<InboxEntry[]> {
      const rows = await db.query
        .selectFrom('inbox')
        .selectAll()
        .where('id', '>', afterId)
        .where('received_at', '>=', from)
        .where('received_at', '<=', until)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    /** Those of the keys that are in rows up to `newest`. */
    async knownKeys(source: string, keys: readonly string[], newest: number): Promise<string[]> {
      const known: string[] = [];
      for (let from = 0; from < keys.length; from += 500) {
        const rows = await db.query
          .selectFrom('inbox')
          .select('key')
          .where('source', '=', source)
          .where('key', 'in', keys.slice(from, from + 500))
          .where('id', '<=', newest)
          .execute();
        for (const { key } of rows) known.push(key);
      }
      return known;
    },

    async newestId(): Promise<number> {
      return (await db.row<{ id: number | null }>(NEWEST))?.id ?? 0;
    },

    async markHandled(ids: readonly number[], at: number): Promise<void> {
      for (const id of ids) await db.rows(HANDLED, [at, id]);
    },

    /** Newest first; those that were replayed only with `all`. */
    async deadLetters(query: { source?: string; all?: boolean; limit: number }): Promise<InboxEntry[]> {
      let rows = db.query.selectFrom('inbox').selectAll().where('kind', '=', 'dead-letter');
      if (!query.all) rows = rows.where('handled_at', 'is', null);
      if (query.source !== undefined) rows = rows.where('source', '=', query.source);
      return (await rows.orderBy('id', 'desc').limit(query.limit).execute()).map(fromRow);
    },

    /** Those nobody replayed, by source. */
    async countDeadLetters(): Promise<{ source: string; count: number }[]> {
      return db.query
        .selectFrom('inbox')
        .select(({ fn }) => ['source', fn.countAll<number>().as('count')])
        .where('kind', '=', 'dead-letter')
        .where('handled_at', 'is', null)
        .groupBy('source')
        .orderBy('source')
        .execute();
    },

    /** A dead letter becomes the alert it was, to be worked on again. */
    async putBack(id: number, body: unknown): Promise<void> {
      await db.query
        .updateTable('inbox')
        .set({ kind: 'alert', body_json: JSON.stringify(body), handled_at: null })
        .where('id', '=', id)
        .where('kind', '=', 'dead-letter')
        .execute();
    },

    /** It becomes a dead letter, for a person to read. */
    async setAside(id: number, body: unknown): Promise<void> {
      await db.query
        .updateTable('inbox')
        .set({ kind: 'dead-letter', body_json: JSON.stringify(body) })
        .where('id', '=', id)
        .execute();
    },

    /** Of the oldest `limit`, those from before an instant that were worked through, or are dead letters. */
    async prune(before: number, limit: number): Promise<void> {
      await db.query
        .deleteFrom('inbox')
        .where('id', 'in', ({ selectFrom }) => selectFrom('inbox').select('id').orderBy('id').limit(limit))
        .where('received_at', '<', before)
        .where(({ or, eb }) => or([eb('handled_at', 'is not', null), eb('kind', '=', 'dead-letter')]))
        .execute();
    },

    /** At most so many alerts wait: an estimate from above that costs the same however many there are. */
    async waitingAtMost(): Promise<number> {
      const row = await db.row<{ oldest: number | null; newest: number | null }>(ENDS);
      return row?.oldest && row.newest ? row.newest - row.oldest + 1 : 0;
    },

    async countUnhandled(): Promise<number> {
      const row = await db.query
        .selectFrom('inbox')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('handled_at', 'is', null)
        .where('kind', '!=', 'dead-letter')
        .executeTakeFirstOrThrow();
      return row.count;
    },
  };
}

function fromRow(row: Selectable<InboxTable>): InboxEntry {
  return {
    id: row.id,
    source: row.source,
    key: row.key,
    kind: row.kind as InboxKind,
    body: JSON.parse(row.body_json) as unknown,
    receivedAt: row.received_at,
    handledAt: row.handled_at,
    ...(row.delivery_id === null ? {} : { deliveryId: row.delivery_id }),
  };
}
