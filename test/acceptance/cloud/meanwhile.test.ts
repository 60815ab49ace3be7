// What changed between the card and the yes: the plan is not run, and says what changed.
import { expect, test } from 'vitest';
import { deployed } from '../../sources/github/repository.ts';
import { type Shop, startShop } from './shop.ts';

// One daemon for all three: to read AWS's own library costs each of them as much as the rest of its test.
test('the yes is void where a capacity, a writer or a deploy moved after the card', {
  timeout: 120_000,
}, async () => {
  const shop = await startShop();
  await shop.start();
  await capacityMoved(shop);
  await writerMoved(shop);
  await deployStarted(shop);
});

/** A fresh plan is offered. */
async function capacityMoved(shop: Shop): Promise<void> {
  const asked = await shop.chat('/scale api 4');
  shop.group.desired = 3;
  await shop.run('approve', asked.number);
  await shop.recorded(/Scale api from 3 to 4/);
  expect(shop.aws.requests.filter(({ action }) => /SetDesired|UpdateAuto/.test(action))).toEqual([]);
}

async function writerMoved(shop: Shop): Promise<void> {
  const asked = await shop.chat('/db-failover orders-db');
  shop.database.writer = 'orders-2';
  await shop.approveTyped(asked.number, 'orders-db');
  await shop.recorded(/orders-2 to orders-1/);
  expect(shop.aws.inputs('rds:FailoverDBCluster')).toEqual([]);
}

async function deployStarted(shop: Shop): Promise<void> {
  const asked = await shop.chat('/rollback #492');
  expect(asked.code).toBe(5);
  deployed(shop.repository, {
    number: 493,
    message: 'fix: cache TTL once more',
    login: 'zoe',
    at: Date.now(),
    states: ['in_progress'],
  });
  await shop.run('approve', asked.number);
  await shop.recorded('#493');
  expect(shop.github.changing()).toEqual([]);
  // Asked again while it runs: two deploys at once are refused.
  const again = await shop.chat('/rollback #492');
  expect(again.code).toBe(4);
  expect(again.stdout).toContain('493');
}
