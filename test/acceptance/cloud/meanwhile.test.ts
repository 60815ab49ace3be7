// What changed between the card and the yes: the plan is not run, and says what changed.
import { expect, test } from 'vitest';
import { deployed } from '../../sources/github/repository.ts';
import { startShop } from './shop.ts';

test('a deploy that started after the card voids the rollback', { timeout: 60_000 }, async () => {
  const shop = await startShop();
  await shop.start();
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
});

test('a capacity that moved after the card voids the yes, and a fresh plan is offered', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  await shop.start();
  const asked = await shop.chat('/scale api 4');
  shop.group.desired = 3;
  await shop.run('approve', asked.number);
  await shop.recorded(/Scale api from 3 to 4/);
  expect(shop.aws.requests.filter(({ action }) => /SetDesired|UpdateAuto/.test(action))).toEqual([]);
});

test('another writer after the card voids a failover', { timeout: 60_000 }, async () => {
  const shop = await startShop();
  await shop.start();
  const asked = await shop.chat('/db-failover orders-db');
  shop.database.writer = 'orders-2';
  await shop.approveTyped(asked.number, 'orders-db');
  await shop.recorded(/orders-2 to orders-1/);
  expect(shop.aws.inputs('rds:FailoverDBCluster')).toEqual([]);
});
