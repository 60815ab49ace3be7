// Without anything said, a commit is told of after the system was asked to put the log on the disk, and has.
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { temporaryFolder } from './temporary.ts';

const syncs = vi.hoisted(() => ({ asked: 0, done: 0 }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const fdatasync = (descriptor: number, ended: (error: Error | null) => void) => {
    syncs.asked += 1;
    real.fdatasync(descriptor, (error) => {
      syncs.done += 1;
      ended(error);
    });
  };
  return { ...real, fdatasync };
});

test('each commit waits for a sync of its own', async () => {
  const store = await openStore({ file: join(temporaryFolder(), 'openclaw.db'), clock: createTestClock() });
  for (let commits = 1; commits <= 3; commits += 1) {
    await store.write((tx) => tx.jobs.add('audit', {}));
    expect(syncs).toEqual({ asked: commits, done: commits });
  }
  await store.close();
});
