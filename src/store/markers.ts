// Changes that somebody told us of: deploys of systems we do not read ourselves.
import type { Selectable } from 'kysely';
import { redact } from '../domain/redact.ts';
import type { Db } from './driver.ts';
import type { MarkerTable } from './schema.ts';

export interface NewMarker {
  source: string;
  key: string;
  /** A configured one. Null: of none. */
  service: string | null;
  title: string;
  author: string | null;
  at: number;
  link: string | null;
}

export interface Marker extends NewMarker {
  id: number;
}

export function markerTable(db: Db) {
  return {
    /** False: this key of that source was already there, and nothing changed. */
    async add(marker: NewMarker): Promise<boolean> {
      const { source, key, service, title, author, at, link } = marker;
      const { numInsertedOrUpdatedRows } = await db.query
        .insertInto('marker')
        .values({
          source,
          key,
          service,
          title: redact(title),
          author: author === null ? null : redact(author),
          at,
          link: link === null ? null : redact(link),
        })
        .onConflict((conflict) => conflict.columns(['source', 'key']).doNothing())
        .executeTakeFirstOrThrow();
      return (numInsertedOrUpdatedRows ?? 0n) === 1n;
    },

    /** Of any service, newest first, both ends included. */
    async between(from: number, to: number, limit: number): Promise<Marker[]> {
      const rows = await db.query
        .selectFrom('marker')
        .selectAll()
        .where('at', '>=', from)
        .where('at', '<=', to)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    /** The newest of a service at or before an instant. Null: none is known. */
    async lastBefore(service: string, at: number): Promise<Marker | null> {
      const row = await db.query
        .selectFrom('marker')
        .selectAll()
        .where('service', '=', service)
        .where('at', '<=', at)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Those of a service, or of none, since an instant, oldest first, the newest `most` of them. */
    async ofService(service: string, since: number, most: number): Promise<Marker[]> {
      const rows = await db.query
        .selectFrom('marker')
        .selectAll()
        .where(({ or, eb }) => or([eb('service', '=', service), eb('service', 'is', null)]))
        .where('at', '>=', since)
        .orderBy('at', 'desc')
        .limit(most)
        .execute();
      return rows.map(fromRow).reverse();
    },

    /** The oldest told before the newest `keep`. Ids grow as they are told. */
    async prune(keep: number, limit: number): Promise<void> {
      await db.query
        .deleteFrom('marker')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('marker')
            .select('id')
            .where('id', '<=', ({ selectFrom: newest }) =>
              newest('marker').select('id').orderBy('id', 'desc').offset(keep).limit(1),
            )
            .orderBy('id')
            .limit(limit),
        )
        .execute();
    },
  };
}

function fromRow({ id, source, key, service, title, author, at, link }: Selectable<MarkerTable>): Marker {
  return { id, source, key, service, title, author, at, link };
}
