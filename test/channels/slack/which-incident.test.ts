// A slash command in the main box belongs to the one open incident of its conversation; with several the person chooses.
import { expect, test } from 'vitest';
import type { Service } from '../../../src/domain/resource.ts';
import type { Posted } from '../../support/slack.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';
import { buttonsOf } from '../../support/slack-payloads.ts';

async function incidents(...titles: string[]) {
  const scene = await createSlackHarness();
  for (const title of titles) await scene.h.alert({ title });
  await scene.h.advance(20_000);
  return scene;
}
const labels = (post: Posted) =>
  post.blocks.flatMap((block) => {
    const { accessory } = block as { accessory?: { text: { text: string } } };
    return accessory ? [accessory.text.text] : buttonsOf({ blocks: [block] }).map(({ text }) => text.text);
  });

test('with one, it is about that', async () => {
  const scene = await incidents('api is slow');
  await scene.slash('/ack 2h');
  expect((await scene.h.store.read.incidents.find(1))?.ackedByName).toBe('@sarah');
});

test('with several, each is a button with the whole line', async () => {
  const scene = await incidents('api is slow', 'disk is full');
  await scene.slash('/escalate customers cannot pay');
  const question = scene.find('which incident?');
  expect(labels(question)).toEqual(['escalate #1 customers cannot pay', 'escalate #2 customers cannot pay']);
  const accessory = question.blocks.flatMap((block) => (block.accessory ? [block.accessory] : []));
  await scene.press(
    { ...question, blocks: [{ type: 'actions', elements: accessory }] },
    'escalate #2 customers cannot pay',
  );
  expect(await scene.h.timeline(2)).toContainEqual(expect.stringContaining('customers cannot pay'));
  expect(await scene.h.timeline(1)).not.toContainEqual(expect.stringContaining('customers cannot pay'));
});

test('a command is said in the thread that is chosen, and its plan stands there', async () => {
  const scene = await incidents('api is slow', 'disk is full');
  await scene.slash('/rollback #492');
  const question = scene.find('2 incidents are open here');
  expect(await scene.h.store.read.approvals.pending()).toEqual([]);
  await scene.press(question, '#2 disk is full');
  const root = scene.slack.posted.find(
    (post) => post.channel === 'C1OPS' && post.text.includes('INCIDENT #2'),
  );
  expect(scene.find('Plan #1').thread_ts).toBe(root?.ts);
  expect((await scene.h.store.read.plans.find(1))?.incidentId).toBe(2);
});

test('with more than are shown the newest are, the others are counted, and one whose service is named is found among all', async () => {
  const titles = ['one', 'two', 'three', 'four', 'five', 'six'];
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api is slow', service: 'api' });
  for (const title of titles) await scene.h.alert({ title });
  await scene.h.advance(20_000);
  await scene.slash('/rollback #492');
  const question = scene.find('7 incidents are open here');
  expect(labels(question)).toEqual(['#3 two', '#4 three', '#5 four', '#6 five', '#7 six']);
  expect(question.text).toContain('2 older ones: /ops-status lists them');
  await scene.slash('/rollback api #492');
  expect((await scene.h.store.read.plans.find(1))?.incidentId).toBe(1);
});

test('a button that names an incident of another room says it in its own', async () => {
  const scene = await incidents('api is slow', 'disk is full');
  await scene.slash('/rollback #492');
  const forged = structuredClone(scene.find('2 incidents are open here'));
  forged.channel = 'C2ALERTS';
  await scene.press(forged, '#2 disk is full');
  expect(scene.find('Plan #1')).toMatchObject({ channel: 'C2ALERTS' });
  expect((await scene.h.store.read.plans.find(1))?.destination.incidentId).toBeNull();
});

const CACHE: Service = { name: 'cache', kind: 'app', bindings: {}, instances: [], dependsOn: [] };
const apiAndDisk = async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api is slow', service: 'api' });
  await scene.h.alert({ title: 'disk is full' });
  await scene.h.advance(20_000);
  return scene;
};

test('one that names the service of an open incident is about that one, whose thread is told', async () => {
  const scene = await apiAndDisk();
  await scene.slash('/restart api');
  expect(scene.find('Plan #1').thread_ts).toBeUndefined();
  expect((await scene.h.store.read.plans.find(1))?.incidentId).toBe(1);
  const root = scene.slack.posted.find(
    ({ channel, text }) => channel === 'C1OPS' && text.includes('INCIDENT #1'),
  );
  expect(scene.find('plan #1 waits for approval').thread_ts).toBe(root?.ts);
});

test('one that changes another service may be the remedy of any of them, so it asks, and a reply says none', async () => {
  const scene = await apiAndDisk();
  await scene.h.add('service', CACHE);
  await scene.slash('/restart cache');
  const question = scene.find('2 incidents are open here');
  expect(question.text).toContain('reply to this message');
  await scene.type('restart cache', { thread_ts: question.ts });
  expect(scene.find('cannot restart cache').thread_ts).toBe(question.ts);
});

test('one that only reads another service asks nothing', async () => {
  const scene = await apiAndDisk();
  await scene.h.add('service', CACHE);
  await scene.slash('/logs cache');
  expect(scene.slack.posted.map(({ text }) => text).join()).not.toContain('which one is');
});
