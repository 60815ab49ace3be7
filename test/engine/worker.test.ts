import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LANE_PRIORITY } from '../../src/domain/channel.ts';
import { ToolError, UserError } from '../../src/domain/errors.ts';
import type { Engine, Handler, Handlers, LogEntry, Run } from '../../src/engine/engine.ts';
import { nothing } from '../../src/engine/engine.ts';
import { createWorker, type Worker } from '../../src/engine/worker.ts';
import { StoreError } from '../../src/store/errors.ts';
import type { JobKind, NewJob } from '../../src/store/jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryStore } from '../store/temporary.ts';
import { startChild } from '../support/child.ts';
import type { TestClock } from '../support/clock.ts';
import { until } from '../support/until.ts';

const KINDS: readonly JobKind[] = [
  'chat',
  'alert',
  'investigate',
  'plan',
  'execute',
  'undo',
  'watch',
  'post',
  'escalate',
  'expire',
  'resolve',
  'poll',
  'audit',
  'auto-fix',
];

interface Bench {
  store: Store;
  clock: TestClock;
  folder: string;
  logs: LogEntry[];
  worker: Worker;
  /** Names of jobs whose last commit happened, in that order: read from the timeline. */
  done(): Promise<string[]>;
  add(name: string, options?: NewJob & { kind?: JobKind }): Promise<void>;
  states(): Promise<Record<string, string>>;
}

