// When each source last sent anything, whatever became of it.
import type { Db } from './driver.ts';

const TOUCH = 'insert into heard (id, at) values (?, ?) on conflict (id) do update set at = excluded.at';

export function heardTable(db: Db) {
  return {
    /** The last commit says: the clock may have been set back since the one before. */
    async touch(sources: readonly string[], at: number): Promise<void> {
      for (const id of new Set(sources)) await db.rows(TOUCH, [id, at]);
    },
    /** Null: never. */
    async find(source: string): Promise<number | null> {
      const row = await db.query.selectFrom('heard').select('at').where('id', '=', source).executeTakeFirst();
      return row?.at ?? null;
    },
  };
}
