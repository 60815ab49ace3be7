// What the benches share: a real daemon in a folder of its own, and how figures are printed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const openclaw = fileURLToPath(new URL('../../bin/openclaw.js', import.meta.url));

/** Certificates of NODE_EXTRA_CA_CERTS are read at every start of Node, which would flatter ratios to it. */
export function environmentFor(stateDir, more = {}) {
  const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...environment } = process.env;
  return { ...environment, OPENCLAW_STATE_DIR: stateDir, ...more };
}

/** One command to its end. Gives what it printed. */
export async function run(args, env) {
  const child = spawn(process.execPath, [openclaw, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let wrong = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (wrong += chunk));
  const code = await ended(child);
  if (code !== 0) throw new Error(`openclaw ${args.join(' ')} ended with ${code}: ${wrong}`);
  return said;
}

/** Listening. `tookMs`: from its start to that. */
export async function startDaemon(env) {
  const startedAt = performance.now();
  const args = [openclaw, 'run', '--no-chat', '--log-json', '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await new Promise((found, failed) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      if (said.length > 100_000) return;
      said += chunk;
      const at = /"url":"(http:[^"]+)"/.exec(said)?.[1];
      if (at) found(at);
    });
    child.once('exit', (code) => failed(new Error(`the daemon ended with ${code}: ${said}`)));
  });
  return { child, pid: child.pid, url, tookMs: performance.now() - startedAt };
}

export function ended(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });
}

export function megabytes(pid) {
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return Math.round(kilobytes / 1024);
}

/** Of sorted or unsorted values: the one with this share of them below it. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (values) => quantile(values, 0.5);

export function print(what, value, goal, more = '') {
  console.log(`  ${what.padEnd(26)}${String(value).padEnd(30)}${goal.padEnd(17)}${more}`.trimEnd());
}
