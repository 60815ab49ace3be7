import { afterEach, expect, test } from 'vitest';
import type { NewMarker } from '../../src/store/markers.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary.ts';

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

async function open(): Promise<Store> {
  const store = await openStore({ file: `${temporaryFolder()}/openclaw.db`, clock: { now: () => 1_000 } });
  opened.push(store);
  return store;
}

const marker = (over: Partial<NewMarker>): NewMarker => ({
  source: 'CI',
  key: 'a',
  service: 'api',
  title: 'deploy #1',
  author: null,
  at: 100,
  link: null,
  ...over,
});

test('a key is kept once per source', async () => {
  const store = await open();
  const added = await store.write(async (tx) => [
    await tx.markers.add(marker({})),
    await tx.markers.add(marker({ title: 'deploy #2' })),
    await tx.markers.add(marker({ source: 'Other' })),
  ]);
  expect(added).toEqual([true, false, true]);
});

test('the last one is the newest of that service, not after the instant', async () => {
  const store = await open();
  await store.write(async (tx) => {
    await tx.markers.add(marker({ key: 'b', at: 300, title: 'third' }));
    await tx.markers.add(marker({ key: 'c', at: 200, title: 'second' }));
    await tx.markers.add(marker({ key: 'd', at: 250, service: 'shop' }));
    await tx.markers.add(marker({ key: 'e', at: 250, service: null }));
  });
  expect(await store.read.markers.lastBefore('api', 299)).toMatchObject({ title: 'second' });
  expect(await store.read.markers.lastBefore('api', 300)).toMatchObject({ title: 'third' });
  expect(await store.read.markers.lastBefore('api', 199)).toBeNull();
});

test('of too many the first told go, a few at a time', async () => {
  const store = await open();
  await store.write(async (tx) => {
    for (let at = 1; at <= 10; at++) await tx.markers.add(marker({ key: String(at), at }));
    await tx.markers.prune(4, 3);
  });
  expect(await store.read.markers.lastBefore('api', 3)).toBeNull();
  expect(await store.read.markers.lastBefore('api', 4)).toMatchObject({ at: 4 });
  await store.write((tx) => tx.markers.prune(4, 100));
  expect(await store.read.markers.lastBefore('api', 6)).toBeNull();
  expect(await store.read.markers.lastBefore('api', 7)).toMatchObject({ at: 7 });
});

test('between two instants they are of any service, the newest first, and no more than asked for', async () => {
  const store = await open();
  await store.write(async (tx) => {
    await tx.markers.add(marker({ key: 'a', at: 100 }));
    await tx.markers.add(marker({ key: 'b', at: 200, service: null }));
    await tx.markers.add(marker({ key: 'c', at: 300, service: 'web' }));
    await tx.markers.add(marker({ key: 'd', at: 301 }));
  });
  const keys = async (from: number, to: number, limit: number) =>
    (await store.read.markers.between(from, to, limit)).map(({ key }) => key);
  expect(await keys(100, 300, 10)).toEqual(['c', 'b', 'a']);
  expect(await keys(101, 300, 10)).toEqual(['c', 'b']);
  expect(await keys(0, 400, 2)).toEqual(['d', 'c']);
});
