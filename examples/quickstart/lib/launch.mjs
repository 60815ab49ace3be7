// Starts and stops the supervisor. Stopping goes through the control port; a signal is the second way,
// and only to a process that /proc proves to be ours.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { call } from './client.mjs';
import { ShopError } from './errors.mjs';
import { isAlive, isOurSupervisor, processStart } from './process-identity.mjs';
import { makeFolders, pathsOf, readState, removeState } from './state.mjs';

const program = fileURLToPath(new URL('./supervisor.mjs', import.meta.url));
const startLimitMs = 20_000;
const staleLockMs = 30_000;

/** Starts the shop in dir, or says that it runs already. Answers { answer, child }; child is null when it ran already. */
export async function startShop(dir, { instances, release, traffic, attached }) {
  const port = readPort(process.env.SHOP_PORT);
  makeFolders(dir);
  const unlock = lockStart(dir);
  try {
    const running = await call(dir, 'hello', {}, { timeoutMs: 3_000 }).catch(() => null);
    if (running) return { answer: { ...running, already: true }, child: null };
    const left = readState(dir);
    if (left && isOurSupervisor(left)) {
      throw new ShopError('failed', `the supervisor ${left.pid} runs but does not answer`, 'shopctl stop');
    }
    const child = launch(dir, { port, instances, release, traffic, attached: attached === true });
    return { answer: { ...(await untilReady(child)), already: false }, child };
  } finally {
    unlock();
  }
}

/** Answers { stopped } : false where nothing ran. */
export async function stopShop(dir) {
  const state = readState(dir);
  if (!state) return { ok: true, stopped: false };
  const asked = await call(dir, 'stop', {}, { timeoutMs: 5_000 }).then(
    () => true,
    () => false,
  );
  if (!asked) {
    if (!isOurSupervisor(state)) {
      removeState(dir, state.pid);
      return { ok: true, stopped: false };
    }
    process.kill(state.pid, 'SIGTERM');
  }
  if (!(await gone(state, 15_000))) {
    // Its children end by themselves when it does.
    if (isOurSupervisor(state)) process.kill(state.pid, 'SIGKILL');
    if (!(await gone(state, 5_000))) {
      throw new ShopError(
        'failed',
        `the supervisor ${state.pid} does not end`,
        `look at ${pathsOf(dir).logs}`,
      );
    }
  }
  removeState(dir, state.pid);
  return { ok: true, stopped: true };
}

function launch(dir, { port, instances, release, traffic, attached }) {
  const options = JSON.stringify({ dir, port, instances, release, traffic, attached });
  const errors = openSync(join(pathsOf(dir).logs, 'supervisor.stderr'), 'w', 0o600);
  const child = spawn(process.execPath, ['--max-old-space-size=64', program, options], {
    detached: true,
    stdio: ['ignore', 'ignore', errors, 'ipc'],
  });
  closeSync(errors);
  return child;
}

function untilReady(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGTERM');
      reject(
        new ShopError(
          'failed',
          `the shop was not ready within ${startLimitMs / 1000} s`,
          'shopctl logs-path',
        ),
      );
    }, startLimitMs);
    child.on('message', (message) => {
      clearTimeout(late);
      if (message.ok) resolve(message);
      else reject(new ShopError(message.error.type, message.error.message, message.error.hint));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(late);
      reject(
        new ShopError('failed', `the supervisor ended at start (${signal ?? code})`, 'shopctl logs-path'),
      );
    });
  });
}

async function gone(state, limitMs) {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const same = state.processStart === null || processStart(state.pid) === state.processStart;
    if (!isAlive(state.pid) || !same) return true;
    await sleep(20);
  }
  return false;
}

/** Two starts at once must not make two shops in one folder. */
function lockStart(dir) {
  const { startLock } = pathsOf(dir);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(startLock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(startLock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isStale(startLock)) break;
      rmSync(startLock, { force: true });
    }
  }
  throw new ShopError('busy', `another start is under way in ${dir}`, 'shopctl status');
}

function isStale(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    return Date.now() - statSync(lock).mtimeMs > staleLockMs || (holder > 1 && !isAlive(holder));
  } catch {
    return true;
  }
}

function readPort(text) {
  if (text === undefined || text === '') return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  // Twelve instances take the ports that follow.
  if (port === 0 || (port >= 1024 && port <= 65_523)) return port;
  throw new ShopError('usage', 'SHOP_PORT must be 0 or a port from 1024 to 65523');
}
