// Deploys that go out while an incident is open, and what the last one brought.
import { afterEach, expect, test } from 'vitest';
import { NEW_DEPLOYS_KEY } from '../../src/engine/handlers/new-deploys.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T03:14:00Z');

let harness: Harness;
afterEach(() => harness.close());

const api = () => {
  const found = harness.world.services.get('api');
  if (!found) throw new Error('the world has no api');
  return found;
};
const watchDeploys = () =>
  harness.store.write((tx) => tx.jobs.set('new-deploys', {}, { key: NEW_DEPLOYS_KEY }));
const fire = (service = 'api') =>
  harness.alert({ title: `${service} is failing`, service, severity: 'critical', startsAt: START });
const deploy = (number: string, at: number, status: 'succeeded' | 'in-progress' = 'succeeded') =>
  api().deploys.unshift({ number, author: 'zoe', title: 'feat: more', at, status, rolledBack: false });
const changes = async () => (await harness.timeline(1)).filter((text) => text.startsWith('change:'));

test('each is on the timeline once, whatever happens to the daemon', async () => {
  harness = await createHarness({ at: START });
  await fire();
  await watchDeploys();
  await harness.advance(MINUTE);
  expect(await changes()).toEqual([]);
  deploy('493', harness.clock.now(), 'in-progress');
  await harness.advance(MINUTE);
  await harness.restart();
  await watchDeploys();
  await harness.advance(5 * MINUTE);
  expect(await changes()).toEqual([
    'change: deploy #493 ("feat: more") of api by @zoe, is going out, told by AWS Production',
  ]);
  deploy('494', harness.clock.now());
  await harness.advance(MINUTE);
  expect(await changes()).toHaveLength(2);
});

test('what went out before it began is no news, and after its end nothing is asked', async () => {
  harness = await createHarness({ at: START });
  await fire();
  await watchDeploys();
  await harness.advance(MINUTE);
  await harness.say('sarah', '/incident close');
  await harness.say('sarah', '/approve');
  const [incident] = await harness.store.read.incidents.list(1);
  expect(incident?.state).toBe('resolved');
  deploy('493', harness.clock.now());
  await harness.advance(5 * MINUTE);
  expect(await changes()).toEqual([]);
});

test('a source that does not answer is asked again the next time', async () => {
  harness = await createHarness({ at: START });
  await fire();
  deploy('493', START + 1);
  harness.world.faults.set('deploys.list', 'fail');
  await watchDeploys();
  await harness.settle();
  expect(await changes()).toEqual([]);
  await harness.advance(MINUTE);
  expect(await changes()).toHaveLength(1);
});

test('the investigation lists the commits of the last deploy, five at most', async () => {
  harness = await createHarness({ at: START });
  api().comparison.commits = Array.from({ length: 7 }, (_, index) => ({
    sha: `${index}bc1234def`,
    title: `change ${index}`,
    author: 'mike',
  }));
  await fire();
  const post = (await harness.posts()).find((each) => each.includes('| 🤔')) ?? '';
  expect(post).toContain('Commits of #492:');
  expect(post).toContain('0bc1234 change 0 (@mike)');
  expect(post).toContain('4bc1234 change 4 (@mike)');
  expect(post).not.toContain('change 5');
  expect(post).toContain('and 2 more');
});

test('one commit that is called like its deploy is not said twice', async () => {
  harness = await createHarness({ at: START });
  await fire();
  const post = (await harness.posts()).find((each) => each.includes('| 🤔')) ?? '';
  expect(post).toContain('Last deploy');
  expect(post).not.toContain('Commits of');
});

test('a suspect that is rolled back already is not offered for a rollback', async () => {
  harness = await createHarness({ at: START });
  for (const each of api().deploys) if (each.number === '492') each.rolledBack = true;
  await fire();
  const post = (await harness.posts()).find((each) => each.includes('| 🤔')) ?? '';
  expect(post).toContain('Last deploy');
  expect(post).not.toContain('/rollback #492');
});
