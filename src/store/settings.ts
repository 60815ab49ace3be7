// Few values of the whole installation, such as whether it is frozen.
import type { Clock } from '../domain/clock.ts';
import type { ModelNote } from '../domain/model-note.ts';
import type { KnownSchedule } from '../domain/on-call-answer.ts';
import type { PrintedManifest } from '../domain/printed-manifest.ts';

/** Set: no new step starts until somebody thaws it. */
export interface Freeze {
  reason: string;
  /** Principal key, and the name for people. */
  by: string;
  byName: string;
  at: number;
}

import type { Db } from './driver.ts';

/** What the daemon wants `status` and `doctor` to say. */
export interface Warning {
  key: string;
  text: string;
  /** When it began. */
  since: number;
  /** Of what does not work at all: what to do about it. */
  fix?: string;
  /**
   * Of a channel: what it is about, whether it mends itself mostly, whether people were told (`toldIn`: by which page, where
   * it was one), and since when it is over.
   */
  channel?: {
    name: string;
    about: string;
    passing: boolean;
    mild?: true;
    told: boolean;
    toldIn?: number;
    overAt?: number;
  };
}

export interface Settings {
  freeze: Freeze | null;
  /** When the running daemon last said it is alive. */
  heartbeat: { at: number; pid: number; startedAt: number } | null;
  /** What the heartbeat writes, to see that writing works. */
  beat: { at: number } | null;
  warnings: Warning[];
  /** When somebody last tested a channel: what does not work is looked at again then. */
  channelTestedAt: number | null;
  /** Tells our incidents from those of another installation, where both tell one pager. Null: not needed yet. */
  installation: string | null;
  /** Schedules at pagers that levels name, as they were answered last. */
  schedules: KnownSchedule[];
  /** App manifests as they were printed last, by the id of the channel. */
  manifests: Record<string, PrintedManifest>;
  /** Null: the daemon has no model. */
  model: ModelNote | null;
}

const DEFAULTS: Settings = {
  freeze: null,
  heartbeat: null,
  beat: null,
  warnings: [],
  channelTestedAt: null,
  installation: null,
  schedules: [],
  manifests: {},
  model: null,
};

const VALUE = 'select value_json from setting where key = ?';

export function settingTable(db: Db, clock: Clock) {
  return {
    async get<K extends keyof Settings>(key: K): Promise<Settings[K]> {
      const row = await db.row<{ value_json: string }>(VALUE, [key]);
      return row ? (JSON.parse(row.value_json) as Settings[K]) : DEFAULTS[key];
    },
    async set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
      const row = { value_json: JSON.stringify(value), updated_at: clock.now() };
      await db.query
        .insertInto('setting')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },
    /** Sets the one warning with this key; null takes it away. The same text keeps its beginning. */
    async warn(key: string, text: string | null): Promise<void> {
      const before = await this.get('warnings');
      const old = before.find((warning) => warning.key === key);
      if (old?.text === (text ?? undefined)) return;
      const others = before.filter((warning) => warning.key !== key);
      await this.set('warnings', text === null ? others : [...others, { key, text, since: clock.now() }]);
    },
  };
}
