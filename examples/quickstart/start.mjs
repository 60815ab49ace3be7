// The quickstart: opens the shop, lays a state folder of its own beside it, and becomes openclaw with chat in
// this terminal. Everything lies in .quickstart below the current folder. The shop never outlives this process.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './lib/free-port.mjs';
import { opsFileFor } from './lib/ops-file.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const fromHere = (path) => relative(process.cwd(), path) || '.';
const openclaw = here('../../bin/openclaw.js');
const shopctl = here('./shopctl');
const folder = resolve('.quickstart');
const shopDir = process.env.SHOP_DIR || join(folder, 'shop');
const stateDir = join(folder, 'ops');
const opsFile = join(folder, 'ops.yaml');
const words = process.argv.slice(2);
const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;

mkdirSync(folder, { recursive: true, mode: 0o700 });
process.env.SHOP_DIR = shopDir;
process.env.OPENCLAW_STATE_DIR = stateDir;
if (isRunning()) {
  process.stderr.write(
    `error: the quickstart runs already in ${folder}\n` +
      `hint: talk to it: OPENCLAW_STATE_DIR=${fromHere(stateDir)} node ${fromHere(openclaw)} chat\n`,
  );
  process.exit(78);
}

// The instances of the shop take the ports that follow its own.
process.env.SHOP_PORT ??= String(await freePort(7480, { more: 4 }));
const shop = spawn(process.execPath, [shopctl, 'start', '--attached', '--json'], {
  stdio: ['pipe', 'pipe', 'inherit'],
  // Ctrl-C is for openclaw alone; the shop closes when its input does: after openclaw ended, or when we die.
  detached: true,
});
const shopEnded = new Promise((ended) => shop.once('exit', ended));
const { url } = await firstAnswer(shop);

const { username, uid } = userInfo();
writeFileSync(opsFile, opsFileFor({ shopDir, url, person: { name: username, uid } }), { mode: 0o600 });
const applied = spawnSync(process.execPath, [openclaw, 'apply', '-f', opsFile], { encoding: 'utf8' });
if (applied.status !== 0) {
  process.stderr.write(`${applied.stdout}${applied.stderr}`);
  process.exitCode = 1;
} else {
  greet();
  await run();
}
// Here nothing runs any more but the shop.
process.once('beforeExit', async () => {
  shop.ref();
  shop.stdin.end();
  await shopEnded;
});
for (const handle of [shop, shop.stdin, shop.stdout]) handle.unref();

/** In this process, so that the two live and die as one, by whatever signal. */
async function run() {
  endWithNpm();
  const listen = words.some((word) => word.startsWith('--listen'))
    ? []
    : ['--listen', `127.0.0.1:${await freePort(7353)}`];
  process.argv = [process.execPath, openclaw, 'run', ...listen, ...words];
  createRequire(import.meta.url)(openclaw);
}

function greet() {
  if (!hasTerminal) {
    const entry = { at: new Date().toISOString(), level: 'info', event: 'shop-open', url, shopDir };
    process.stderr.write(`${JSON.stringify(entry)}\n`);
    return;
  }
  process.stdout.write(
    `The shop is open at ${url}. Break it from another terminal:\n` +
      `  ${fromHere(shopctl)} deploy 492\n` +
      'Its visitors then get errors, and half a minute later the incident appears here.\n\n',
  );
}

/** A signal to `npm start` ends npm or its shell, not always what they run: it is taken as meant for us. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  look.unref();
}

function isRunning() {
  const asked = spawnSync(process.execPath, [openclaw, 'status', '--json'], { encoding: 'utf8' });
  try {
    return JSON.parse(asked.stdout).daemon.running === true;
  } catch {
    return false;
  }
}

async function firstAnswer(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const answer = JSON.parse(line);
    if (!answer.ok) break;
    return answer;
  }
  process.exit(1);
}
