// Random work on the job table beside a model of it that is too simple to be wrong.

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import type { TestClock } from '../support/clock.ts';
import { createTestClock } from '../support/clock.ts';
import { runs, temporaryFolder } from './temporary.ts';

fc.configureGlobal({ seed: 42 });

interface ModelJob {
  id: number;
  lane: string | null;
  priority: number;
  key: string | null;
  runAt: number;
  state: 'queued' | 'running' | 'dead';
  attempts: number;
}

type Operation =
  | { do: 'add' | 'set'; lane: string | null; priority: number; delayMs: number; key: string | null }
  | { do: 'claim'; limit: number }
  | { do: 'close' | 'bury' | 'retry'; which: number; delayMs: number }
  | { do: 'takeBack' }
  | { do: 'wait'; ms: number };

const lane = fc.constantFrom('a', 'b', null);
const key = fc.constantFrom('k', 'l', null);
const delayMs = fc.constantFrom(0, 0, 0, 10, 25);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'set' as const),
      lane,
      priority: fc.nat(3),
      delayMs,
      key,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('claim' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('close' as const, 'close' as const, 'retry' as const, 'bury' as const),
      which: fc.nat(9),
      delayMs,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'takeBack' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(5, 10, 30) }) },
);

function mayStart(job: ModelJob, jobs: readonly ModelJob[], now: number): boolean {
  if (job.state !== 'queued' || job.runAt > now) return false;
  if (job.lane === null) return true;
  const others = jobs.filter((other) => other.lane === job.lane && other.id !== job.id);
  if (others.some(({ state }) => state === 'running')) return false;
  return !others.some(
    (other) => other.state === 'queued' && other.id < job.id && (other.runAt <= now || other.attempts > 0),
  );
}

function backInQueue(job: ModelJob, jobs: readonly ModelJob[]): void {
  if (jobs.some((other) => other.state === 'queued' && other.key === job.key)) job.key = null;
  job.state = 'queued';
}

async function apply(one: Operation, model: ModelJob[], store: Store, clock: TestClock): Promise<void> {
  const now = clock.now();
  const running = model.filter(({ state }) => state === 'running');
  switch (one.do) {
    case 'add':
    case 'set': {
      const options = { lane: one.lane, priority: one.priority, runAt: now + one.delayMs };
      const waiting =
        one.key === null ? -1 : model.findIndex((job) => job.state === 'queued' && job.key === one.key);
      const { key } = one;
      if (one.do === 'set' && key !== null) {
        if (waiting >= 0) model.splice(waiting, 1);
        await store.write((tx) => tx.jobs.set('post', {}, { ...options, key }));
      } else {
        await store.write((tx) => tx.jobs.add('post', {}, { ...options, ...(key === null ? {} : { key }) }));
        if (waiting >= 0) return;
      }
      const [newest] = (await store.read.jobs.list()).slice(-1);
      model.push({ id: newest?.id ?? -1, ...options, key, state: 'queued', attempts: 0 });
      return;
    }
    case 'claim': {
      const expected = model
        .filter((job) => mayStart(job, model, now))
        .sort((a, b) => a.priority - b.priority || a.runAt - b.runAt || a.id - b.id)
        .slice(0, one.limit);
      const claimed = await store.write((tx) => tx.jobs.claim('me', one.limit));
      expect(claimed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      for (const job of expected) {
        job.state = 'running';
        job.attempts++;
      }
      return;
    }
    case 'close':
    case 'bury':
    case 'retry': {
      const job = running[one.which % Math.max(1, running.length)];
      if (!job) return;
      if (one.do === 'close') {
        expect(await store.write((tx) => tx.jobs.close(job.id, 'me'))).toBe(true);
        model.splice(model.indexOf(job), 1);
        return;
      }
      if (one.do === 'bury') {
        job.state = 'dead';
        job.key = null;
        expect(await store.write((tx) => tx.jobs.bury(job.id, 'me', 'why'))).toBe(true);
        return;
      }
      backInQueue(job, model);
      job.runAt = now + one.delayMs;
      return store.write((tx) => tx.jobs.retry(job.id, 'me', now + one.delayMs, 'why'));
    }
    case 'takeBack': {
      for (const job of running) backInQueue(job, model);
      await store.write((tx) => tx.jobs.takeBack());
      return;
    }
    case 'wait':
      clock.advance(one.ms);
  }
}

test('no lane ever runs two or out of order, and nothing is lost, whatever happens', async () => {
  const folder = temporaryFolder();
  const clock = createTestClock();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
      const store = await openStore({ file: join(folder, `${round++}.db`), clock });
      try {
        const model: ModelJob[] = [];
        for (const one of operations) {
          await apply(one, model, store, clock);
          const rows = await store.read.jobs.list();
          expect(rows.map(({ id, state, key, runAt }) => [id, state, key, runAt])).toEqual(
            model.map(({ id, state, key, runAt }) => [id, state, key, runAt]),
          );
          const busy = rows.filter(({ state, lane }) => state === 'running' && lane !== null);
          expect(new Set(busy.map(({ lane }) => lane)).size).toBe(busy.length);
        }
      } finally {
        await store.close();
      }
    }),
    runs(60, 2000),
  );
});
