// start.mjs, what `npm start` runs: the shop and openclaw live and die as one.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { untilWithin } from '../support/until.ts';
import { readJson } from './shopctl.ts';

const program = fileURLToPath(new URL('../../examples/quickstart/start.mjs', import.meta.url));
let folder = '';
const running: Started[] = [];

interface Started {
  child: ChildProcess;
  /** What it logged so far. */
  said: () => string;
  ended: Promise<number | string>;
}

let first: Started;
let pids: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quick start '));
  first = start();
  pids = await untilOpen(first);
}, 40_000);

afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  // Left early, the shop may still be closing.
  await untilWithin(
    'the shop is closed',
    15_000,
    async () => !existsSync(join(folder, '.quickstart/shop/shop.json')),
  );
  rmSync(folder, { recursive: true, force: true });
}, 40_000);

test('without a terminal it logs JSON, one line an event, and names both addresses', () => {
  const events = first
    .said()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; url?: string });
  expect(events.map(({ event }) => event)).toEqual(['shop-open', 'listening']);
  for (const { url } of events) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('it serves alerts and the shop', async () => {
  const { url } = readJson(join(folder, '.quickstart/ops/daemon.json')) as { url: string };
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const shop = readJson(join(folder, '.quickstart/shop/shop.json')) as { url: string };
  expect((await fetch(`${shop.url}/products/1`)).status).toBe(200);
});

test('a second one in the same folder says so, and the first goes on', async () => {
  const second = start();
  expect(await second.ended).toBe(78);
  expect(second.said()).toMatch(/the quickstart runs already in .*\n.*OPENCLAW_STATE_DIR=.* chat\n$/);
  expect(pids.every(isRunning)).toBe(true);
}, 20_000);

test('SIGTERM ends all of it in good order', async () => {
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(first.said()).toContain('"event":"stopped"');
}, 20_000);

test('killed, it leaves nothing running, and starts again on the same folder', async () => {
  const again = start();
  const its = await untilOpen(again);
  again.child.kill('SIGKILL');
  await again.ended;
  await untilWithin('nothing runs', 15_000, async () => !its.some(isRunning));
}, 60_000);

test('a wanted port that is taken is not asked for', async () => {
  const module = new URL('../../examples/quickstart/lib/free-port.mjs', import.meta.url);
  const { freePort } = (await import(module.href)) as {
    freePort: (wanted: number, options?: { more?: number }) => Promise<number>;
  };
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  expect(await freePort(port)).toBe(0);
  expect(await freePort(port - 1, { more: 1 })).toBe(0);
  await new Promise((closed) => server.close(closed));
  expect(await freePort(port)).toBe(port);
});

function start(): Started {
  const { SHOP_DIR: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, '--listen', '127.0.0.1:0'], {
    cwd: folder,
    env: { ...env, SHOP_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? String(signal))),
  );
  const started = { child, said: () => said, ended };
  running.push(started);
  return started;
}

/** Its own pid and the shop's, once both are open. */
async function untilOpen({ child, said }: Started): Promise<number[]> {
  await untilWithin('it listens', 30_000, async () => said().includes('"event":"listening"'));
  const { pid } = JSON.parse(readFileSync(join(folder, '.quickstart/shop/shop.json'), 'utf8')) as {
    pid: number;
  };
  return [child.pid ?? -1, pid];
}
