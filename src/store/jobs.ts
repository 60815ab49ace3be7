// One table of jobs is the outbox (run now), the timers (run later) and the retries (run again later).
import { type Selectable, sql } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { Db } from './driver.ts';
import type { JobTable } from './schema.ts';

export type JobKind =
  | 'chat'
  | 'alert'
  | 'alert-end'
  | 'investigate'
  | 'plan'
  | 'execute'
  | 'undo'
  | 'watch'
  | 'post'
  | 'page-fallback'
  | 'page-bundle'
  | 'escalate'
  | 'ack-expiry'
  | 'expire'
  | 'resolve'
  | 'still-firing'
  | 'muting'
  | 'news'
  | 'poll'
  | 'audit'
  | 'lookout'
  | 'notice'
  | 'subscribe'
  | 'auto-fix';

export interface Job {
  id: number;
  kind: JobKind;
  lane: string | null;
  priority: number;
  runAt: number;
  attempts: number;
  payload: Record<string, unknown>;
  createdAt: number;
}

export interface NewJob {
  /** Default: now. */
  runAt?: number;
  lane?: string | null;
  /** 0 goes first. Default 2. */
  priority?: number;
  /** A queued job with this key makes the add do nothing. */
  key?: string;
}

/** What may be claimed at once, so that slow work of one sort leaves room for what cannot wait. */
export interface Room {
  all: number;
  /** Of those that are not urgent. Urgent: priority 0, and what people typed. Default: no limit of its own. */
  ordinary?: number;
  /** Of a kind; default: no limit of its own. */
  ofKind?: Partial<Record<JobKind, number>>;
}

/** Pages, escalations and what people typed. */
export const isUrgent = ({ kind, priority }: { kind: string; priority: number }): boolean =>
  kind === 'chat' || priority === 0;

/** Written into the statement: SQLite finds a key by its partial index only where the state is no parameter. */
const queued = () => sql.lit<'queued'>('queued');

