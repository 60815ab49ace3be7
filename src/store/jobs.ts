// One table of jobs is the outbox (run now), the timers (run later) and the retries (run again later).
import { type Selectable, sql } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { Db } from './driver.ts';
import { IS_HELD, isHeld, letGoNext, type Room, readyJobs } from './job-claim.ts';
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
  | 'page-end'
  | 'page-fallback'
  | 'page-bundle'
  | 'pager-turn'
  | 'pager-news'
  | 'on-call'
  | 'escalate'
  | 'ack-expiry'
  | 'expire'
  | 'resolve'
  | 'still-firing'
  | 'muting'
  | 'news'
  | 'room'
  | 'poll'
  | 'audit'
  | 'lookout'
  | 'new-deploys'
  | 'notice'
  | 'subscribe'
  | 'auto-fix'
  | 'annotate'
  | 'card'
  | 'link'
  | 'attach'
  | 'incident-room'
  | 'pin'
  | 'words';

export type JobRow = Selectable<JobTable>;

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
  /** 0 goes first, 3 last: those of posts. Default 2. */
  priority?: number;
  /** A queued job with this key makes the add do nothing. */
  key?: string;
}

const ADD = `insert into job (lane, created_at, kind, priority, key, run_at, state, payload_json, attempts, behind)
  values (?, ?, ?, ?, ?, ?, 'queued', ?, 0, ${IS_HELD}) on conflict do nothing`;
const CANCEL = "delete from job where key = ? and state = 'queued' returning lane";
const START = "update job set state = 'running', owner = ?, attempts = attempts + 1 where id = ?";
const CLOSE = "delete from job where id = ? and owner = ? and state = 'running' returning lane";
const POSTPONE = `update job set state = 'queued', owner = null, run_at = ?, waits = waits + 1, key = iif(?, null, key)
  where id = ? and owner = ? and state = 'running'`;
const HOLDS = "select 1 from job where id = ? and owner = ? and state = 'running'";
const QUEUED_BY_KEY = "select * from job where key = ? and state = 'queued'";
const NEXT_DUE = `select run_at as at from job where state = 'queued' and behind = 0 and run_at > ?
  order by run_at limit 1`;

const CARRYING = `select * from job where kind = 'post' and state in ('running', 'queued')
  and payload_json ->> '$.postId' = ? order by state desc limit 1`;

const PULL_FORWARD = "update job set run_at = ? where key = ? and state = 'queued' and run_at > ?";

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
      const { lane = null, priority = 2, key = null, runAt = now } = options;
      const held = isHeld(lane, runAt, now);
      await db.rows(ADD, [lane, now, kind, priority, key, runAt, JSON.stringify(payload), ...held]);
    },

    /** Moves the queued job with this key, or adds it: a timer that is set again. */
    async set(
      kind: JobKind,
      payload: Record<string, unknown>,
      options: NewJob & { key: string },
    ): Promise<void> {
      await this.cancel(options.key);
      await this.add(kind, payload, options);
    },

    /** A timer that is due later than this becomes due then; one that is due sooner, or is not there, stays as it is. */
    async pullForward(key: string, runAt: number): Promise<void> {
      await db.run(PULL_FORWARD, [runAt, key, runAt]);
    },

    async cancel(key: string): Promise<void> {
      for (const { lane } of await db.rows<Pick<JobRow, 'lane'>>(CANCEL, [key])) await letGoNext(db, lane);
    },

    /**
     * Takes due jobs as far as there is room. A lane gives one at a time, oldest first. A timer in the future holds no lane
     * and a retry does; a timer that falls due while a younger job of its lane runs waits for that one.
     */
    async claim(owner: string, room: number | Room): Promise<Job[]> {
      const rows = await readyJobs(db, clock.now(), typeof room === 'number' ? { all: room } : room);
      for (const { id } of rows) await db.rows(START, [owner, id]);
      return rows.map((row) => fromRow({ ...row, attempts: row.attempts + 1 }));
    },

    /** True: it was ours, and it is gone. The caller's commit stands or falls with this. */
    async close(id: number, owner: string): Promise<boolean> {
      const closed = await db.row<Pick<JobRow, 'lane'>>(CLOSE, [id, owner]);
      if (closed) await letGoNext(db, closed.lane);
      return closed !== undefined;
    },

    /** Whether this owner still holds it: for commits in the middle of a handler. */
    async holds(id: number, owner: string): Promise<boolean> {
      return (await db.row(HOLDS, [id, owner])) !== undefined;
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

    /** Its turn has not come: as `retry`, and no try. */
    async postpone(id: number, owner: string, runAt: number): Promise<void> {
      const gone = await keyGoneOf(id);
      await db.rows(POSTPONE, [runAt, gone ? 1 : 0, id, owner]);
    },

    /** True: it was ours, and it is put aside. */
    async bury(id: number, owner: string, error: string): Promise<boolean> {
      const buried = await db.query
        .updateTable('job')
        .set({ state: 'dead', error, key: null })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .returning('lane')
        .executeTakeFirst();
      if (buried) await letGoNext(db, buried.lane);
      return buried !== undefined;
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
      return (await db.row<{ at: number }>(NEXT_DUE, [after]))?.at ?? null;
    },

    /** Every queued job is due this much sooner. */
    async bringForward(ms: number): Promise<void> {
      await db.query
        .updateTable('job')
        .set((column) => ({ run_at: column('run_at', '-', ms) }))
        .where('state', '=', 'queued')
        .execute();
    },

    /** Something of it runs or waits. */
    async isLaneBusy(lane: string): Promise<boolean> {
      const row = await db.query
        .selectFrom('job')
        .select('id')
        .where('lane', '=', lane)
        .where('state', '!=', 'dead')
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async findQueued(key: string): Promise<Job | null> {
      const row = await db.row<JobRow>(QUEUED_BY_KEY, [key]);
      return row ? fromRow(row) : null;
    },

    /** The one that carries a post, queued or running. Null: nothing will be tried of itself. */
    async carrying(postId: number): Promise<(Job & { isRunning: boolean }) | null> {
      const row = await db.row<JobRow>(CARRYING, [postId]);
      return row ? { ...fromRow(row), isRunning: row.state === 'running' } : null;
    },

    /** Due at once, where it waits for a later time. */
    async hurry(id: number): Promise<void> {
      await db.query
        .updateTable('job')
        .set({ run_at: clock.now() })
        .where('id', '=', id)
        .where('state', '=', queued())
        .where('run_at', '>', clock.now())
        .execute();
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

function fromRow(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind as JobKind,
    lane: row.lane,
    priority: row.priority,
    runAt: row.run_at,
    attempts: row.attempts - row.waits,
    payload: JSON.parse(row.payload_json) as Record<string, unknown>,
    createdAt: row.created_at,
  };
}
