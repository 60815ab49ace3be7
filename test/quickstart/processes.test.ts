// The processes of a shop: who starts them again, who ends them, and that nothing is left over.
import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { untilWithin } from '../support/until.ts';
import { app, ask, closeAll, newShop, openShop, pids, readJson, type Shop, status } from './shopctl.ts';

afterAll(closeAll);

const allGone = (list: number[]) =>
  untilWithin('all processes are gone', 10_000, async () => !list.some(isRunning));

const small = ['--traffic', '0', '--instances', '1'];

// Six processes, that go through these in their order.
describe('a shop with visitors', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop('--traffic', '5');
  });

  test('the state file and logs are for their owner alone, and the control port wants the token', async () => {
    const state = readJson(join(shop.dir, 'shop.json'));
    for (const file of ['shop.json', 'history.jsonl', join('logs', 'shop-1.log')]) {
      expect(statSync(join(shop.dir, file)).mode & 0o777).toBe(0o600);
    }
    const answer = await new Promise<string>((resolve, reject) => {
      const options = {
        port: Number(state.controlPort),
        path: '/scale',
        method: 'POST',
        headers: { authorization: 'Bearer no' },
      };
      const outgoing = request({ host: '127.0.0.1', ...options }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      });
      outgoing.once('error', reject).end('{"count":9}');
    });
    expect(JSON.parse(answer)).toMatchObject({ ok: false, error: { type: 'refused' } });
    expect(await app(shop)).toMatchObject({ desired: 2 });
  });

  test('several shops run side by side, and one folder has one shop', async () => {
    const other = await openShop(...small);
    expect((await status(shop)).url).not.toBe((await status(other)).url);
    const again = await Promise.all([shop.ctl('start'), shop.ctl('stop', '--dir', other.dir)]);
    expect(again[0].json).toMatchObject({ already: true, pid: (await status(shop)).pid });

    const fresh = newShop();
    const two = await Promise.all([fresh.ctl('start', ...small), fresh.ctl('start', ...small)]);
    const opened = two.filter((answer) => answer.json.already === false);
    expect(opened).toHaveLength(1);
  });

  // It takes seconds to see that an instance hangs: another shop goes through its own meanwhile.
  test.concurrent('an instance that dies or hangs is replaced, and visitors go to the others meanwhile', async () => {
    const { url } = await status(shop);
    const before = await app(shop);
    const [first, second] = before.instances.map((one) => one.pid ?? 0);
    process.kill(first ?? 0, 'SIGKILL');
    expect((await fetch(`${url}/products/3`)).status).toBe(200);
    process.kill(second ?? 0, 'SIGSTOP');
    const after = await untilWithin('both are replaced', 25_000, async () => {
      const now = await app(shop);
      const fresh = now.instances.every((one) => one.pid !== first && one.pid !== second);
      return now.healthy === 2 && fresh ? now : null;
    });
    expect(after.instances.map((one) => one.name)).toEqual(['shop-1', 'shop-2']);
  });

  test.concurrent('half a line at the end of the history, or a broken state file, does not stop the shop', async () => {
    const shop = await openShop(...small);
    await shop.ctl('deploy', '490');
    await shop.ctl('stop');
    appendFileSync(join(shop.dir, 'history.jsonl'), '{"event":"started","id":"x","ki');
    writeFileSync(join(shop.dir, 'shop.json'), '{"pid":');
    expect((await shop.ctl('start', '--traffic', '0')).json).toMatchObject({ ok: true, release: 490 });
    expect((await shop.ctl('deploy', '491')).json).toMatchObject({ ok: true, to: 491 });
    expect((await shop.ctl('deploys')).json).toMatchObject([
      { number: 491, live: true },
      { number: 490, live: false },
    ]);
  });

  test('the database and the cache come back, and the shop with them', async () => {
    const { url, services } = await status(shop);
    for (const name of ['shop-db', 'shop-cache']) {
      const pid = services.find((one) => one.name === name)?.instances[0]?.pid ?? 0;
      process.kill(pid, 'SIGKILL');
      await untilWithin(`${name} is back`, 10_000, async () => {
        const now = (await status(shop)).services.find((one) => one.name === name);
        return now?.healthy === 1 && now.instances[0]?.pid !== pid;
      });
      await untilWithin('pages come', 10_000, async () => (await fetch(`${url}/products/9`)).ok);
    }
    await untilWithin('the cache fills again', 10_000, async () => {
      await fetch(`${url}/products/9`);
      return Number((await shop.ctl('cache-stats')).json.keys) > 0;
    });
  });

  test('an operation cut short by the death of the supervisor is unknown until the next start, then failed', async () => {
    await shop.ctl('deploy', '492');
    const { pid } = await status(shop);
    const rollback = shop.program('rollback', '492', '--key', 'cut');
    await untilWithin('the rollback has begun', 10_000, async () => {
      return (await ask(shop, 'operation', { key: 'cut' })).state === 'running';
    });
    process.kill(pid, 'SIGKILL');
    // No exit code: with one, shopctl would promise that nothing was changed.
    expect(await rollback).toMatchObject({ code: -1, json: { ok: false, error: { type: 'unknown' } } });
    await allGone([pid]);
    expect((await shop.ctl('operation', 'cut')).json).toMatchObject({ state: 'unknown' });

    await shop.ctl('start', '--traffic', '5');
    expect((await shop.ctl('operation', 'cut')).json).toMatchObject({ state: 'failed' });
    expect(await app(shop)).toMatchObject({ release: 492, healthy: 2 });
    expect((await shop.ctl('rollback', '492', '--key', 'cut')).stderr).toContain(
      'failed before: interrupted',
    );
    expect((await shop.ctl('rollback', '492', '--key', 'cut-2')).json).toMatchObject({ ok: true, to: 491 });
  });

  test('children do not outlive a supervisor that was killed, and the next start goes on as before', async () => {
    await shop.ctl('deploy', '490');
    await shop.ctl('scale', '3');
    const [supervisor, ...children] = await pids(shop);
    expect(children).toHaveLength(6);
    process.kill(supervisor ?? 0, 'SIGKILL');
    await allGone(children);
    expect((await shop.ctl('status')).json).toMatchObject({ running: false });
    expect((await shop.ctl('start', '--traffic', '5')).json).toMatchObject({
      ok: true,
      already: false,
      release: 490,
    });
    expect(await app(shop)).toMatchObject({ desired: 3, healthy: 3, release: 490 });
  });

  test('stop leaves no process, no open port and no state file, and stops once', async () => {
    await shop.ctl('scale', '2');
    const { url } = await status(shop);
    const list = await pids(shop);
    expect(list).toHaveLength(6);
    expect((await shop.program('stop')).json).toEqual({ ok: true, stopped: true });
    await allGone(list);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect(readdirSync(shop.dir).sort()).toEqual(['history.jsonl', 'logs', 'tables']);
    expect((await shop.ctl('stop')).json).toEqual({ ok: true, stopped: false });
    expect((await shop.ctl('status')).json).toMatchObject({ ok: true, running: false, services: [] });
    expect((await shop.ctl('scale', '3')).code).toBe(3);
  });
});

test('an attached shop ends with the one who started it', async () => {
  const shop = newShop();
  const attached = shop.hold('start', '--attached');
  const list = await untilWithin('the shop is open', 15_000, async () => {
    return existsSync(join(shop.dir, 'shop.json')) ? pids(shop) : null;
  });
  attached.kill('SIGKILL');
  await allGone(list);
});

test('stop never signals a stranger that has the recorded pid', async () => {
  const shop = newShop();
  const stranger = {
    pid: process.pid,
    processStart: '1',
    controlPort: 1,
    port: 1,
    token: 'x',
    url: 'http://127.0.0.1:1',
  };
  writeFileSync(join(shop.dir, 'shop.json'), JSON.stringify(stranger));
  expect((await shop.ctl('stop')).json).toEqual({ ok: true, stopped: false });
  expect(isRunning(process.pid)).toBe(true);
});
