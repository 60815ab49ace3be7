import { describe, expect, test } from 'vitest';
import type { Job, NewJob } from '../../src/store/jobs.ts';
import { look, temporaryStore } from './temporary.ts';

async function queue() {
  const { store, clock, file } = await temporaryStore();
  return {
    clock,
    file,
    store,
    add: (name: string, options: NewJob = {}) => store.write((tx) => tx.jobs.add('chat', { name }, options)),
    set: (name: string, options: NewJob & { key: string }) =>
      store.write((tx) => tx.jobs.set('chat', { name }, options)),
    claim: (limit = 100, owner = 'me') => store.write((tx) => tx.jobs.claim(owner, limit)),
    close: (job: Job, owner = 'me') => store.write((tx) => tx.jobs.close(job.id, owner)),
    retry: (job: Job, delayMs: number, owner = 'me') =>
      store.write((tx) => tx.jobs.retry(job.id, owner, clock.now() + delayMs, 'why')),
    list: () => store.read.jobs.list(),
  };
}

const names = (jobs: readonly Job[]) => jobs.map(({ payload }) => String(payload.name));
function only(jobs: readonly Job[]): Job {
  const [job] = jobs;
  if (!job || jobs.length !== 1) throw new Error(`${jobs.length} jobs: ${names(jobs)}`);
  return job;
}

test('a lane is busy with what runs or waits in it, and not with what is over or was put aside', async () => {
  const { add, claim, close, store } = await queue();
  const isBusy = () => store.read.jobs.isLaneBusy('a');
  expect(await isBusy()).toBe(false);
  await add('one', { lane: 'a' });
  await add('elsewhere', { lane: 'b' });
  expect(await isBusy()).toBe(true);
  const [one, elsewhere] = await claim();
  expect(await isBusy()).toBe(true);
  if (one) await close(one);
  if (elsewhere) await close(elsewhere);
  expect(await isBusy()).toBe(false);
  await add('two', { lane: 'a' });
  const two = only(await claim());
  await store.write((tx) => tx.jobs.bury(two.id, 'me', 'why'));
  expect(await isBusy()).toBe(false);
});

describe('who goes first', () => {
  test('by priority, then by when it was due, then by when it was added', async () => {
    const { add, claim, clock } = await queue();
    const now = clock.now();
    await add('later added', { priority: 1, runAt: now - 5 });
    await add('edit', { priority: 3, runAt: now - 99 });
    await add('page', { priority: 0 });
    await add('older', { priority: 1, runAt: now - 9 });
    await add('same moment', { priority: 1, runAt: now - 5 });
    await add('not yet', { priority: 0, runAt: now + 1 });
    expect(names(await claim())).toEqual(['page', 'older', 'later added', 'same moment', 'edit']);
    clock.advance(1);
    expect(names(await claim())).toEqual(['not yet']);
  });

  test('no more than asked for, and nobody twice', async () => {
    const { add, claim } = await queue();
    for (const name of ['a', 'b', 'c']) await add(name);
    expect(names(await claim(2))).toEqual(['a', 'b']);
    expect(names(await claim(2))).toEqual(['c']);
    expect(await claim(2)).toEqual([]);
  });

  test('a claimed job counts the try, and its row knows whose it is', async () => {
    const { add, claim, file } = await queue();
    await add('a');
    expect(only(await claim(1, 'start-1')).attempts).toBe(1);
    expect(look(file, 'select state, owner, attempts from job')).toEqual([
      { state: 'running', owner: 'start-1', attempts: 1 },
    ]);
  });
});

