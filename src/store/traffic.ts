// When each room was last written to, for channels that take one message at a time.
import type { Db } from './driver.ts';

const LAST = 'select at from traffic where place = ?';
const NOTE =
  'insert into traffic (place, at) values (?, ?) on conflict (place) do update set at = excluded.at';

export function trafficTable(db: Db) {
  return {
    /** Null: never. */
    async last(place: string): Promise<number | null> {
      return (await db.row<{ at: number }>(LAST, [place]))?.at ?? null;
    },
    async note(place: string, at: number): Promise<void> {
      await db.rows(NOTE, [place, at]);
    },
  };
}
