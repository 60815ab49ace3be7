// The chat took a post and its answer was lost: it is looked for, never posted twice, and shows the newest text.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
});
afterEach(() => h.close());

test('a header that was edited while nobody knew whether it had arrived is found and brought up to date', async () => {
  h.slack.faults.push('lost', 'lost', 'lost', 'lost');
  await h.alert({ title: 'api is slow', service: 'api' });
  expect(await h.say('@sarah', '/ack 1')).toContain('@sarah has #1 now');
  await h.advance(60_000);
  const header = (await h.store.read.posts.ofIncident(1))[0];
  const shown = h.slack.posts.filter(({ eventId }) => eventId === header?.eventId);
  expect(shown).toHaveLength(1);
  expect(shown[0]?.message).toEqual(header?.message);
  expect(JSON.stringify(header?.message)).toContain('@sarah');
});