/** Every kind of job is handled by `handler`. */
async function bench(handler: Handler, change: Partial<Engine> = {}): Promise<Bench> {
  const { store, clock, folder } = await temporaryStore();
  const logs: LogEntry[] = [];
  const engine: Engine = {
    clock,
    store,
    adapters: () => ({ sources: [], channels: [] }),
    planner: {
      name: 'none',
      plan: () => Promise.reject(new Error('not asked')),
    } as unknown as Engine['planner'],
    log: (entry) => logs.push(entry),
    startId: randomUUID(),
    zone: 'UTC',
    ...change,
  };
  const worker = createWorker(engine, Object.fromEntries(KINDS.map((kind) => [kind, handler])) as Handlers);
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  return {
    store,
    clock,
    folder,
    logs,
    worker,
    done: async () => (await store.read.timeline.recent(1000)).map(({ text }) => text).reverse(),
    add: (name, { kind = 'chat', ...options } = {}) =>
      store.write((tx) => tx.jobs.add(kind, { name }, options)),
    states: async () =>
      Object.fromEntries((await store.read.jobs.list()).map(({ payload, state }) => [payload.name, state])),
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const nameOf = (run: Run) => String(run.job.payload.name);
const noted = (text: string) => (tx: Parameters<Awaited<ReturnType<Handler>>>[0]) =>
  tx.timeline.add({ incidentId: null, kind: 'note', text });

interface Gate {
  open(): void;
  passed: Promise<void>;
}
function gate(): Gate {
  let open: () => void = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe('side by side', () => {
  test('sixteen handlers run at once and no more, and the rest follow', async () => {
    const held = gate();
    let now = 0;
    let most = 0;
    const { add, worker, done, states } = await bench(async (run) => {
      now++;
      most = Math.max(most, now);
      await held.passed;
      now--;
      return noted(nameOf(run));
    });
    for (let n = 0; n < 40; n++) await add(`${n}`);
    await worker.start();
    await until(() => now === 16);
    expect(Object.values(await states()).filter((state) => state === 'running')).toHaveLength(16);
    held.open();
    await until(async () => (await done()).length === 40);
    expect(most).toBe(16);
  });

  test('a lane keeps its order, however long each takes, and others pass it by', async () => {
    const held = gate();
    const { add, worker, done } = await bench(async (run) => {
      if (nameOf(run) === 'x1') await held.passed;
      return noted(nameOf(run));
    });
    for (const name of ['x1', 'x2', 'x3']) await add(name, { lane: 'x' });
    for (const name of ['y1', 'y2']) await add(name, { lane: 'y' });
    await worker.start();
    await until(async () => (await done()).length === 2);
    expect(await done()).toEqual(['y1', 'y2']);
    held.open();
    await until(async () => (await done()).length === 5);
    expect(await done()).toEqual(['y1', 'y2', 'x1', 'x2', 'x3']);
  });

  test('what a commit adds is worked off too', async () => {
    const { add, worker, done } = await bench(async (run) => async (tx) => {
      const n = Number(nameOf(run));
      await noted(`${n}`)(tx);
      if (n < 5) await tx.jobs.add('chat', { name: `${n + 1}` });
    });
    await add('1');
    await worker.runUntilIdle();
    expect(await done()).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('slow work', () => {
  test.each<[string, JobKind, number]>([
    ['investigations', 'investigate', 12],
    ['steps', 'execute', 6],
    ['plans', 'plan', 6],
  ])('leaves room for what cannot wait: %s', async (_, kind, most) => {
    const held = gate();
    let slow = 0;
    const { add, worker, done } = await bench(async (run) => {
      if (run.job.kind === kind) {
        slow++;
        await held.passed;
      }
      return noted(nameOf(run));
    });
    for (let n = 0; n < 40; n++) await add(`slow ${n}`, { kind, priority: 1 });
    await worker.start();
    await until(() => slow === most);
    await add('/freeze', { priority: 1 });
    await add('a page', { kind: 'post', priority: 0, lane: 'page:slack/U-sarah' });
    await add('an escalation', { kind: 'escalate', priority: 0 });
    await until(async () => (await done()).length === 3);
    if (most < 12) {
      await add('a post', { kind: 'post' });
      await until(async () => (await done()).includes('a post'));
    }
    expect(slow).toBe(most);
    held.open();
    await until(() => slow === 40);
  });
});

describe('one transaction', () => {
  test('holds the last commit and the closing of the job: when it throws, neither stands', async () => {
    let tries = 0;
    const { add, worker, done, store, clock } = await bench(async (run) => async (tx) => {
      await noted(nameOf(run))(tx);
      if (++tries === 1) throw new Error('a bug after the write');
    });
    await add('a');
    await worker.runUntilIdle();
    expect(await done()).toEqual([]);
    expect(await store.read.jobs.list()).toMatchObject([
      {
        state: 'queued',
        attempts: 1,
        runAt: clock.now() + 1000,
        error: expect.stringContaining('a bug after'),
      },
    ]);
    clock.advance(1000);
    await worker.runUntilIdle();
    expect(await done()).toEqual(['a']);
    expect(await store.read.jobs.list()).toEqual([]);
  });

  test('a job that has another owner by now commits nothing, in the middle or at the end', async () => {
    const there = gate();
    const goOn = gate();
    const middle: unknown[] = [];
    const { add, worker, done, store, logs, states } = await bench(async (run) => {
      there.open();
      await goOn.passed;
      await run.commit(noted('middle')).catch((error: unknown) => middle.push(error));
      return noted('end');
    });
    await add('a');
    const working = worker.runUntilIdle();
    await there.passed;
    await store.write(async (tx) => {
      await tx.jobs.takeBack();
      await tx.jobs.claim('another', 1);
    });
    goOn.open();
    await working;
    expect(middle).toHaveLength(1);
    expect(await done()).toEqual([]);
    expect(await states()).toEqual({ a: 'running' });
    expect(logs.map(({ event }) => event)).toEqual(['job-lost']);
  });

  test('a commit in the middle stands even when the handler fails after it', async () => {
    const { add, worker, done } = await bench(async (run) => {
      await run.commit(noted('intent'));
      throw new Error('cut off');
    });
    await add('a');
    await worker.runUntilIdle();
    expect(await done()).toEqual(['intent']);
  });
});

describe('a handler that fails', () => {
  test('is tried after 1, 2, 4 and 8 seconds, then put aside, and the log says why', async () => {
    const at: number[] = [];
    const { add, worker, clock, states, logs, store } = await bench(async () => {
      at.push(clock.now());
      throw new Error('token=hunter2hunter2 is wrong');
    });
    const start = clock.now();
    await add('a');
    for (let n = 0; n < 60; n++) {
      await worker.runUntilIdle();
      clock.advance(500);
    }
    expect(at.map((when) => when - start)).toEqual([0, 1000, 3000, 7000, 15_000]);
    expect(await states()).toEqual({ a: 'dead' });
    expect(logs.map(({ event, level }) => `${level} ${event}`)).toEqual([
      ...Array(4).fill('warn job-retry'),
      'error job-dead',
    ]);
    expect(JSON.stringify([logs, await store.read.jobs.list()])).not.toContain('hunter2');
    expect(String(logs.at(-1)?.error)).toContain('is wrong');
    expect((await store.read.jobs.counts()).dead).toBe(1);
  });

  test.each<[string, () => unknown]>([
    ['an error for people', () => new UserError('no source named "x"', 'openclaw source list')],
    ['a call that would fail again', () => new ToolError('failed', 'no')],
    ['a call of unknown outcome', () => new ToolError('unknown', 'who knows')],
    ['something that is no error', () => 'a text'],
  ])('%s is tried as often as a bug: what is wrong may be put right meanwhile', async (_, make) => {
    const { add, worker, clock, states } = await bench(async () => {
      throw make();
    });
    await add('a');
    await worker.runUntilIdle();
    expect(await states()).toEqual({ a: 'queued' });
    for (let n = 0; n < 4; n++) {
      clock.advance(60_000);
      await worker.runUntilIdle();
    }
    expect(await states()).toEqual({ a: 'dead' });
  });

  test.each<[string, JobKind, () => unknown]>([
    ['a tool that may be asked again', 'post', () => new ToolError('retry', 'overloaded')],
    ['a store that could not write', 'chat', () => new StoreError('the disk is full')],
    ['the poll', 'poll', () => new Error('bug')],
    ['the audit', 'audit', () => new Error('bug')],
    ['an escalation', 'escalate', () => new UserError('bug')],
  ])('is never put aside: %s', async (_, kind, make) => {
    const { add, worker, clock, states } = await bench(async () => {
      throw make();
    });
    await add('a', { kind });
    for (let n = 0; n < 20; n++) {
      await worker.runUntilIdle();
      clock.advance(60_000);
    }
    expect(await states()).toEqual({ a: 'queued' });
  });

  test.each([
    ['as long as the tool asks', 7000, 7000],
    ['but not for ever', 10 ** 12, 15 * 60_000],
    ['nor not at all', 0, 1000],
    ['nor backwards', -5, 1000],
    ['nor for no number', Number.NaN, 1000],
  ])('waits %s', async (_, retryAfterMs, expected) => {
    const { add, worker, clock, store } = await bench(async () => {
      throw new ToolError('retry', 'slow down', { retryAfterMs });
    });
    await add('a');
    await worker.runUntilIdle();
    expect((await store.read.jobs.list()).map(({ runAt }) => runAt - clock.now())).toEqual([expected]);
  });

  test('holds up its own lane only', async () => {
    const { add, worker, done, clock } = await bench(async (run) => {
      if (nameOf(run) === 'x1' && run.job.attempts === 1) throw new Error('once');
      return noted(nameOf(run));
    });
    for (const name of ['x1', 'x2']) await add(name, { lane: 'x' });
    await add('y1', { lane: 'y' });
    await worker.runUntilIdle();
    expect(await done()).toEqual(['y1']);
    clock.advance(1000);
    await worker.runUntilIdle();
    expect(await done()).toEqual(['y1', 'x1', 'x2']);
  });
});

describe('a clock that is set back', () => {
  test.each([
    ['a timer', { runAt: 20 * 60_000 }],
    ['what was due already', { runAt: 0 }],
  ])('keeps nobody waiting: %s runs when it would have', async (_, { runAt }) => {
    const { add, worker, clock, done, logs } = await bench(async (run) => noted(nameOf(run)));
    const start = clock.now();
    clock.advance(10 * 60_000);
    await worker.runUntilIdle();
    await add('a', { runAt: start + runAt });
    clock.advance(-60 * 60_000);
    await worker.runUntilIdle();
    clock.advance(runAt === 0 ? 0 : 9 * 60_000);
    await worker.runUntilIdle();
    expect(await done()).toEqual(runAt === 0 ? ['a'] : []);
    clock.advance(60_000);
    await worker.runUntilIdle();
    expect(await done()).toEqual(['a']);
    expect(logs.filter(({ event }) => event === 'clock-stepped-back')).toMatchObject([{ ms: 60 * 60_000 }]);
  });

  test('is noticed by a daemon that has nothing to do', async () => {
    const { worker, clock, logs } = await bench(async () => nothing);
    await worker.start();
    clock.advance(-60 * 60_000);
    await until(() => logs.some(({ event }) => event === 'clock-stepped-back'));
  });

  test('by a moment is let be', async () => {
    const { add, worker, clock, store, logs } = await bench(async () => nothing);
    await add('a', { runAt: clock.now() + 60_000 });
    await worker.runUntilIdle();
    const [before] = await store.read.jobs.list();
    clock.advance(-2000);
    await worker.runUntilIdle();
    expect(await store.read.jobs.list()).toEqual([before]);
    expect(logs).toEqual([]);
  });
});

describe('a store that fails', () => {
  /** The store as it is on a full disk: nothing can be written while `full()`. */
  function failing(store: Store, full: () => boolean): Store {
    return {
      ...store,
      write: (work) => (full() ? Promise.reject(new StoreError('the disk is full')) : store.write(work)),
    };
  }

  test('loses no job: it is given back once there is room, and runs again', async () => {
    const { store, clock } = await temporaryStore();
    let full = false;
    let calls = 0;
    const { worker, logs } = await bench(
      async () => {
        // The disk fills up while the handler calls, and has room again after a while.
        if (++calls === 1) full = true;
        return noted('done');
      },
      { store: failing(store, () => full), clock },
    );
    await store.write((tx) => tx.jobs.add('chat', { name: 'a' }));
    const working = worker.runUntilIdle();
    await until(() => logs.some(({ event }) => event === 'store-failed'));
    full = false;
    await working;
    expect((await store.read.jobs.list()).map(({ state }) => state)).toEqual(['queued']);
    clock.advance(60_000);
    await worker.runUntilIdle();
    expect(calls).toBe(2);
    expect(await store.read.jobs.list()).toEqual([]);
  });

  test('does not keep the worker from stopping; the job is taken back by the next start', async () => {
    const { store, clock } = await temporaryStore();
    let full = false;
    const { worker, logs } = await bench(
      async () => {
        full = true;
        return nothing;
      },
      { store: failing(store, () => full), clock },
    );
    await store.write((tx) => tx.jobs.add('chat', { name: 'a' }));
    await worker.start();
    await until(() => logs.some(({ event }) => event === 'store-failed'));
    await worker.stop({ graceMs: 60_000 });
    expect((await store.read.jobs.list()).map(({ state }) => state)).toEqual(['running']);
    const next = await bench(async (run) => noted(nameOf(run)), { store, clock });
    await next.worker.start();
    await until(async () => (await store.read.jobs.list()).length === 0);
  });

  test('that cannot even claim is said once in a while, not a thousand times a second', async () => {
    const { store, clock } = await temporaryStore();
    let full = false;
    const { worker, logs } = await bench(async () => nothing, { store: failing(store, () => full), clock });
    await worker.start();
    full = true;
    await store.write((tx) => tx.jobs.add('chat', { name: 'a' }));
    await until(() => logs.some(({ event }) => event === 'claim-failed'));
    // Twenty turns of the glance; without a pause each would fail.
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(logs.filter(({ event }) => event === 'claim-failed').length).toBeLessThanOrEqual(2);
    full = false;
    worker.wake();
    await until(async () => (await store.read.jobs.list()).length === 0);
  });
});

describe('starting', () => {
  test('takes back what a dead daemon was running, and says so', async () => {
    const { add, store, worker, done, logs } = await bench(async (run) => noted(nameOf(run)));
    await add('a');
    await store.write((tx) => tx.jobs.claim('a dead daemon', 1));
    await worker.start();
    await until(async () => (await done()).length === 1);
    expect(logs).toContainEqual({ level: 'info', event: 'took-back', jobs: 1 });
  });
});

describe('noticing', () => {
  test('wake() brings the next look forward', async () => {
    const { add, worker, done } = await bench(async (run) => noted(nameOf(run)));
    await worker.start();
    await add('a');
    worker.wake();
    await until(async () => (await done()).length === 1);
  });

  test('waking all the time starts no second loop and loses nothing', async () => {
    const { add, worker, done } = await bench(async (run) => noted(nameOf(run)));
    await worker.start();
    for (let n = 0; n < 200; n++) {
      worker.wake();
      if (n % 2 === 0) await add(`${n}`);
      worker.wake();
    }
    await until(async () => (await done()).length === 100);
  });

  test('a commit of another process is seen without a word', async () => {
    const { folder, worker, store } = await bench(async () => noted('heard'));
    await worker.start();
    const child = await startChild('test/store/children/write-many.ts', [
      join(folder, 'openclaw.db'),
      'x',
      '5',
    ]);
    expect((await child.ended).code).toBe(0);
    await until(async () => (await store.read.timeline.recent(9)).length > 0);
  });

  test('a timer runs when the clock says so, with no commit to notice', async () => {
    const { add, worker, clock, done } = await bench(async (run) => noted(nameOf(run)));
    await add('timer', { runAt: clock.now() + 300_000 });
    await worker.start();
    clock.advance(300_000);
    await until(async () => (await done()).length === 1);
  });

  test('a lane that waits for its retry is not asked for over and over', async () => {
    const { store, clock } = await temporaryStore();
    let writes = 0;
    const counting: Store = {
      ...store,
      write: (work) => {
        writes++;
        return store.write(work);
      },
    };
    const { worker } = await bench(
      async () => {
        throw new ToolError('retry', 'later', { retryAfterMs: 60_000 });
      },
      { store: counting, clock },
    );
    for (const name of ['1', '2']) await store.write((tx) => tx.jobs.add('post', { name }, { lane: 'x' }));
    await worker.start();
    await until(async () =>
      (await store.read.jobs.list()).some(({ attempts, state }) => attempts === 1 && state === 'queued'),
    );
    // The commits so far are looked at; after that there is nothing to ask for until the clock moves.
    let seen = -1;
    let quiet = 0;
    await until(() => {
      quiet = writes === seen ? quiet + 1 : 0;
      seen = writes;
      return quiet === 20;
    });
  });
});

describe('stopping', () => {
  test('claims nothing more, waits for what runs, and its last commit happens', async () => {
    const held = gate();
    const started: string[] = [];
    const { add, worker, done, states } = await bench(async (run) => {
      started.push(nameOf(run));
      await held.passed;
      return noted(nameOf(run));
    });
    await add('a');
    await worker.start();
    await until(() => started.length === 1);
    const stopping = worker.stop({ graceMs: 60_000 });
    await add('b');
    worker.wake();
    held.open();
    await stopping;
    expect(await done()).toEqual(['a']);
    expect(started).toEqual(['a']);
    expect(await states()).toEqual({ b: 'queued' });
  });

  test('aborts the calls of those who take too long, and waits for what they make of it', async () => {
    const started = gate();
    let reason: unknown;
    const { add, worker, done } = await bench(async (run) => {
      started.open();
      await new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
      reason = run.signal.reason;
      // As the executor does: the outcome of a call that was cut off is unknown, and that is written.
      return noted('unknown');
    });
    await add('a');
    await worker.start();
    await started.passed;
    await worker.stop({ graceMs: 1 });
    expect(reason).toBeInstanceOf(ToolError);
    expect((reason as ToolError).outcome).toBe('unknown');
    expect(await done()).toEqual(['unknown']);
  });

  test.each([
    ['begins nothing, and what was due waits for the next start', 'before'],
    ['begins nothing that it took, and the next start takes it back', 'after'],
  ])('in the middle of a claim %s', async (_what, when) => {
    const { store, clock } = await temporaryStore();
    const claiming = gate();
    const goOn = gate();
    const slow: Store = {
      ...store,
      write: async (work) => {
        const written = when === 'before' ? undefined : await store.write(work);
        claiming.open();
        await goOn.passed;
        return written ?? store.write(work);
      },
    };
    const { worker } = await bench(() => Promise.reject(new Error('not asked')), { store: slow, clock });
    await store.write((tx) => tx.jobs.add('chat', { name: 'a' }));
    const working = worker.runUntilIdle();
    await claiming.passed;
    const stopping = worker.stop({ graceMs: 60_000 });
    goOn.open();
    await Promise.all([stopping, working]);
    const next = await bench(async (run) => noted(nameOf(run)), { store, clock });
    await store.write((tx) => tx.jobs.takeBack());
    await next.worker.runUntilIdle();
    expect(await store.read.jobs.list()).toEqual([]);
    expect((await store.read.timeline.recent(10)).map(({ text }) => text)).toEqual(['a']);
  });

  test('what was running is taken back before anything is claimed, whoever commits meanwhile', async () => {
    const { worker, store, add, states } = await bench(async (run) => noted(nameOf(run)));
    await add('due');
    await worker.commit((tx) => tx.jobs.add('chat', { name: 'another' }));
    expect(await states()).toEqual({ due: 'queued', another: 'queued' });
    await worker.start();
    await until(async () => (await store.read.jobs.list()).length === 0);
  });

  test('while alerts pour in, two ordinary jobs begin each forty milliseconds, and what is urgent at once', async () => {
    const { worker, add, done, clock } = await bench(async (run) => noted(nameOf(run)), {
      givesWay: () => true,
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await add(name, { kind: 'watch' });
    await worker.runUntilIdle();
    expect(await done()).toEqual(['a', 'b']);
    await add('page', { kind: 'post', priority: 0 });
    await add('typed', { priority: 1 });
    clock.advance(39);
    await worker.runUntilIdle();
    expect(await done()).toEqual(['a', 'b', 'page', 'typed']);
    clock.advance(1);
    await worker.runUntilIdle();
    expect((await done()).slice(4)).toEqual(['c', 'd']);
  });

  test('while alerts pour in, a clock that is set back makes ordinary work wait no longer', async () => {
    const { worker, add, done, clock } = await bench(async (run) => noted(nameOf(run)), {
      givesWay: () => true,
    });
    for (const name of ['a', 'b', 'c', 'd']) await add(name, { kind: 'watch' });
    await worker.runUntilIdle();
    clock.advance(-3_600_000);
    await worker.runUntilIdle();
    expect((await done()).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('what gave way is begun when its time has come, though nothing else happens any more', async () => {
    let flood = true;
    let asked = 0;
    const { worker, add, done, clock } = await bench(async (run) => noted(nameOf(run)), {
      givesWay: () => {
        asked += 1;
        return flood;
      },
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await add(name, { kind: 'watch' });
    await worker.start();
    await until(async () => (await done()).length === 2);
    // The last look found that nothing may begin now: nobody asks again.
    let seen = { asked: -1, times: 0 };
    await until(async () => {
      seen = asked === seen.asked ? { asked, times: seen.times + 1 } : { asked, times: 0 };
      return seen.times >= 10;
    });
    flood = false;
    clock.advance(40);
    await until(async () => (await done()).length === 5);
  });

  test('a commit begins what falls due with it', async () => {
    const { worker, done } = await bench(async (run) => noted(nameOf(run)));
    await worker.runUntilIdle();
    await worker.commit((tx) => tx.jobs.add('chat', { name: 'at once' }));
    await worker.runUntilIdle();
    expect(await done()).toEqual(['at once']);
  });

  test('also what the end of that commit adds', async () => {
    const { worker, states } = await bench(async () => {
      for (let turn = 0; turn < 4; turn += 1) await nextTurn();
      return nothing;
    });
    await worker.runUntilIdle();
    await worker.commit(async (tx) => tx.atEnd.add('end', () => tx.jobs.add('chat', { name: 'at the end' })));
    expect(await states()).toEqual({ 'at the end': 'running' });
    await worker.runUntilIdle();
  });

  test('what is claimed beside a page begins once the page had its turns', async () => {
    const seen: string[] = [];
    const { worker, store } = await bench(async (run) => {
      seen.push(`${nameOf(run)} begins`);
      // As a page does: a few turns from its beginning to the network.
      for (let turn = 0; run.job.kind === 'post' && turn < 4; turn += 1) await nextTurn();
      seen.push(`${nameOf(run)} ends`);
      return nothing;
    });
    await store.write(async (tx) => {
      await tx.jobs.add('post', { name: 'page' }, { priority: LANE_PRIORITY.page });
      await tx.jobs.add('investigate', { name: 'look' }, { priority: 2 });
    });
    await worker.runUntilIdle();
    expect(seen).toEqual(['page begins', 'page ends', 'look begins', 'look ends']);
  });

  test('twice, or before it started, is fine', async () => {
    const { worker } = await bench(async () => nothing);
    await worker.stop({ graceMs: 0 });
    await Promise.all([worker.stop({ graceMs: 0 }), worker.stop({ graceMs: 0 })]);
    await worker.runUntilIdle();
  });
});
