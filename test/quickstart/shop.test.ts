// The shop of the quickstart: that release 492 really breaks it and a rollback really fixes it.
import { afterEach, expect, test } from 'vitest';
import { untilWithin } from '../support/until.ts';
import { ask, closeAll, openShop, type Shop, status } from './shopctl.ts';

afterEach(closeAll);

type Totals = { requestsTotal: number; errorsTotal: number };

/** The share of errors among the next count answers that the balancer gives to anybody. */
async function errorRate(shop: Shop, count: number): Promise<number> {
  const traffic = async () => (await ask(shop, 'health')).traffic as Totals;
  const before = await traffic();
  const after = await untilWithin(`${count} more requests came`, 30_000, async () => {
    const now = await traffic();
    return now.requestsTotal - before.requestsTotal >= count ? now : null;
  });
  return (after.errorsTotal - before.errorsTotal) / (after.requestsTotal - before.requestsTotal);
}

test('release 492 exhausts the connection pool, and its rollback ends the errors', async () => {
  // As many as visitors and a monitor together.
  const shop = await openShop('--traffic', '47');
  await untilWithin('the cache is warm', 15_000, async () => (await errorRate(shop, 60)) < 0.01);

  const deployed = await shop.ctl('deploy', '492');
  expect(deployed.json).toMatchObject({ ok: true, kind: 'deploy', changed: true, from: 491, to: 492 });
  await untilWithin('errors are above 5%', 20_000, async () => (await errorRate(shop, 40)) > 0.05);
  const rate = await errorRate(shop, 200);
  expect(rate).toBeGreaterThan(0.05);
  expect(rate).toBeLessThan(0.25);

  // A visitor sees it too, with the reason.
  const { url } = await status(shop);
  const visitor = async () => {
    const response = await fetch(`${url}/products/17`, { signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as { error?: string };
    return response.status === 503 ? (body.error ?? '') : null;
  };
  const refusal = await untilWithin('a visitor is refused', 20_000, async () => {
    const visitors = await Promise.all(Array.from({ length: 8 }, visitor));
    return visitors.find((told) => told !== null);
  });
  expect(refusal).toMatch(/^connection pool exhausted \(10\/10 in use, waited \d+ms\)$/);

  const rolledBack = await shop.ctl('rollback', '492', '--key', 'exec-1');
  expect(rolledBack.json).toMatchObject({
    ok: true,
    kind: 'rollback',
    key: 'exec-1',
    repeated: false,
    to: 491,
  });
  await untilWithin('errors are below 1%', 15_000, async () => (await errorRate(shop, 40)) < 0.01);

  const again = await shop.ctl('rollback', '492', '--key', 'exec-1');
  expect(again.json).toMatchObject({
    ok: true,
    repeated: true,
    operation: rolledBack.json.operation,
    to: 491,
  });
  expect((await shop.ctl('operation', 'exec-1')).json).toMatchObject({
    kind: 'rollback',
    state: 'succeeded',
  });
  expect((await shop.ctl('operation', 'exec-2')).json).toMatchObject({ state: 'not-started' });
  expect((await shop.ctl('deploys')).json).toMatchObject([
    { number: 492, author: '@mike', title: 'fix: cache TTL update', rolledBack: true, live: false },
    { number: 491, author: '@ana', status: 'succeeded', rolledBack: false, live: true },
  ]);
});
