// Claims due jobs, runs their handlers side by side, and closes each in the commit it returned.
import { setImmediate as letOthersIn, setTimeout as sleep } from 'node:timers/promises';
import { LANE_PRIORITY } from '../domain/channel.ts';
import { ToolError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import { StoreError, UnsyncedError } from '../store/errors.ts';
import { isUrgent, type Room } from '../store/job-claim.ts';
import type { Job, JobKind } from '../store/jobs.ts';
import type { Tables } from '../store/tables.ts';
import { ON_BURIED } from './buried.ts';
import { ON_CLAIMED } from './claimed.ts';
import { type Commit, type Engine, GIVE_WAY_MS, type Handlers } from './engine.ts';
import { LONGEST_WAIT_MS, NotYet } from './not-yet.ts';

export interface Worker {
  /** Takes back what a dead daemon was running, then works until stopped. */
  start(): Promise<void>;
  /** Works off everything due now, and what that adds. For tests and one-shot use. */
  runUntilIdle(): Promise<void>;
  /** Looks at the jobs at once instead of at the next glance. */
  wake(): void;
  /** A commit that may add jobs: what is due with it is claimed in it, and begins right after it. */
  commit<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
  /** Claims nothing more; waits for running handlers, then aborts their calls and waits for their last commit. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Running side by side. Lanes keep the order where it matters. */
const CONCURRENCY = 16;
/** Of those, at most: the rest is for pages, escalations and what people type, such as `/freeze`. */
const ORDINARY = 12;
/** Each time, while alerts pour in. */
const ORDINARY_IN_A_FLOOD = 2;
/** A step may take a quarter of an hour, a source or a model be slow to answer: none keeps messages from being sent. */
const OF_KIND = { execute: 6, plan: 6, words: 3 } as const satisfies Partial<Record<JobKind, number>>;
/** How often other processes' commits are looked for: a typed command is answered within this. */
const GLANCE_MS = 25;
/** What else is claimed in the commit of a page begins after these: it computes, and by then the page is on its way. */
const TURNS_FOR_A_PAGE = 8;
/** How soon a store that failed is tried again. */
const AFTER_FAILURE_MS = 1000;
/** Bugs and refused adapters are tried this often before the job is put aside for a person to see. */
const MAX_ATTEMPTS = 5;
/** Nobody would add these again: they are tried for as long as it takes. */
const NEVER_PUT_ASIDE: ReadonlySet<JobKind> = new Set([
  'poll',
  'audit',
  'lookout',
  'new-deploys',
  'on-call',
  'escalate',
  'ack-expiry',
  'resolve',
  'expire',
  'alert',
  'alert-end',
]);
/** A clock that steps back by more than this takes the timers with it. */
const STEP_BACK_MS = 5000;

class LostJob extends Error {}

export function createWorker(engine: Engine, handlers: Handlers): Worker {
  const { store, clock, startId } = engine;
  const running = new Map<Promise<void>, Job>();
  /** Claimed in a transaction that is not on disk yet. */
  const reserved = new Set<Job>();
  const abort = new AbortController();
  const stopping = new AbortController();
  let stopped = false;
  /** Nothing is claimed before what a dead daemon was running is taken back. */
  let started = false;
  let looking: Promise<number> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let seenVersion = -1;
  /** When ordinary work was last begun. */
  let ordinaryAt = Number.MIN_SAFE_INTEGER;
  /** The last claim left ordinary work that is due. */
  let gaveWay = false;
  let dueAt: number | null = 0;
  /** The latest time seen. */
  let latest = clock.now();

  /** Timers are instants: without this a clock set back by an hour would hold every page and retry for that hour. */
  async function followClock(): Promise<void> {
    const now = clock.now();
    const back = latest - now;
    if (back <= STEP_BACK_MS) {
      latest = Math.max(latest, now);
      return;
    }
    await store.write((tx) => tx.jobs.bringForward(back));
    latest = now;
    ordinaryAt = Number.MIN_SAFE_INTEGER;
    engine.log({ level: 'warn', event: 'clock-stepped-back', ms: back });
  }

  async function claim(): Promise<number> {
    if (stopped) return 0;
    await followClock();
    if (CONCURRENCY - running.size - reserved.size <= 0) {
      // The end of any of them wakes us.
      dueAt = null;
      return 0;
    }
    const due = await store.read.jobs.nextDueAt();
    dueAt = due;
    if (due === null || due > clock.now()) return 0;
    gaveWay = false;
    const claimed = await commitAndClaim(async () => {});
    // All that is due waits for its lane: for a job that runs, whose end wakes us, or for a retry's time.
    if (claimed.jobs.length === 0)
      dueAt = gaveWay ? clock.now() + GIVE_WAY_MS : await store.read.jobs.nextDueAt(clock.now());
    return claimed.jobs.length;
  }

  /** `ending`: the job that this commit closes, whose place is free then. */
  async function commitAndClaim<T>(
    work: (tx: Tables) => Promise<T>,
    ending?: Job,
  ): Promise<{ value: T; jobs: Job[] }> {
    let jobs: Job[] = [];
    try {
      const value = await store.write(async (tx) => {
        const done = await work(tx);
        // It may add jobs.
        await tx.atEnd.run();
        jobs = stopped || !started ? [] : await tx.jobs.claim(startId, roomNow(ending));
        for (const job of jobs) await ON_CLAIMED[job.kind]?.(tx, job);
        // Others may claim in the same transaction before these run.
        for (const job of jobs) reserved.add(job);
        if (jobs.some((job) => !isUrgent(job))) ordinaryAt = clock.now();
        return done;
      });
      // Stopped meanwhile: they are ours in the rows alone, and the next start takes them back.
      if (!stopped) beginAll(jobs);
      return { value, jobs };
    } catch (error) {
      // They are ours in the rows, and may not be after a power cut: nothing of them may begin.
      if (error instanceof UnsyncedError) for (const job of jobs) track(job, giveBack(job, error));
      // Whoever looked meanwhile saw no room.
      if (jobs.length > 0) wake();
      throw error;
    } finally {
      for (const job of jobs) reserved.delete(job);
    }
  }

  function roomNow(ending: Job | undefined): Room {
    const others = [...running.values(), ...reserved].filter((job) => job !== ending);
    return roomBeside(others, ordinaryNow());
  }

  function ordinaryNow(): number {
    if (!engine.givesWay?.()) return ORDINARY;
    gaveWay = true;
    return clock.now() - ordinaryAt >= GIVE_WAY_MS ? ORDINARY_IN_A_FLOOD : 0;
  }

  function beginAll(jobs: readonly Job[]): void {
    const turns = jobs.some(isPage) ? TURNS_FOR_A_PAGE : 0;
    for (const job of jobs) track(job, isUrgent(job) ? runJob(job) : runAfter(turns, job));
  }

  async function runAfter(turns: number, job: Job): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await letOthersIn();
    await runJob(job);
  }

  function track(job: Job, begun: Promise<void>): void {
    const work = begun.finally(() => {
      running.delete(work);
      wake();
    });
    running.set(work, job);
  }

  /** One look at a time; a second one asked for meanwhile is the same. */
  function look(): Promise<number> {
    looking ??= claim().finally(() => {
      looking = null;
    });
    return looking;
  }

  async function runJob(job: Job): Promise<void> {
    const guard = async <T>(work: (tx: Parameters<Commit>[0]) => Promise<T>): Promise<T> =>
      store.write(async (tx) => {
        if (!(await tx.jobs.holds(job.id, startId))) throw new LostJob(`job ${job.id} has another owner`);
        return work(tx);
      });
    try {
      const commit = await handlers[job.kind]({ job, signal: abort.signal, commit: guard }, engine);
      await commitAndClaim(async (tx) => {
        if (!(await tx.jobs.close(job.id, startId))) throw new LostJob(`job ${job.id} has another owner`);
        await commit(tx);
      }, job);
    } catch (error) {
      if (error instanceof NotYet) await putOff(job, error);
      else await giveBack(job, error);
    }
  }

  async function putOff(job: Job, { waitMs }: NotYet): Promise<void> {
    try {
      await store.write((tx) => tx.jobs.postpone(job.id, startId, clock.now() + waitMs));
    } catch (error) {
      await giveBack(job, error);
    }
  }

  async function giveBack(job: Job, error: unknown): Promise<void> {
    if (error instanceof LostJob)
      return engine.log({ level: 'warn', event: 'job-lost', job: job.id, kind: job.kind });
    const text = redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const final = job.attempts >= MAX_ATTEMPTS && !maySucceedLater(job, error);
    engine.log({
      level: final ? 'error' : 'warn',
      event: final ? 'job-dead' : 'job-retry',
      job: job.id,
      kind: job.kind,
      attempts: job.attempts,
      error: text,
    });
    const waitMs = waitOf(job, error);
    let told = false;
    // While the disk is full this cannot be written either. It stays ours until it can, or the next start takes it.
    for (let tries = 1; !stopped || tries === 1; tries++) {
      try {
        await store.write(async (tx) => {
          if (final) await bury(tx, job, text, !told);
          else await tx.jobs.retry(job.id, startId, clock.now() + waitMs, text);
        });
        return;
      } catch (failure) {
        engine.log({ level: 'error', event: 'store-failed', job: job.id, error: String(failure) });
        // What cannot even be said must not keep the job from being put aside.
        told ||= !(failure instanceof StoreError);
        await pause(backoffMs(tries));
      }
    }
  }

  async function bury(tx: Tables, job: Job, why: string, tell: boolean): Promise<void> {
    if (!(await tx.jobs.bury(job.id, startId, why))) return;
    if (tell) await ON_BURIED[job.kind]?.(tx, { job, why }, engine);
  }

  /** Ends early when the worker stops. */
  async function pause(waitMs: number): Promise<void> {
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
  }

  /** Gives how long to wait for the next glance. */
  async function glance(): Promise<number> {
    try {
      const version = store.dataVersion();
      const changed = version !== seenVersion;
      seenVersion = version;
      const steppedBack = clock.now() < latest - STEP_BACK_MS;
      latest = Math.max(latest, clock.now());
      if (changed || steppedBack || (dueAt !== null && dueAt <= clock.now())) while ((await look()) > 0);
      if (dueAt === null || dueAt > clock.now()) return GLANCE_MS;
      return engine.givesWay?.() ? GIVE_WAY_MS : 1;
    } catch (error) {
      engine.log({ level: 'error', event: 'claim-failed', error: String(error) });
      seenVersion = -1;
      return AFTER_FAILURE_MS;
    }
  }

  /** One chain of glances: `wake` brings the next one forward and never starts a second chain. */
  function schedule(waitMs: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      timer = null;
      void glance().then(schedule);
    }, waitMs);
  }

  function wake(): void {
    dueAt = 0;
    // A glance comes soon enough, and each one costs those who wait.
    if (engine.givesWay?.()) return;
    if (timer === null || stopped) return;
    clearTimeout(timer);
    schedule(0);
  }

  return {
    async start() {
      const lost = await store.write((tx) => tx.jobs.takeBack());
      started = true;
      if (lost.length > 0) engine.log({ level: 'info', event: 'took-back', jobs: lost.length });
      schedule(0);
    },
    async runUntilIdle() {
      started = true;
      for (;;) {
        const claimed = await look();
        if (claimed === 0 && running.size === 0) return;
        await Promise.all(running.keys());
      }
    },
    wake,
    async commit(work) {
      if (engine.givesWay?.()) return store.write(work);
      return (await commitAndClaim(work)).value;
    },
    async stop({ graceMs }) {
      stopped = true;
      stopping.abort();
      if (timer) clearTimeout(timer);
      await looking?.catch(() => 0);
      const idle = Promise.all(running.keys());
      const expired = new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, graceMs);
        void idle.finally(() => {
          clearTimeout(limit);
          resolve();
        });
      });
      await expired;
      abort.abort(new ToolError('unknown', 'the daemon was stopped while the call ran'));
      await idle;
    },
  };
}

