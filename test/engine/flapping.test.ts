// An alert that comes and goes: it climbs no levels by itself, and it hides nothing either.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const ALERT = { title: 'api errors', fingerprint: 'a', service: 'api' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function flap(times: number, firesMs: number, clearMs: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await harness.alert(ALERT);
    await harness.advance(firesMs);
    await harness.alert({ ...ALERT, status: 'resolved' });
    await harness.advance(clearMs);
  }
}

async function pagesOf(person: string): Promise<number> {
  return (await harness.posts()).filter((post) => post.includes(`📟 @${person}`)).length;
}

test('an alert that flaps faster than the timeout is escalated once it fired for that long altogether', async () => {
  await flap(2, 2 * MINUTE, 2 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(0);
  await flap(1, 2 * MINUTE, 2 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(1);
  expect(await harness.store.read.incidents.list(10)).toHaveLength(1);
});

test('the time while everything was clear does not count', async () => {
  await flap(1, MINUTE, 4 * MINUTE);
  await harness.alert(ALERT);
  await harness.advance(3 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(0);
  await harness.advance(2 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(1);
});

test('an alert that flaps after somebody has it wakes nobody', async () => {
  await harness.alert(ALERT);
  await harness.say('@sarah', '/ack 1');
  await flap(4, 2 * MINUTE, 2 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(0);
});
