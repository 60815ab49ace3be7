// Every change shopctl can make to a running shop, and what it refuses.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { app, ask, closeAll, newShop, open, openShop, type Shop, status, visit } from './shopctl.ts';

afterAll(closeAll);

const releases = fileURLToPath(new URL('../../examples/quickstart/releases', import.meta.url));

// A shop is six processes: each goes through the tests of its group, in their order.
describe('a shop of two instances', () => {
  let shop: Shop;
  let folder = '';

  beforeAll(async () => {
    folder = releasesAndABrokenOne();
    shop = await open(newShop({ SHOP_RELEASES: folder }), '--traffic', '0');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a flush empties the keys of the pattern, and the statistics say so', async () => {
    const { url } = await status(shop);
    for (const id of [1, 2, 11, 12]) await fetch(`${url}/products/${id}`);
    expect((await shop.ctl('cache-stats')).json).toMatchObject({ ok: true, keys: 4, lookups: 4, hitRate: 0 });
    expect((await shop.ctl('cache-stats', 'product:*:1*')).json).toMatchObject({ keys: 3 });
    const some = await shop.ctl('flush-cache', 'product:*:1*', '--key', 'f1');
    expect(some.json).toMatchObject({
      ok: true,
      pattern: 'product:*:1*',
      flushed: 3,
      keysBefore: 4,
      keysAfter: 1,
    });
    expect((await shop.ctl('flush-cache')).json).toMatchObject({ pattern: '*', flushed: 1, keysAfter: 0 });
  });

  test('a release that does not start is not kept, and its deploy is recorded as failed', async () => {
    const failed = await shop.ctl('deploy', '500', '--key', 'd500');
    expect(failed.code).toBe(1);
    expect(failed.json).toMatchObject({ ok: false, error: { type: 'failed' } });
    expect(await app(shop)).toMatchObject({ healthy: 2, release: 491 });
    expect((await shop.ctl('operation', 'd500')).json).toMatchObject({ state: 'failed' });
    expect((await shop.ctl('deploys')).json).toMatchObject([
      { number: 500, status: 'failed', live: false },
      { number: 491, status: 'succeeded', live: true },
    ]);
  });

  test('a rolling restart loses no request, a full restart loses some', async () => {
    const { url } = await status(shop);
    const before = await app(shop);

    const calm = visit(url, { lanes: 3 });
    const rolling = await shop.ctl('restart', '--key', 'r1');
    const kept = await calm.stop();
    expect(rolling.json).toMatchObject({ ok: true, mode: 'rolling', restarted: ['shop-1', 'shop-2'] });
    expect(kept.answered).toBeGreaterThan(10);
    expect(kept.lost).toBe(0);
    const after = await app(shop);
    expect(after.instances.map((one) => one.pid)).not.toEqual(before.instances.map((one) => one.pid));
    expect(after.instances.map((one) => one.url)).toEqual(before.instances.map((one) => one.url));

    const rough = visit(url, { lanes: 3 });
    const full = await shop.ctl('restart', '--mode', 'full');
    const hurt = await rough.stop();
    expect(full.json).toMatchObject({ ok: true, mode: 'full' });
    expect(hurt.lost).toBeGreaterThan(0);
    expect(await app(shop)).toMatchObject({ running: 2, healthy: 2 });
  });

  test('a second change waits for nobody: it is refused while one is under way', async () => {
    const both = await Promise.all([ask(shop, 'restart'), ask(shop, 'restart')]);
    expect(both).toContainEqual(expect.objectContaining({ ok: true, mode: 'rolling' }));
    const busy = {
      type: 'busy',
      message: expect.stringContaining('a restart is under way'),
      hint: expect.any(String),
    };
    expect(both).toContainEqual({ ok: false, error: busy });
  });

  test('scale takes an absolute count, up and down and to nothing, and a restarted shop keeps it', async () => {
    expect((await shop.ctl('scale', '4')).json).toMatchObject({ ok: true, changed: true, from: 2, to: 4 });
    expect(await app(shop)).toMatchObject({ desired: 4, running: 4, healthy: 4 });
    expect((await shop.ctl('scale', '4')).json).toMatchObject({ changed: false, from: 4, to: 4 });
    const third = (await app(shop)).instances[2];
    expect((await shop.ctl('health')).json).toMatchObject({
      service: 'shop',
      desired: 4,
      running: 4,
      healthy: 4,
      release: 491,
      instances: [{ id: 'shop-1', state: 'healthy' }, { id: 'shop-2' }, { id: 'shop-3' }, { id: 'shop-4' }],
    });
    expect((await shop.ctl('health', 'shop-db')).json).toMatchObject({
      desired: 1,
      instances: [{ id: 'db-1' }],
    });
    const answer = await fetch(`${third?.url}/products/5`);
    expect([answer.status, answer.headers.get('x-instance')]).toEqual([200, 'shop-3']);

    await shop.ctl('scale', '1');
    expect(await app(shop)).toMatchObject({ desired: 1, running: 1, healthy: 1 });
    await shop.ctl('stop');
    await shop.ctl('start', '--traffic', '0');
    expect(await app(shop)).toMatchObject({ desired: 1, running: 1 });

    await shop.ctl('scale', '0');
    const { url } = await status(shop);
    expect((await fetch(`${url}/products/5`)).status).toBe(503);
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });
});