const isPage = ({ kind, priority }: Job): boolean => kind === 'post' && priority === LANE_PRIORITY.page;

function roomBeside(running: readonly Job[], ordinary: number): Room {
  const count = (kind: JobKind) => running.filter((job) => job.kind === kind).length;
  return {
    all: CONCURRENCY - running.length,
    ordinary: ordinary - running.filter((job) => !isUrgent(job)).length,
    ofKind: {
      execute: OF_KIND.execute - count('execute'),
      plan: OF_KIND.plan - count('plan'),
      words: OF_KIND.words - count('words'),
    },
  };
}

/** A tool that says so, and a store that could not write, are not the job's fault. */
function maySucceedLater(job: Job, error: unknown): boolean {
  return (
    NEVER_PUT_ASIDE.has(job.kind) ||
    error instanceof StoreError ||
    (error instanceof ToolError && error.outcome === 'retry')
  );
}

function waitOf(job: Job, error: unknown): number {
  const asked = error instanceof ToolError ? error.retryAfterMs : undefined;
  return asked !== undefined && asked > 0 ? Math.min(asked, LONGEST_WAIT_MS) : backoffMs(job.attempts);
}

/** 1 s, 2 s, 4 s, ... at most a minute. */
function backoffMs(attempts: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, attempts - 1));
}
