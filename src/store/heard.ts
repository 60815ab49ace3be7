// When each source last sent anything, whatever became of it.
import type { Db } from './driver.ts';

export function heardTable(db: Db) {
  return {
    /** The last commit says: the clock may have been set back since the one before. */
    async touch(sources: readonly string[], at: number): Promise<void> {
      const ids = [...new Set(sources)];
      if (ids.length === 0) return;
      await db.query
        .insertInto('heard')
        .values(ids.map((id) => ({ id, at })))
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ at }))
        .execute();
    },
    /** Null: never. */
    async find(source: string): Promise<number | null> {
      const row = await db.query.selectFrom('heard').select('at').where('id', '=', source).executeTakeFirst();
      return row?.at ?? null;
    },
  };
}
