// Whoever is on call is told in the very commit that opens the incident: a crash right after it loses no page, and the
// page waits for no second commit.
import { expect, onTestFinished, test } from 'vitest';
import type { Tables } from '../../src/store/tables.ts';
import { createHarness, type Harness } from '../support/harness.ts';

async function harness(): Promise<Harness> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  return h;
}

/** Calls `seen` at the end of each commit's own work, within its transaction. */
function watchCommits(h: Harness, seen: (tx: Tables) => Promise<void>): void {
  const { store } = h;
  const write = store.write.bind(store);
  store.write = (work) =>
    write(async (tx) => {
      const value = await work(tx);
      await seen(tx);
      return value;
    });
}

const pagesOf = async (tx: Tables, id: number) =>
  (await tx.posts.ofIncident(id)).filter(({ contact }) => contact !== null).map(({ contact }) => contact);

test('the commit that opens an incident has its first page, its level and the timer of the next', async () => {
  const h = await harness();
  const states: unknown[] = [];
  watchCommits(h, async (tx) => {
    const incident = await tx.incidents.find(1);
    if (!incident) return;
    const next = await tx.jobs.findQueued('escalate:1');
    states.push([incident.level, await pagesOf(tx, 1), next?.runAt]);
  });
  await h.alert({ title: 'api is down', service: 'api' });
  expect(states[0]).toEqual([1, ['sarah'], h.clock.now() + 5 * 60_000]);
});

test('so a crash right after that commit loses no page, and makes no second one', async () => {
  const h = await harness();
  watchCommits(h, async (tx) => {
    // Once this is on disk, nothing else is.
    if ((await tx.incidents.find(1)) !== null) queueMicrotask(() => void h.kill());
  });
  await h.alert({ title: 'api is down', service: 'api' });
  expect(h.dead).toBe(true);
  await h.start();
  expect(await pagesOf(h.store.read, 1)).toEqual(['sarah']);
  await h.settle();
  expect(await pagesOf(h.store.read, 1)).toEqual(['sarah']);
  expect(h.slack.posts.filter(({ conversation }) => conversation === 'U-sarah')).toHaveLength(1);
});
