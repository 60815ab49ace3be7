// The main box of an incident's own channel: the whole room is about it, so that a bare word is what it is in its thread.
import { expect, test } from 'vitest';
import { criticalRoute } from '../../support/critical-route.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';

const SECOND = { title: 'web is slow', service: 'web' };

async function open() {
  const scene = await createSlackHarness();
  await scene.h.add('alert-route', { ...criticalRoute, incidentChannel: true });
  await scene.h.alert({ title: 'api is down', service: 'api' });
  await scene.h.advance(20_000);
  const channel = scene.slack.rooms['inc-1-api'];
  if (!channel) throw new Error('it has no room');
  const { read } = scene.h.store;
  return {
    ...scene,
    channel,
    inRoom: (text: string, change = {}) => scene.type(text, { channel, ...change }),
    incident: async (id = 1) => read.incidents.find(id),
  };
}
type Scene = Awaited<ReturnType<typeof open>>;
const saidIn = ({ slack }: Scene, channel: string) =>
  slack.posted.filter((post) => post.channel === channel).map(({ text }) => text);

test('a bare word does there what it does in its thread, and is answered there', async () => {
  const scene = await open();
  await scene.h.alert(SECOND);
  await scene.inRoom('ack 2h');
  expect(await scene.incident()).toMatchObject({ ackedByName: '@sarah', ackForMs: 2 * 60 * 60_000 });
  expect(scene.find('@sarah has #1 now')).toMatchObject({ channel: scene.channel });
  expect(scene.find('@sarah has #1 now').thread_ts).toBeUndefined();
  await scene.inRoom('Escalate customers cannot pay');
  expect(await scene.h.timeline(1)).toContainEqual(expect.stringContaining('customers cannot pay'));
});

test('a plan asked for there is of that incident, waits there, and is approved there with a bare word', async () => {
  const scene = await open();
  await scene.h.alert(SECOND);
  await scene.inRoom('rollback #492');
  expect(scene.find('Plan #1').channel).toBe(scene.channel);
  expect(await scene.h.store.read.plans.find(1)).toMatchObject({ incidentId: 1, state: 'waiting' });
  await scene.inRoom('approve');
  expect((await scene.h.store.read.approvals.find(1))?.state).toBe('approved');
});

test('incident close there asks, and ends it', async () => {
  const scene = await open();
  await scene.h.alert(SECOND);
  await scene.inRoom('incident close bad deploy');
  await scene.inRoom('approve');
  expect(await scene.incident()).toMatchObject({ state: 'resolved', rootCause: 'bad deploy' });
  expect((await scene.incident(2))?.state).toBe('open');
});

test('talk among people stays a remark, on its record', async () => {
  const scene = await open();
  const before = saidIn(scene, scene.channel).length;
  await scene.inRoom('the post-rollback numbers look fine');
  expect(await scene.h.timeline(1)).toContainEqual(expect.stringContaining('post-rollback numbers'));
  expect(saidIn(scene, scene.channel)).toHaveLength(before);
});

test('it gives no right: who may not approve is refused there as in the thread', async () => {
  const scene = await open();
  await scene.inRoom('rollback #492');
  await scene.inRoom('approve', { user: 'U2MIKE' });
  expect((await scene.h.store.read.approvals.find(1))?.state).toBe('waiting');
  expect(await scene.h.timeline(1)).toContainEqual(expect.stringContaining('refused /approve'));
});

test('a bot that names a command speaks to people', async () => {
  const scene = await open();
  const before = saidIn(scene, scene.channel).length;
  await scene.inRoom('incident closed in the other tool', { user: undefined, bot_id: 'B7OTHER' });
  expect(saidIn(scene, scene.channel)).toHaveLength(before);
});

test('what people say to each other in a thread of theirs there is of the room, too', async () => {
  const scene = await open();
  await scene.inRoom('ack', { thread_ts: '1700000001.999999' });
  expect((await scene.incident())?.ackedByName).toBe('@sarah');
});

test('a room that is only called so is nobody’s', async () => {
  const scene = await open();
  await scene.h.alert(SECOND);
  scene.slack.rooms['inc-1-apis'] = 'C8FORGED';
  await scene.type('ack', { channel: 'C8FORGED' });
  expect(saidIn(scene, 'C8FORGED')).toEqual([]);
  await scene.slash('/ack', { channel_id: 'C8FORGED' });
  expect(scene.find('which incident?').channel).toBe('C8FORGED');
  expect((await scene.incident())?.ackedBy).toBeNull();
});

test('in any other room a bare word is ordinary talk, also where the incident’s thread is', async () => {
  const scene = await open();
  await scene.type('ack');
  expect((await scene.incident())?.ackedBy).toBeNull();
});

test('until it is archived, what is typed there is about the incident that ended, and not about the one that is open', async () => {
  const scene = await open();
  await scene.h.alert(SECOND);
  await scene.inRoom('incident close bad deploy');
  await scene.inRoom('approve');
  await scene.slash('/incident note the cache was cold', { channel_id: scene.channel });
  expect(await scene.h.timeline(1)).toContainEqual(expect.stringContaining('the cache was cold'));
  await scene.inRoom('ack');
  expect(scene.find('#1 is already resolved').channel).toBe(scene.channel);
  expect((await scene.incident(2))?.ackedBy).toBeNull();
});

test('what its owner does or says there keeps it theirs, as in its thread', async () => {
  const scene = await open();
  await scene.inRoom('ack');
  const until = async () => (await scene.incident())?.ackExpiresAt ?? 0;
  const first = await until();
  await scene.h.advance(60_000);
  await scene.inRoom('I look at the pool');
  const second = await until();
  expect(second).toBeGreaterThan(first);
  await scene.h.advance(60_000);
  await scene.inRoom('logs api');
  expect(await until()).toBeGreaterThan(second);
});
