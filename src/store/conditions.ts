// Since when a rule's condition has held: what `for 30s` counts from, across restarts.
import type { Db } from './driver.ts';

export function conditionTable(db: Db) {
  return {
    /** Since when it has held; null: it does not. */
    async since(owner: string, target: string): Promise<number | null> {
      const row = await db.query
        .selectFrom('condition_state')
        .select('since')
        .where('owner', '=', owner)
        .where('target', '=', target)
        .executeTakeFirst();
      return row?.since ?? null;
    },
    /** Remembers the first time; gives since when it has held. A time ahead of a clock set back becomes now. */
    async hold(owner: string, target: string, now: number): Promise<number> {
      await db.query
        .insertInto('condition_state')
        .values({ owner, target, since: now })
        .onConflict((conflict) =>
          conflict
            .columns(['owner', 'target'])
            .doUpdateSet({ since: now })
            .where('condition_state.since', '>', now),
        )
        .execute();
      const row = await db.query
        .selectFrom('condition_state')
        .select('since')
        .where('owner', '=', owner)
        .where('target', '=', target)
        .executeTakeFirstOrThrow();
      return row.since;
    },
    /** True: it did not hold before. */
    async begin(owner: string, target: string, now: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db.query
        .insertInto('condition_state')
        .values({ owner, target, since: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async targets(owner: string): Promise<string[]> {
      const rows = await db.query
        .selectFrom('condition_state')
        .select('target')
        .where('owner', '=', owner)
        .orderBy('target')
        .execute();
      return rows.map(({ target }) => target);
    },
    async owners(): Promise<string[]> {
      const rows = await db.query.selectFrom('condition_state').select('owner').distinct().execute();
      return rows.map(({ owner }) => owner);
    },
    /** Everything of that owner. */
    async forget(owner: string): Promise<void> {
      await db.query.deleteFrom('condition_state').where('owner', '=', owner).execute();
    },
    /** True: it had held until now. */
    async release(owner: string, target: string): Promise<boolean> {
      const { numDeletedRows } = await db.query
        .deleteFrom('condition_state')
        .where('owner', '=', owner)
        .where('target', '=', target)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