describe('a lane', () => {
  test('gives one at a time, in the order added, whatever their priorities', async () => {
    const { add, claim, close } = await queue();
    await add('1', { lane: 'x', priority: 3 });
    await add('2', { lane: 'x', priority: 0 });
    await add('other', { lane: 'y' });
    const [other, first] = await claim();
    expect(names([other, first].flatMap((job) => job ?? []))).toEqual(['other', '1']);
    expect(await claim()).toEqual([]);
    if (first) await close(first);
    expect(names(await claim())).toEqual(['2']);
  });

  test('is not held by a timer that is not due', async () => {
    const { add, claim, clock } = await queue();
    await add('timer', { lane: 'x', runAt: clock.now() + 1000 });
    await add('now', { lane: 'x' });
    expect(names(await claim())).toEqual(['now']);
  });

  test('runs a timer that falls due only after the younger job that was running', async () => {
    const { add, claim, close, clock } = await queue();
    await add('timer', { lane: 'x', runAt: clock.now() + 1000 });
    await add('now', { lane: 'x' });
    const running = only(await claim());
    clock.advance(1000);
    expect(await claim()).toEqual([]);
    await close(running);
    expect(names(await claim())).toEqual(['timer']);
  });

  test('is held by one that is tried again later', async () => {
    const { add, claim, retry, clock } = await queue();
    await add('1', { lane: 'x' });
    await add('2', { lane: 'x' });
    await retry(only(await claim()), 1000);
    expect(await claim()).toEqual([]);
    clock.advance(1000);
    expect(names(await claim())).toEqual(['1']);
  });

  test('is held by one whose turn has not come, which keeps its place and has not been tried', async () => {
    const { add, claim, clock, store } = await queue();
    await add('1', { lane: 'x', key: 'k' });
    await add('2', { lane: 'x' });
    const job = only(await claim());
    await store.write((tx) => tx.jobs.postpone(job.id, 'me', clock.now() + 1000));
    expect(await claim()).toEqual([]);
    clock.advance(1000);
    const again = only(await claim());
    expect([again.payload.name, again.attempts]).toEqual(['1', 1]);
  });

  test('a postponed job gives up its key where a newer one has it by now', async () => {
    const { add, claim, clock, store, list } = await queue();
    await add('old', { key: 'k' });
    const job = only(await claim());
    await add('new', { key: 'k' });
    await store.write((tx) => tx.jobs.postpone(job.id, 'me', clock.now() + 1000));
    expect((await list()).map(({ payload, key }) => [payload.name, key])).toEqual([
      ['old', null],
      ['new', 'k'],
    ]);
  });

  test('is not held by one that was put aside', async () => {
    const { add, claim, store } = await queue();
    await add('1', { lane: 'x' });
    await add('2', { lane: 'x' });
    const job = only(await claim());
    await store.write((tx) => tx.jobs.bury(job.id, 'me', 'why'));
    expect(names(await claim())).toEqual(['2']);
  });
});

describe('a key', () => {
  test('makes a second add the same job, while that one waits', async () => {
    const { add, claim } = await queue();
    await add('first', { key: 'k' });
    await add('second', { key: 'k' });
    expect(names(await claim())).toEqual(['first']);
    await add('third', { key: 'k' });
    await add('fourth', { key: 'k' });
    expect(names(await claim())).toEqual(['third']);
  });

  test('makes set() move the waiting job', async () => {
    const { set, claim, clock, list } = await queue();
    await set('early', { key: 'k', runAt: clock.now() + 10 });
    await set('late', { key: 'k', runAt: clock.now() + 20 });
    expect(await list()).toHaveLength(1);
    clock.advance(10);
    expect(await claim()).toEqual([]);
    clock.advance(10);
    expect(names(await claim())).toEqual(['late']);
  });

  test('cancel and findQueued mean the waiting one, never the running one', async () => {
    const { add, claim, store } = await queue();
    await add('running', { key: 'k' });
    const running = only(await claim());
    expect(await store.read.jobs.findQueued('k')).toBeNull();
    await add('waiting', { key: 'k' });
    expect((await store.read.jobs.findQueued('k'))?.payload).toEqual({ name: 'waiting' });
    await store.write((tx) => tx.jobs.cancel('k'));
    expect(await store.read.jobs.findQueued('k')).toBeNull();
    expect(await store.read.jobs.holds(running.id, 'me')).toBe(true);
  });

  test.each(['retry', 'takeBack', 'bury'] as const)(
    'is given up by %s where a newer job has it by now',
    async (how) => {
      const { add, claim, retry, store, list } = await queue();
      await add('old', { key: 'k' });
      const old = only(await claim());
      await add('new', { key: 'k' });
      if (how === 'retry') await retry(old, 0);
      if (how === 'takeBack') await store.write((tx) => tx.jobs.takeBack());
      if (how === 'bury') await store.write((tx) => tx.jobs.bury(old.id, 'me', 'why'));
      expect((await list()).map(({ payload, key }) => [payload.name, key])).toEqual([
        ['old', null],
        ['new', 'k'],
      ]);
      expect(names(await claim())).toEqual(how === 'bury' ? ['new'] : ['old', 'new']);
    },
  );
});

