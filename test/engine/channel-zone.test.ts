// A chat may have clocks of its own: what is asked there is read and answered by them.
import { afterEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
afterEach(() => harness?.close());

async function asked(settings: Record<string, string>): Promise<string> {
  harness = await createHarness();
  const { store } = harness;
  const found = await store.read.resources.find('channel', 'slack');
  if (!found) throw new Error('the harness has a channel');
  await store.write((tx) => tx.resources.update('channel', found.id, { spec: { ...found.spec, settings } }));
  return harness.say('sarah', '/logs api --since "today 00:30"');
}

test('times are those of the channel, else the daemon’s', async () => {
  expect(await asked({})).toContain('00:30 UTC');
  await harness.close();
  expect(await asked({ zone: 'Asia/Kolkata' })).toContain('00:30 GMT+5:30');
});
