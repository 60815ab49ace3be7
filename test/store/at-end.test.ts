import { expect, test } from 'vitest';
import type { Tables } from '../../src/store/tables.ts';
import { temporaryStore } from './temporary.ts';

const entry = (key: string) => ({ source: 's', key, kind: 'alert' as const, body: {}, receivedAt: 0 });

/** What asks for the end of its commit, twice. */
const drawn = (tx: Tables, log: string[], name: string) => {
  for (let times = 0; times < 2; times += 1)
    tx.atEnd.add(name, async () => {
      log.push(`${name} of ${await tx.inbox.countUnhandled()}`);
    });
};

test('what is wanted at the end of a commit runs once, and sees all of it', async () => {
  const { store } = await temporaryStore();
  const log: string[] = [];
  await store.write(async (tx) => {
    drawn(tx, log, 'card');
    await tx.inbox.add(entry('a'));
    drawn(tx, log, 'card');
    await tx.inbox.add(entry('b'));
  });
  expect(log).toEqual(['card of 2']);
});

test('of commits that share a transaction each has its own end', async () => {
  const { store } = await temporaryStore();
  const log: string[] = [];
  await Promise.all(
    ['a', 'b'].map((key) =>
      store.write(async (tx) => {
        drawn(tx, log, 'card');
        await tx.inbox.add(entry(key));
      }),
    ),
  );
  expect(log).toEqual(['card of 1', 'card of 2']);
});

test('a commit that fails takes its end with it', async () => {
  const { store } = await temporaryStore();
  const log: string[] = [];
  const failed = store.write(async (tx) => {
    drawn(tx, log, 'card');
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  await store.write((tx) => tx.inbox.add(entry('a')));
  expect(log).toEqual([]);
});

test('an end that fails undoes its commit', async () => {
  const { store } = await temporaryStore();
  const failed = store.write(async (tx) => {
    tx.atEnd.add('card', () => Promise.reject(new Error('no')));
    await tx.inbox.add(entry('a'));
  });
  await expect(failed).rejects.toThrow('no');
  expect(await store.read.inbox.countUnhandled()).toBe(0);
});