describe('a shop of one instance, that began with release 489', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop('--traffic', '0', '--release', '489', '--instances', '1');
  });

  test('a rollback undoes one deploy, the latest, and goes to the newest good one before it', async () => {
    expect((await shop.ctl('rollback', '489')).stderr).toContain(
      'nothing good was deployed before release 489',
    );
    await shop.ctl('deploy', '490');
    await shop.ctl('deploy', '491');

    const several = await shop.ctl('rollback', '490');
    expect(several.code).toBe(4);
    expect(several.stderr).toContain('would undo several deploys');
    expect((await shop.ctl('rollback', '492')).code).toBe(3);

    const drifted = await shop.ctl('rollback', '491', '--to', '489');
    expect(drifted.code).toBe(4);
    expect(drifted.stderr).toContain('would lead to 490, not to 489');
    expect((await shop.ctl('rollback', '491', '--to', '490')).json).toMatchObject({ from: 491, to: 490 });
    expect((await shop.ctl('rollback', '491')).stderr).toContain('rolled back already');
    await shop.ctl('deploy', '492');
    expect((await shop.ctl('rollback', '492')).json).toMatchObject({ to: 490 });
    expect((await shop.ctl('rollback', '490')).json).toMatchObject({ to: 489 });
    expect(await status(shop)).toMatchObject({ release: 489 });

    // Shipped again, a release stands in the list once, as it is now.
    await shop.ctl('deploy', '492');
    const list = (await shop.ctl('deploys')).json as unknown as { number: number; rolledBack: boolean }[];
    expect(list.map(({ number, rolledBack }) => [number, rolledBack])).toEqual([
      [492, false],
      [491, true],
      [490, true],
      [489, false],
    ]);
  });

  test('one key is one operation, for all who use it at once and never for another', async () => {
    await shop.ctl('deploy', '492');
    const both = await Promise.all([
      shop.ctl('rollback', '492', '--key', 'k'),
      shop.ctl('rollback', '492', '--key', 'k'),
    ]);
    expect(both.map((one) => one.code)).toEqual([0, 0]);
    expect(both.map((one) => one.json.repeated).sort()).toEqual([false, true]);
    expect(new Set(both.map((one) => one.json.operation)).size).toBe(1);

    const other = await shop.ctl('restart', '--key', 'k');
    expect(other.code).toBe(4);
    expect(other.stderr).toContain('was used for another operation (rollback)');
    expect((await shop.ctl('rollback', '491', '--key', 'k')).code).toBe(4);
  });
});

test('compare shows the commits and the changed lines between two releases, in both directions', async () => {
  const shop = newShop();
  const { json } = await shop.ctl('compare', '491', '492');
  expect(json).toMatchObject({ ok: true, from: 491, to: 492, direction: 'forward', migrations: [] });
  expect(json.commits).toMatchObject([
    { author: '@mike' },
    { author: '@mike', title: 'fix: cache TTL update' },
  ]);
  expect(json.files).toEqual(['catalog.mjs', 'settings.json']);
  expect(json.changes).toMatchObject([
    { path: 'catalog.mjs', status: 'modified', additions: 1, deletions: 1 },
    { path: 'settings.json', patch: '@@ -1,3 +1,3 @@\n {\n-  "cacheTtlMs": 60000\n+  "cacheTtl": 60\n }' },
  ]);
  const back = (await shop.ctl('compare', '492', '489')).json;
  expect(back).toMatchObject({
    direction: 'backward',
    releases: [{ number: 490 }, { number: 491 }, { number: 492 }],
  });
  expect((await shop.ctl('compare', '491', '777')).code).toBe(3);
  expect(readdirSync(shop.dir)).toEqual([]);
});

function releasesAndABrokenOne(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shop releases '));
  cpSync(releases, folder, { recursive: true });
  mkdirSync(join(folder, '500'));
  const manifest = readFileSync(join(folder, '492', 'release.json'), 'utf8').replace('492', '500');
  writeFileSync(join(folder, '500', 'release.json'), manifest);
  writeFileSync(join(folder, '500', 'settings.json'), '{}');
  writeFileSync(join(folder, '500', 'catalog.mjs'), 'throw new Error("no such module");\n');
  return folder;
}
