// Nobody hears of a commit before the disk has it, whichever thread waited for the disk.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { type LogSync, logSync } from '../../src/store/log-sync.ts';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { temporaryFolder } from './temporary.ts';

const entry = (key: string) => ({ source: 's', key, kind: 'alert' as const, body: {}, receivedAt: 0 });
const newFile = () => join(temporaryFolder(), 'openclaw.db');

/** A disk that takes as long as the test says. */
function slowDisk() {
  const asked: { done(): void; fails(error: Error): void }[] = [];
  let heard = () => {};
  const sync: LogSync = {
    sync: () =>
      new Promise((done, fails) => {
        asked.push({ done, fails });
        heard();
      }),
    close: () => {},
  };
  const next = async () => {
    while (asked.length === 0)
      await new Promise<void>((more) => {
        heard = more;
      });
    return asked.shift() as (typeof asked)[number];
  };
  return { sync, next };
}

test('a commit is told of once it is synced, and who asked meanwhile shares the next sync', async () => {
  const disk = slowDisk();
  const store = await openStore({ file: newFile(), clock: createTestClock(), sync: disk.sync });
  const told: string[] = [];
  const add = (key: string) => store.write((tx) => tx.inbox.add(entry(key))).then(() => told.push(key));
  const first = add('1');
  const firstSync = await disk.next();
  const others = [add('2'), add('3')];
  expect(await store.read.inbox.unhandled('alert', 10)).toHaveLength(1);
  expect(told).toEqual([]);
  firstSync.done();
  await first;
  expect(told).toEqual(['1']);
  (await disk.next()).done();
  await Promise.all(others);
  expect(told).toEqual(['1', '2', '3']);
  await store.close();
});

test('a sync that fails is made good by moving the log into the database', async () => {
  const disk = slowDisk();
  const store = await openStore({ file: newFile(), clock: createTestClock(), sync: disk.sync });
  const kept = store.write((tx) => tx.inbox.add(entry('1')));
  (await disk.next()).fails(new Error('EIO: i/o error, fdatasync'));
  expect(await kept).toBe(true);
  await store.close();
});

test('a disk that refuses is said, and nothing is written before the log could be moved', async () => {
  const disk = slowDisk();
  const file = newFile();
  const store = await openStore({ file, clock: createTestClock(), sync: disk.sync });
  // Somebody who reads what was there before: the log cannot be moved past them.
  const reader = new Sqlite(file, { readonly: true });
  reader.exec('begin');
  reader.prepare('select count(*) from inbox').get();
  const lost = store.write((tx) => tx.inbox.add(entry('1')));
  (await disk.next()).fails(new Error('EIO: i/o error, fdatasync'));
  await expect(lost).rejects.toThrow(/did not confirm a write \(EIO: i\/o error/);
  await expect(store.write((tx) => tx.inbox.add(entry('2')))).rejects.toThrow(
    /did not confirm an earlier write, so nothing was written now/,
  );
  reader.exec('commit');
  reader.close();
  const later = store.write((tx) => tx.inbox.add(entry('3')));
  (await disk.next()).done();
  expect(await later).toBe(true);
  expect((await store.read.inbox.unhandled('alert', 10)).map(({ key }) => key)).toEqual(['1', '3']);
  await store.close();
});

test('threads that all hang hold no commit', async () => {
  const file = newFile();
  const sync = logSync(file, { beside: () => {}, patienceMs: 0 });
  const store = await openStore({ file, clock: createTestClock(), sync });
  expect(await store.write((tx) => tx.inbox.add(entry('1')))).toBe(true);
  await store.close();
});
