// What the seed's commands must refuse, over the scripted cloud: each no says why and what to do instead.
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { type Shop, startShop } from './shop.ts';

// One daemon for all of it: to read AWS's own library costs each of them as much as the rest of its test.
test('the restart of a database, the rollback of an older deploy and too much capacity are refused', {
  timeout: 120_000,
}, async () => {
  const shop = await startShop();
  await shop.start();
  await databaseIsNotRestarted(shop);
  await olderDeployIsNotRolledBack(shop);
  await tooMuchIsRefused(shop);
  await capCountsFromBefore(shop);
  await moreGoesWithAReason(shop);
});

/** By any of its names. */
async function databaseIsNotRestarted(shop: Shop): Promise<void> {
  for (const name of [
    'orders-db',
    'ORDERS-DB',
    'db-prod-01',
    'orders',
    'rds:orders',
    'orders-1',
    'orders-2',
  ]) {
    const no = await shop.chat(`/restart ${name} --full`);
    expect({ name, code: no.code }).toEqual({ name, code: 4 });
    expect(no.stdout).toContain('orders-db is a database: restarting it drops every connection');
    expect(no.stdout).toContain('Instead: /db-failover orders-db');
  }
  expect(shop.aws.requests.filter(({ action }) => /Reboot|Failover/.test(action))).toEqual([]);
  const nobody = await shop.chat('/restart ghost');
  expect(nobody.stdout).toContain('no service is called "ghost"');
}

async function olderDeployIsNotRolledBack(shop: Shop): Promise<void> {
  const older = await shop.chat('/rollback #491');
  expect(older.code).toBe(4);
  expect(older.stdout).toContain('#492');
  expect(older.stdout).toMatch(/Instead: \/rollback .*#492/);
  expect(shop.github.changing()).toEqual([]);
}

/** More than three times of what there is. */
async function tooMuchIsRefused(shop: Shop): Promise<void> {
  const over = await shop.chat('/scale api 8');
  expect(over.code).toBe(4);
  expect(over.stdout).toContain('8 is over the cap of 6');
  expect(over.stdout).toMatch(/Instead: .*\/scale api 8 --reason/);
}

/** 2, 6, 18: from what there was before we scaled up, not from the last step. */
async function capCountsFromBefore(shop: Shop): Promise<void> {
  const first = await shop.chat('/scale api 6');
  await shop.approve(first.number);
  await until(() => shop.group.desired === 6);
  await shop.recorded('scaled api to 6 instances');
  const second = await shop.chat('/scale api 18');
  expect(second.code).toBe(4);
  expect(second.stdout).toContain('18 is over the cap of 6');
  expect(second.stdout).toContain('--reason');
  expect(shop.group.desired).toBe(6);
}

async function moreGoesWithAReason(shop: Shop): Promise<void> {
  const reasoned = await shop.chat('/scale api 8 --reason "sale at noon"');
  expect(reasoned.code).toBe(5);
  expect(reasoned.stdout).toContain('sale at noon');
  expect(reasoned.stdout).toContain('critical: can hurt');
  await shop.approveTyped(reasoned.number, 'api');
  await until(() => shop.group.desired === 8);
}
