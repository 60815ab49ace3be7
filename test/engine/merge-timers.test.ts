// A merge must leave the incident that goes on with something that ends it or wakes somebody.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const FIRST = { title: 'api errors', fingerprint: 'a', service: 'api' };
const SECOND = { title: 'db down', fingerprint: 'b', service: 'orders-db' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function stateOf(id: number): Promise<string | undefined> {
  return (await harness.store.read.incidents.find(id))?.state;
}

async function pagesOf(text: string): Promise<number> {
  return (await harness.posts()).filter((post) => post.startsWith('U-') && post.includes(text)).length;
}

test('a cleared incident merged into one opened by hand resolves it when nothing fires', async () => {
  await harness.alert(FIRST);
  await harness.alert({ ...FIRST, status: 'resolved' });
  await harness.say('@sarah', '/incident open checkout is slow');
  await harness.say('@sarah', '/incident merge 1 into 2');
  expect((await harness.posts()).at(-1)).toContain('#1 is part of #2 now.');
  await harness.advance(6 * MINUTE);
  expect(await stateOf(2)).toBe('resolved');
});

test('what fires again after such a merge is escalated', async () => {
  await harness.alert(FIRST);
  await harness.alert({ ...FIRST, status: 'resolved' });
  await harness.say('@sarah', '/incident open checkout is slow');
  await harness.say('@sarah', '/incident merge 1 into 2');
  await harness.advance(2 * MINUTE);
  await harness.alert(FIRST);
  await harness.advance(10 * MINUTE);
  expect(await stateOf(2)).toBe('open');
  expect(await pagesOf('📟 @team-lead: 🔴 INCIDENT #2')).toBe(1);
});

test('a firing incident merged into one that was about to resolve keeps it open and escalates it', async () => {
  await harness.alert(FIRST);
  await harness.alert({ ...FIRST, status: 'resolved' });
  await harness.alert(SECOND);
  await harness.say('@sarah', '/incident merge 2 into 1');
  await harness.advance(10 * MINUTE);
  expect(await stateOf(1)).toBe('open');
  expect(await pagesOf('📟 @team-lead: 🔴 INCIDENT #1')).toBe(1);
});

test('a resolve timer that finds an alert firing and no escalation sets one', async () => {
  await harness.alert(FIRST);
  await harness.store.write(async (tx) => {
    await tx.jobs.cancel('escalate:1');
    await tx.jobs.set('resolve', { incidentId: 1 }, { key: 'resolve:1' });
  });
  await harness.advance(6 * MINUTE);
  expect(await pagesOf('📟 @team-lead: 🔴 INCIDENT #1')).toBe(1);
});
