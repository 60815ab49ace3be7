// What is done for an incident somewhere else than in its thread is one line there, and what stands there is not said again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  await h.alert({ title: 'api down', service: 'api' });
});
afterEach(() => h.close());

/** What stands in the thread of incident 1 and says so. */
async function inThread(words: RegExp): Promise<string[]> {
  const incident = await h.store.read.incidents.find(1);
  const all = await h.store.read.posts.changedSince(0, 10_000);
  return all
    .filter(({ threadPostId }) => threadPostId !== null && threadPostId === incident?.headerPostId)
    .map(({ message }) => plainText(message))
    .filter((text) => words.test(text));
}

const OF_THE_PLAN = /plan #\d|Restart|restarted|settled/i;
const RANDOM = { room: '#random' };

test('a plan asked, decided and done in another room', async () => {
  await h.say('@sarah', '/restart api', RANDOM);
  expect(await inThread(OF_THE_PLAN)).toEqual([
    '@sarah: /restart api — plan #1 waits for approval in #random',
  ]);
  await h.say('@mike', '/approve', RANDOM);
  await h.advance(10 * 60_000);
  const [, decided, ...outcome] = await inThread(OF_THE_PLAN);
  expect(decided).toMatch(/^✅ Plan #1 approved by @mike: /);
  expect(outcome).toHaveLength(2);
  expect(outcome[0]).toMatch(/^Done: .*Monitoring/);
  expect(outcome[1]).toContain('after: ');
});

test('in the main box of its own room, and decided in the thread, whose answer is the line', async () => {
  await h.say('@sarah', '/restart api', { room: '#ops-critical' });
  expect(await inThread(/waits for approval in #ops-critical/)).toHaveLength(1);
  await h.say('@sarah', '/approve 1', { incidentId: 1 });
  expect(await inThread(/approved by/)).toHaveLength(1);
});

test('in direct messages, whose address is nobody else’s', async () => {
  await h.say('@sarah', '/restart api', { room: 'D024BE7LH', incidentId: 1 });
  expect(await inThread(/waits for approval/)).toEqual([
    '@sarah: /restart api — plan #1 waits for approval in direct messages',
  ]);
});

test('asked in the thread, and denied in the main box: one line of the denial', async () => {
  await h.say('@sarah', '/restart api', { incidentId: 1 });
  expect(await inThread(/waits for approval/)).toEqual([]);
  await h.say('@sarah', '/deny 1 not now', { room: '#ops-critical' });
  expect(await inThread(/@sarah denied it: not now/)).toHaveLength(1);
});

test('all of it in the thread: no word of it twice', async () => {
  await h.say('@sarah', '/restart api', { incidentId: 1 });
  await h.say('@mike', '/approve 1', { incidentId: 1 });
  await h.advance(10 * 60_000);
  expect(await inThread(/waits for approval/)).toEqual([]);
  expect(await inThread(/approved by/)).toHaveLength(1);
  expect(await inThread(/^Done: /)).toHaveLength(1);
  expect(await inThread(/after: /)).toHaveLength(1);
});

test('one that nobody answered', async () => {
  await h.say('@sarah', '/restart api', RANDOM);
  await h.advance(6 * 3_600_000);
  expect(await inThread(/expired unanswered/)).toHaveLength(1);
});

test('a note of somebody in another room', async () => {
  await h.say('@sarah', '/incident note 1 the cache was cold', RANDOM);
  expect(await inThread(/noted/)).toEqual(['@sarah noted\nthe cache was cold']);
  await h.say('@sarah', '/incident note the cache is warm', { incidentId: 1 });
  expect(await inThread(/the cache is warm/)).toEqual([]);
});

test('what is about no incident stands in no thread', async () => {
  await h.alert({ title: 'web down', service: 'web' });
  await h.say('@sarah', '/restart api', RANDOM);
  expect((await h.store.read.plans.find(1))?.incidentId).toBeNull();
  expect(await inThread(/waits for approval/)).toEqual([]);
});
