// Few values of the whole installation, such as whether it is frozen.
import type { Kysely } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { Database } from './schema.ts';

/** Set: no new step starts until somebody thaws it. */
export interface Freeze {
  reason: string;
  /** Principal key, and the name for people. */
  by: string;
  byName: string;
  at: number;
}

export interface Settings {
  freeze: Freeze | null;
  /** When the running daemon last said it is alive. */
  heartbeat: { at: number; pid: number; startedAt: number } | null;
  /** What the daemon wants `status` and `doctor` to say, each with when it began. */
  warnings: { key: string; text: string; since: number }[];
}

const DEFAULTS: Settings = { freeze: null, heartbeat: null, warnings: [] };

export function settingTable(db: Kysely<Database>, clock: Clock) {
  return {
    async get<K extends keyof Settings>(key: K): Promise<Settings[K]> {
      const row = await db
        .selectFrom('setting')
        .select('value_json')
        .where('key', '=', key)
        .executeTakeFirst();
      return row ? (JSON.parse(row.value_json) as Settings[K]) : DEFAULTS[key];
    },
    async set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
      const row = { value_json: JSON.stringify(value), updated_at: clock.now() };
      await db
        .insertInto('setting')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },
  };
}
