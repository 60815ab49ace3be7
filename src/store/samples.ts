// Polled values, kept long enough for a trend.
import type { Db } from './driver.ts';

export interface Sample {
  source: string;
  target: string;
  metric: string;
  at: number;
  value: number;
}

export function sampleTable(db: Db) {
  return {
    /** What is no number is not kept: one source's NaN must not cost the samples of the others. */
    async add(given: readonly Sample[]): Promise<void> {
      const samples = given.filter(({ value }) => Number.isFinite(value));
      for (let from = 0; from < samples.length; from += 500) {
        await db.query
          .insertInto('sample')
          .values(samples.slice(from, from + 500))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },
    /** Oldest first. */
    async read(query: {
      source: string;
      target: string;
      metric: string;
      sinceAt: number;
    }): Promise<{ at: number; value: number }[]> {
      return db.query
        .selectFrom('sample')
        .select(['at', 'value'])
        .where('source', '=', query.source)
        .where('target', '=', query.target)
        .where('metric', '=', query.metric)
        .where('at', '>=', query.sinceAt)
        .orderBy('at')
        .limit(20_000)
        .execute();
    },
    async prune(before: number): Promise<void> {
      await db.query.deleteFrom('sample').where('at', '<', before).execute();
    },
  };
}