test.each(['retry', 'takeBack'] as const)(
  'a key is kept by %s: set and cancel mean that job',
  async (how) => {
    const { add, claim, retry, set, store, list } = await queue();
    await add('old', { key: 'k' });
    const old = only(await claim());
    if (how === 'retry') await retry(old, 0);
    else await store.write((tx) => tx.jobs.takeBack());
    await add('the same', { key: 'k' });
    expect((await list()).map(({ payload }) => payload.name)).toEqual(['old']);
    await set('instead', { key: 'k' });
    expect((await list()).map(({ payload }) => payload.name)).toEqual(['instead']);
  },
);

test('of two that ran with one key, the older keeps it when both are taken back', async () => {
  const { add, claim, store, list } = await queue();
  await add('old', { key: 'k' });
  await claim();
  await add('new', { key: 'k' });
  await claim();
  await store.write((tx) => tx.jobs.takeBack());
  expect((await list()).map(({ payload, key }) => [payload.name, key])).toEqual([
    ['old', 'k'],
    ['new', null],
  ]);
});

describe('a job that is not ours any more', () => {
  test('is not closed, retried or put aside', async () => {
    const { add, claim, close, retry, store, list } = await queue();
    await add('a');
    const job = only(await claim(1, 'dead daemon'));
    await store.write((tx) => tx.jobs.takeBack());
    const again = only(await claim(1, 'me'));
    expect(again.attempts).toBe(2);
    expect(await store.read.jobs.holds(job.id, 'dead daemon')).toBe(false);
    expect(await close(job, 'dead daemon')).toBe(false);
    await retry(job, 99, 'dead daemon');
    await store.write((tx) => tx.jobs.bury(job.id, 'dead daemon', 'why'));
    expect((await list()).map(({ state, error }) => [state, error])).toEqual([['running', null]]);
    expect(await store.read.jobs.holds(job.id, 'me')).toBe(true);
    expect(await close(job, 'me')).toBe(true);
    expect(await close(job, 'me')).toBe(false);
  });

  test('taking back gives what was running, in the order added, and leaves the rest', async () => {
    const { add, claim, store, clock } = await queue();
    await add('a');
    await add('b');
    await add('timer', { runAt: clock.now() + 5 });
    await claim();
    expect(names(await store.write((tx) => tx.jobs.takeBack()))).toEqual(['a', 'b']);
    expect(await store.write((tx) => tx.jobs.takeBack())).toEqual([]);
    expect(names(await claim())).toEqual(['a', 'b']);
  });
});

describe('when is the next one due', () => {
  test('the earliest that waits, or null', async () => {
    const { add, claim, clock, store } = await queue();
    const now = clock.now();
    expect(await store.read.jobs.nextDueAt()).toBeNull();
    await add('a', { runAt: now + 20 });
    await add('b', { runAt: now - 20 });
    expect(await store.read.jobs.nextDueAt()).toBe(now - 20);
    expect(await store.read.jobs.nextDueAt(now)).toBe(now + 20);
    expect(await store.read.jobs.nextDueAt(now + 20)).toBeNull();
    await claim();
    expect(await store.read.jobs.nextDueAt()).toBe(now + 20);
  });

  test('counts say what waits, runs, was put aside and is late', async () => {
    const { add, claim, clock, store } = await queue();
    for (const name of ['a', 'b']) await add(name);
    const [a] = await claim();
    if (a) await store.write((tx) => tx.jobs.bury(a.id, 'me', 'why'));
    await add('late', { runAt: clock.now() - 6000 });
    await add('not late', { runAt: clock.now() - 4000 });
    expect(await store.read.jobs.counts()).toEqual({ queued: 2, running: 1, dead: 1, overdue: 1 });
  });
});
