// The quickstart: opens the shop, lays a state folder of its own beside it, and runs openclaw with chat in
// this terminal. Everything lies in .quickstart below the current folder. The shop never outlives this process.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { opsFileFor } from './lib/ops-file.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const openclaw = here('../../bin/openclaw.js');
const folder = resolve('.quickstart');
const shopDir = process.env.SHOP_DIR || join(folder, 'shop');
const stateDir = join(folder, 'ops');
const opsFile = join(folder, 'ops.yaml');
const env = { SHOP_PORT: '7480', ...process.env, SHOP_DIR: shopDir, OPENCLAW_STATE_DIR: stateDir };

mkdirSync(folder, { recursive: true, mode: 0o700 });
const shop = spawn(process.execPath, [here('./shopctl'), 'start', '--attached', '--json'], {
  env,
  stdio: ['pipe', 'pipe', 'inherit'],
  // Ctrl-C is for openclaw alone; the shop closes when its input does: after openclaw ended, or when we die.
  detached: true,
});
process.on('SIGINT', () => {});
const { url } = await firstAnswer(shop);

writeFileSync(opsFile, opsFileFor({ shopDir, url }), { mode: 0o600 });
const applied = spawnSync(process.execPath, [openclaw, 'apply', '-f', opsFile], { env, encoding: 'utf8' });
if (applied.status !== 0) {
  process.stderr.write(`${applied.stdout}${applied.stderr}`);
  await close(1);
}
if (process.stdout.isTTY) {
  process.stdout.write(`The shop is open at ${url}. Break it from another terminal:\n`);
  process.stdout.write('  examples/quickstart/shopctl deploy 492\n\n');
}
const daemon = spawn(process.execPath, [openclaw, 'run', ...process.argv.slice(2)], {
  env,
  stdio: 'inherit',
});
process.on('SIGTERM', () => daemon.kill('SIGTERM'));
daemon.on('exit', (code) => close(code ?? 1));

async function firstAnswer(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const answer = JSON.parse(line);
    if (!answer.ok) break;
    return answer;
  }
  process.exit(1);
}

async function close(code) {
  shop.stdin.end();
  if (shop.exitCode === null) await new Promise((resolve) => shop.once('exit', resolve));
  process.exit(code);
}
