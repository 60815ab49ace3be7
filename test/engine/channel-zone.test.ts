// A chat may have clocks of its own: what is asked there is read and answered by them.
import { afterEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
afterEach(() => harness?.close());

async function asked(zone: string | null, text = '/logs api --since "today 00:30"'): Promise<string> {
  harness = await createHarness();
  if (zone !== null) await zoneOf(harness, zone);
  return harness.say('sarah', text);
}

async function zoneOf({ store }: Harness, zone: string): Promise<void> {
  const found = await store.read.resources.find('channel', 'slack');
  if (!found) throw new Error('the harness has a channel');
  const spec = { ...found.spec, settings: { ...found.spec.settings, zone } };
  await store.write((tx) => tx.resources.update('channel', found.id, { spec }));
}

test('times are those of the channel, else the daemon’s', async () => {
  expect(await asked(null)).toContain('00:30 UTC');
  await harness.close();
  expect(await asked('Asia/Kolkata')).toContain('00:30 GMT+5:30');
});

test('a plan’s card expires, is approved and is confirmed by the clocks that it is read by', async () => {
  const card = await asked('Asia/Kolkata', '/rollback #492');
  expect(card).toMatch(/Expires: \d\d:\d\d GMT\+5:30/);
  expect(card).not.toContain('UTC');
  await harness.say('sarah', '/approve 1');
  await harness.settle();
  const decided = (await harness.posts()).find((post) => post.includes('Approved by'));
  expect(decided).toContain('GMT+5:30');
  expect(decided).not.toContain('UTC');
});

test('an incident is told by the clocks of its chat from its header to its summary', async () => {
  harness = await createHarness();
  await zoneOf(harness, 'Asia/Kolkata');
  await harness.alert({ title: 'api is down', service: 'api' });
  await harness.alert({ title: 'disk is getting full', severity: 'info', service: 'db' });
  await harness.say('sarah', '/ack');
  await harness.alert({ title: 'disk is getting full', severity: 'info', service: 'db', status: 'resolved' });
  await harness.say('sarah', '/incident close');
  await harness.say('sarah', '/approve 1');
  await harness.settle();
  await harness.say('sarah', '/incident show 1');
  const posts = (await harness.posts()).join('\n');
  for (const said of [
    /Started: .*GMT/,
    /paged via slack at .*GMT/,
    /Resolved|resolved at .*GMT/,
    /until .*GMT/,
    /Cleared at .*GMT/,
  ])
    expect(posts).toMatch(said);
  expect(posts).not.toContain('UTC');
});