export function jobTable(db: Db, clock: Clock) {
  /** The change for a running job that will be queued again: without its key where a queued job has it by now. */
  async function keyGoneOf(id: number): Promise<{ key: null } | null> {
    const newer = await db.query
      .selectFrom('job as waiting')
      .innerJoin('job as running', 'running.key', 'waiting.key')
      .select('waiting.id')
      .where('running.id', '=', id)
      .where('waiting.state', '=', queued())
      .executeTakeFirst();
    return newer ? { key: null } : null;
  }

  return {
    async add(kind: JobKind, payload: Record<string, unknown>, options: NewJob = {}): Promise<void> {
      const now = clock.now();
      await db.query
        .insertInto('job')
        .values({
          kind,
          lane: options.lane ?? null,
          priority: options.priority ?? 2,
          key: options.key ?? null,
          run_at: options.runAt ?? now,
          state: 'queued',
          owner: null,
          attempts: 0,
          payload_json: JSON.stringify(payload),
          error: null,
          created_at: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    /** Moves the queued job with this key, or adds it: a timer that is set again. */
    async set(
      kind: JobKind,
      payload: Record<string, unknown>,
      options: NewJob & { key: string },
    ): Promise<void> {
      await db.query.deleteFrom('job').where('key', '=', options.key).where('state', '=', queued()).execute();
      await this.add(kind, payload, options);
    },

    /** A timer that is due later than this becomes due then; one that is due sooner, or is not there, stays as it is. */
    async pullForward(key: string, runAt: number): Promise<void> {
      await db.query
        .updateTable('job')
        .set({ run_at: runAt })
        .where('key', '=', key)
        .where('state', '=', queued())
        .where('run_at', '>', runAt)
        .execute();
    },

    async cancel(key: string): Promise<void> {
      await db.query.deleteFrom('job').where('key', '=', key).where('state', '=', queued()).execute();
    },

    /**
     * Takes due jobs as far as there is room. A lane gives one at a time, oldest first. A timer in the future holds no lane
     * and a retry does; a timer that falls due while a younger job of its lane runs waits for that one.
     */
    async claim(owner: string, room: number | Room): Promise<Job[]> {
      const {
        all,
        ordinary = Number.POSITIVE_INFINITY,
        ofKind = {},
      } = typeof room === 'number' ? { all: room } : room;
      const left: Record<string, number | undefined> = { ...ofKind };
      const full = Object.keys(left).filter((kind) => left[kind] === 0);
      const now = clock.now();
      let query = db.query
        .selectFrom('job as j')
        .selectAll('j')
        .where('j.state', '=', 'queued')
        .where('j.run_at', '<=', now)
        .where(({ or, and, eb, not, exists, selectFrom }) =>
          or([
            eb('j.lane', 'is', null),
            and([
              not(
                exists(
                  selectFrom('job as busy')
                    .select('busy.id')
                    .whereRef('busy.lane', '=', 'j.lane')
                    .where('busy.state', '=', 'running'),
                ),
              ),
              not(
                exists(
                  selectFrom('job as earlier')
                    .select('earlier.id')
                    .whereRef('earlier.lane', '=', 'j.lane')
                    .whereRef('earlier.id', '<', 'j.id')
                    .where('earlier.state', '=', 'queued')
                    .where((inner) =>
                      inner.or([inner('earlier.run_at', '<=', now), inner('earlier.attempts', '>', 0)]),
                    ),
                ),
              ),
            ]),
          ]),
        )
        .orderBy('j.priority')
        .orderBy('j.run_at')
        .orderBy('j.id')
        .limit(all);
      if (full.length > 0) query = query.where('j.kind', 'not in', full);
      if (ordinary <= 0)
        query = query.where(({ or, eb }) => or([eb('j.kind', '=', 'chat'), eb('j.priority', '=', 0)]));
      let ordinaryLeft = ordinary;
      // What is too many of a sort stays where it is: the next look leaves that sort out.
      const rows = (await query.execute()).filter((row) => {
        const ofItsKind = left[row.kind] ?? Number.POSITIVE_INFINITY;
        if (ofItsKind <= 0 || (!isUrgent(row) && ordinaryLeft <= 0)) return false;
        if (row.kind in left) left[row.kind] = ofItsKind - 1;
        if (!isUrgent(row)) ordinaryLeft -= 1;
        return true;
      });
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      await db.query
        .updateTable('job')
        .set((column) => ({ state: 'running' as const, owner, attempts: column('attempts', '+', 1) }))
        .where('id', 'in', ids)
        .execute();
      return rows.map((row) => fromRow({ ...row, attempts: row.attempts + 1 }));
    },

    /** True: it was ours, and it is gone. The caller's commit stands or falls with this. */
    async close(id: number, owner: string): Promise<boolean> {
      const { numDeletedRows } = await db.query
        .deleteFrom('job')
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },

    /** Whether this owner still holds it: for commits in the middle of a handler. */
    async holds(id: number, owner: string): Promise<boolean> {
      const row = await db.query
        .selectFrom('job')
        .select('id')
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return row !== undefined;
    },

    /** It keeps its key, so that whoever sets, adds or cancels that job means this one; unless a newer one has it. */
    async retry(id: number, owner: string, runAt: number, error: string): Promise<void> {
      await db.query
        .updateTable('job')
        .set({ state: 'queued', owner: null, run_at: runAt, error, ...(await keyGoneOf(id)) })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .execute();
    },

    /** True: it was ours, and it is put aside. */
    async bury(id: number, owner: string, error: string): Promise<boolean> {
      const { numUpdatedRows } = await db.query
        .updateTable('job')
        .set({ state: 'dead', error, key: null })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** At start: whatever a dead daemon was doing is queued again at once. Gives what it took back. */
    async takeBack(): Promise<Job[]> {
      const rows = await db.query
        .selectFrom('job')
        .selectAll()
        .where('state', '=', 'running')
        .orderBy('id')
        .execute();
      for (const { id } of rows) {
        await db.query
          .updateTable('job')
          .set({ state: 'queued', owner: null, ...(await keyGoneOf(id)) })
          .where('id', '=', id)
          .execute();
      }
      return rows.map(fromRow);
    },

    /** When the next queued job is due, of those due later than `after` if that is given; null: none. */
    async nextDueAt(after = Number.MIN_SAFE_INTEGER): Promise<number | null> {
      const row = await db.query
        .selectFrom('job')
        .select(({ fn }) => fn.min<number | null>('run_at').as('at'))
        .where('state', '=', 'queued')
        .where('run_at', '>', after)
        .executeTakeFirst();
      return row?.at ?? null;
    },

    /** Every queued job is due this much sooner. */
    async bringForward(ms: number): Promise<void> {
      await db.query
        .updateTable('job')
        .set((column) => ({ run_at: column('run_at', '-', ms) }))
        .where('state', '=', 'queued')
        .execute();
    },

    async findQueued(key: string): Promise<Job | null> {
      const row = await db.query
        .selectFrom('job')
        .selectAll()
        .where('key', '=', key)
        .where('state', '=', queued())
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Queued or running, of these kinds. */
    async live(kinds: readonly JobKind[]): Promise<Job[]> {
      const rows = await db.query
        .selectFrom('job')
        .selectAll()
        .where('kind', 'in', kinds)
        .where('state', '!=', 'dead')
        .execute();
      return rows.map(fromRow);
    },

    /** Those put aside whose last try was due before then. */
    async pruneDead(before: number, limit: number): Promise<void> {
      await db.query
        .deleteFrom('job')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('job')
            .select('id')
            .where('state', '=', 'dead')
            .where('run_at', '<', before)
            .limit(limit),
        )
        .execute();
    },

    async countDeadSince(at: number): Promise<number> {
      const { count } = await db.query
        .selectFrom('job')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'dead')
        .where('run_at', '>=', at)
        .executeTakeFirstOrThrow();
      return count;
    },

    async counts(): Promise<{ queued: number; running: number; dead: number; overdue: number }> {
      const rows = await db.query
        .selectFrom('job')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
      const late = await db.query
        .selectFrom('job')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'queued')
        .where('run_at', '<', clock.now() - 5000)
        .executeTakeFirstOrThrow();
      return { queued: of('queued'), running: of('running'), dead: of('dead'), overdue: late.count };
    },

    async list(
      kind?: JobKind,
    ): Promise<(Job & { state: string; key: string | null; error: string | null })[]> {
      let query = db.query.selectFrom('job').selectAll().orderBy('id');
      if (kind) query = query.where('kind', '=', kind);
      const rows = await query.execute();
      return rows.map((row) => ({ ...fromRow(row), state: row.state, key: row.key, error: row.error }));
    },
  };
}

function fromRow(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    kind: row.kind as JobKind,
    lane: row.lane,
    priority: row.priority,
    runAt: row.run_at,
    attempts: row.attempts,
    payload: JSON.parse(row.payload_json) as Record<string, unknown>,
    createdAt: row.created_at,
  };
}
