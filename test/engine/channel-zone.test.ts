// A chat may have clocks of its own: what is asked there is read and answered by them.
import { afterEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
afterEach(() => harness?.close());

async function asked(
  settings: Record<string, string>,
  text = '/logs api --since "today 00:30"',
): Promise<string> {
  harness = await createHarness();
  const { store } = harness;
  const found = await store.read.resources.find('channel', 'slack');
  if (!found) throw new Error('the harness has a channel');
  await store.write((tx) => tx.resources.update('channel', found.id, { spec: { ...found.spec, settings } }));
  return harness.say('sarah', text);
}

test('times are those of the channel, else the daemon’s', async () => {
  expect(await asked({})).toContain('00:30 UTC');
  await harness.close();
  expect(await asked({ zone: 'Asia/Kolkata' })).toContain('00:30 GMT+5:30');
});

test('a plan’s card expires, is approved and is confirmed by the clocks that it is read by', async () => {
  const card = await asked({ zone: 'Asia/Kolkata' }, '/rollback #492');
  expect(card).toMatch(/Expires: \d\d:\d\d GMT\+5:30/);
  expect(card).not.toContain('UTC');
  await harness.say('sarah', '/approve 1');
  await harness.settle();
  const decided = (await harness.posts()).find((post) => post.includes('Approved by'));
  expect(decided).toContain('GMT+5:30');
  expect(decided).not.toContain('UTC');
});
