// Claims due jobs, runs their handlers side by side, and closes each in the commit it returned.
import { ToolError, UserError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { Job } from '../store/jobs.ts';
import type { Commit, Engine, Handlers } from './engine.ts';

export interface Worker {
  /** Takes back what a dead daemon was running, then works until stopped. */
  start(): Promise<void>;
  /** Works off everything due now, and what that adds. For tests and one-shot use. */
  runUntilIdle(): Promise<void>;
  /** Looks at the jobs at once instead of at the next glance. */
  wake(): void;
  /** Claims nothing more; waits for running handlers, then aborts their calls and waits for their last commit. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Running side by side. Lanes keep the order where it matters. */
const CONCURRENCY = 16;
/** How often other processes' commits are looked for: a typed command is answered within this. */
const GLANCE_MS = 25;
/** Bugs and refused adapters are tried this often before the job is put aside for a person to see. */
const MAX_ATTEMPTS = 5;

class LostJob extends Error {}

export function createWorker(engine: Engine, handlers: Handlers): Worker {
  const { store, clock, startId } = engine;
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  let stopped = false;
  let looking: Promise<number> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let seenVersion = -1;
  let dueAt: number | null = 0;

  async function claim(): Promise<number> {
    const free = CONCURRENCY - running.size;
    if (stopped || free <= 0) return 0;
    const due = await store.read.jobs.nextDueAt();
    dueAt = due;
    if (due === null || due > clock.now()) return 0;
    const jobs = await store.write((tx) => tx.jobs.claim(startId, free));
    for (const job of jobs) {
      const work = runJob(job).finally(() => {
        running.delete(work);
        wake();
      });
      running.add(work);
    }
    return jobs.length;
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
      await store.write(async (tx) => {
        if (!(await tx.jobs.close(job.id, startId))) throw new LostJob(`job ${job.id} has another owner`);
        await commit(tx);
      });
    } catch (error) {
      await giveBack(job, error);
    }
  }

  async function giveBack(job: Job, error: unknown): Promise<void> {
    if (error instanceof LostJob)
      return engine.log({ level: 'warn', event: 'job-lost', job: job.id, kind: job.kind });
    const text = redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const final = job.attempts >= MAX_ATTEMPTS && !(error instanceof ToolError && error.outcome === 'retry');
    engine.log({
      level: final ? 'error' : 'warn',
      event: final ? 'job-dead' : 'job-retry',
      job: job.id,
      kind: job.kind,
      attempts: job.attempts,
      error: text,
    });
    const wait =
      error instanceof ToolError && error.retryAfterMs ? error.retryAfterMs : backoffMs(job.attempts);
    try {
      await store.write(async (tx) => {
        if (final || error instanceof UserError) await tx.jobs.bury(job.id, startId, text);
        else await tx.jobs.retry(job.id, startId, clock.now() + wait, text);
      });
    } catch (failure) {
      // A full disk: the job stays ours and running, and the next start takes it back.
      engine.log({ level: 'error', event: 'store-failed', job: job.id, error: String(failure) });
    }
  }

  async function glance(): Promise<void> {
    const version = store.dataVersion();
    const changed = version !== seenVersion;
    seenVersion = version;
    if (!changed && (dueAt === null || dueAt > clock.now())) return;
    try {
      while ((await look()) > 0);
    } catch (error) {
      engine.log({ level: 'error', event: 'claim-failed', error: String(error) });
    }
  }

  /** One chain of glances: `soon` brings the next one forward and never starts a second chain. */
  function schedule(waitMs: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      timer = null;
      void glance().finally(() => schedule(dueAt !== null && dueAt <= clock.now() ? 1 : GLANCE_MS));
    }, waitMs);
  }

  function wake(): void {
    dueAt = 0;
    if (timer === null || stopped) return;
    clearTimeout(timer);
    schedule(0);
  }

  return {
    async start() {
      const lost = await store.write((tx) => tx.jobs.takeBack());
      if (lost.length > 0) engine.log({ level: 'info', event: 'took-back', jobs: lost.length });
      schedule(0);
    },
    async runUntilIdle() {
      for (;;) {
        const claimed = await look();
        if (claimed === 0 && running.size === 0) return;
        await Promise.all(running);
      }
    },
    wake,
    async stop({ graceMs }) {
      stopped = true;
      if (timer) clearTimeout(timer);
      await looking?.catch(() => 0);
      const idle = Promise.all(running);
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

/** 1 s, 2 s, 4 s, ... at most a minute. */
function backoffMs(attempts: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, attempts - 1));
}
