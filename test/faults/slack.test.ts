// Nights with Slack in trouble, each from its seed: nothing that was said is lost, nothing is posted twice, what may be
// a repeat says so. A seed that fails is in the name of its test.
import { expect, onTestFinished, test } from 'vitest';
import { numbersFrom } from '../crash/lives.ts';
import { everyPostIsThere, nothingSaidIsLost, repeatedPagesAreMarked, threadsAreInOrder } from './checks.ts';
import { beginNight, type Night } from './night.ts';
import type { Random } from './trouble.ts';

const MINUTE = 60_000;
const ONE = process.env.OPENCLAW_TEST_SEED;
const SEEDS = ONE
  ? [Number(ONE)]
  : Array.from({ length: process.env.OPENCLAW_TEST_LONG ? 1000 : 6 }, (_, n) => n + 1);
const met = { deaths: 0, troubles: 0, said: 0, posts: 0, repeats: 0 };

test.each(SEEDS)('night %i', async (seed) => {
  const night = await beginNight(seed);
  onTestFinished(() => night.close());
  await live(night, numbersFrom(seed));
  await night.calm();
  const { posts, arrivals } = await night.outcome();
  await nothingSaidIsLost(night.harness, night.said);
  everyPostIsThere(posts, arrivals);
  repeatedPagesAreMarked(posts, arrivals);
  threadsAreInOrder(posts, night.slack);
  const rollbacks = night.harness.world.effects.filter(({ capability }) => capability === 'deploys.rollback');
  expect(rollbacks.length).toBeLessThanOrEqual(1);
  expect((await night.harness.store.read.jobs.counts()).dead).toBe(0);
  met.deaths += night.deaths();
  met.troubles += night.troubles();
  met.said += night.said.length;
  met.posts += posts.length;
  met.repeats += arrivals.filter(({ title }) => title.includes('(possible repeat)')).length;
});

test.skipIf(ONE !== undefined)('those nights were no calm ones', () => {
  expect(met.deaths).toBeGreaterThan(SEEDS.length);
  expect(met.troubles).toBeGreaterThan(5 * SEEDS.length);
  expect(met.repeats).toBeGreaterThan(0);
  expect(met.said).toBeGreaterThan(2 * SEEDS.length);
  if (process.env.OPENCLAW_TEST_LONG) console.info(`${SEEDS.length} nights: ${JSON.stringify(met)}`);
});

async function live(night: Night, random: Random): Promise<void> {
  await night.alert('error rate critical');
  const acts: (() => unknown)[] = [
    () => night.alert('latency critical'),
    () => night.say(`incident note word-${Math.floor(random() * 1e9)}`, true),
    () => night.say(`incident note word-${Math.floor(random() * 1e9)}`, true),
    () => night.say('status'),
    () => night.say('ack', true),
    async () => {
      await night.say('rollback #492', true);
      await night.click('Approve');
    },
    () => night.dropSockets(),
    () => night.die(),
    () => night.outage(Math.floor(random() * 12 * MINUTE)),
    () => night.refusal('token_revoked', Math.floor(random() * 12 * MINUTE)),
    () => night.refusal('is_archived', Math.floor(random() * 12 * MINUTE)),
    () => night.advance(Math.floor(random() * 8 * MINUTE)),
    () => night.advance(Math.floor(random() * 10_000)),
  ];
  const count = 6 + Math.floor(random() * 8);
  for (let n = 0; n < count; n += 1) await acts[Math.floor(random() * acts.length)]?.();
}
