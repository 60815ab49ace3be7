// Requests as they came, each beside what was read of it, for the question "what did they really send?".
// Written as it came, in the commit that answers the sender, where redacting would cost as much as all the rest;
// like the inbox it is for this machine alone, and redacted on its way out of here.
import { redact } from '../domain/redact.ts';

/** Without headers that could be secrets; the body at most `BODY_MAX` bytes. */
export interface RequestRecord {
  headers: Readonly<Record<string, string>>;
  body: string;
}

import { type Db, insertText } from './driver.ts';

export interface Delivery extends RequestRecord {
  id: number;
  source: string;
  receivedAt: number;
}

const ADD = insertText('delivery', ['source', 'received_at', 'headers_json', 'body']);

export function deliveryTable(db: Db) {
  return {
    /** Gives their ids, in their order. */
    async addMany(
      requests: readonly (RequestRecord & { source: string; receivedAt: number })[],
    ): Promise<number[]> {
      const ids: number[] = [];
      for (const { source, receivedAt, headers, body } of requests) {
        const { id } = await db.run(ADD, [source, receivedAt, JSON.stringify(headers), body]);
        ids.push(id);
      }
      return ids;
    },

    /** Redacted. */
    async find(id: number): Promise<Delivery | null> {
      const row = await db.query.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      const headers = JSON.parse(row.headers_json) as Record<string, string>;
      return {
        id: row.id,
        source: row.source,
        receivedAt: row.received_at,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)])),
        body: redact(row.body),
      };
    },

    /** Of the oldest `limit`, those from before an instant. */
    async prune(before: number, limit: number): Promise<void> {
      await db.query
        .deleteFrom('delivery')
        .where('id', 'in', ({ selectFrom }) => selectFrom('delivery').select('id').orderBy('id').limit(limit))
        .where('received_at', '<', before)
        .execute();
    },
  };
}
