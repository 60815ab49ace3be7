// What is said of no incident is on the record of none, however many are open.
import { expect, test } from 'vitest';
import { createSlackHarness } from '../../support/slack-harness.ts';

const DM = { channel: 'DU1SARAH', channel_type: 'im' };

async function open() {
  const scene = await createSlackHarness();
  scene.slack.rooms.direct = DM.channel;
  await scene.h.alert({ title: 'api is slow' });
  await scene.h.advance(20_000);
  const refused = async (incidentId: number | null) =>
    (await scene.h.store.read.timeline.search({ limit: 100 }))
      .filter((entry) => entry.kind === 'refused' && entry.incidentId === incidentId)
      .map(({ text }) => text);
  return { ...scene, refused };
}

test('a refused confirm, in direct messages or in the room', async () => {
  const { h, type, slash, refused } = await open();
  await type('confirm mike', DM);
  await slash('/confirm mike');
  expect(await h.timeline(1)).not.toContainEqual(expect.stringContaining('confirm mike'));
  expect(await refused(null)).toHaveLength(2);
});

test('a command in direct messages', async () => {
  const { h, type, find } = await open();
  await type('rollback #9999', DM);
  expect(find('9999').channel).toBe(DM.channel);
  await type('restart api', DM);
  expect((await h.store.read.plans.find(1))?.incidentId).toBeNull();
  expect(await h.timeline(1)).not.toContainEqual(expect.stringMatching(/9999|restart api/));
});

test('but ack there is about the one that is open', async () => {
  const { h, type } = await open();
  await type('ack', DM);
  expect((await h.store.read.incidents.find(1))?.ackedByName).toBe('@sarah');
});

test('a no to a plan is on the record of its incident, wherever it was typed', async () => {
  const { h, type, slash } = await open();
  await h.alert({ title: 'disk is full' });
  const mike = await h.store.read.resources.find('contact', 'mike');
  if (mike)
    await h.store.write((tx) =>
      tx.resources.update('contact', mike.id, { spec: { ...mike.spec, ids: { slack: 'U2MIKE' }, can: [] } }),
    );
  const root = await h.store.read.posts.find((await h.store.read.incidents.find(2))?.headerPostId ?? 0);
  await type('restart api', { thread_ts: root?.remoteId?.split('/')[1] });
  await slash('/approve 1', { user_id: 'U2MIKE', user_name: 'mike' });
  expect(await h.timeline(2)).toContainEqual(expect.stringContaining('refused /approve 1'));
  expect(await h.timeline(1)).not.toContainEqual(expect.stringContaining('refused'));
});
