// What /metrics is told of changes: our own steps, and what others told us.
import { afterEach, expect, test } from 'vitest';
import { knownChanges } from '../../src/engine/known-changes.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
afterEach(() => h.close());

test('a step of ours and a change somebody told us of are known, in their order, of that service alone', async () => {
  h = await createHarness();
  await h.alert({ title: 'api is down', service: 'api' });
  const startedAt = h.clock.now();
  await h.say('@sarah', '/rollback #492', { incidentId: 1 });
  await h.say('@sarah', '/approve', { incidentId: 1 });
  await h.store.write((tx) =>
    tx.markers.add({
      ...{ source: 'LaunchPad', key: 'f1', service: 'api', title: 'flag fast-path on', author: '@ann' },
      ...{ at: startedAt - 60_000, link: null },
    }),
  );
  const changes = await knownChanges(h.store.read, 'api', startedAt - 120_000);
  expect(changes.map(({ text }) => text)).toEqual([
    'flag fast-path on (@ann), told by LaunchPad',
    expect.stringMatching(/^Roll back deploy #492/),
  ]);
  expect(await knownChanges(h.store.read, 'api', startedAt - 1_000)).toHaveLength(1);
  expect(await knownChanges(h.store.read, 'web', 0)).toEqual([]);
});

test('what was told of no service is known of each, and said to be of none', async () => {
  h = await createHarness();
  const at = h.clock.now() - 60_000;
  const told = { source: 'LaunchPad', author: null, at, link: null };
  await h.store.write(async (tx) => {
    await tx.markers.add({ ...told, key: 'f1', service: null, title: 'fast-path on' });
    await tx.markers.add({ ...told, key: 'f2', service: 'web', title: 'banner on' });
  });
  expect(await knownChanges(h.store.read, 'api', at - 1)).toEqual([
    { at, text: 'fast-path on, told by LaunchPad, of no service we know' },
  ]);
});
