// Prints what a start costs, and a running daemon. It asserts nothing: numbers depend on the machine.
// Each command is timed right after `node -e 0`, in turn; the ratio of a pair is what the load cannot bend.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const openclaw = fileURLToPath(new URL('../../bin/openclaw.js', import.meta.url));
const rounds = Number(process.env.BENCH_ROUNDS ?? 61);
const stateDir = mkdtempSync(join(tmpdir(), 'openclaw-bench-'));
// Certificates of NODE_EXTRA_CA_CERTS are read at every start of Node, which would flatter the ratios.
const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...environment } = process.env;
const env = { ...environment, OPENCLAW_STATE_DIR: stateDir };

const commands = [
  { name: '--version', goal: 1.3, args: () => ['--version'] },
  { name: '--help', goal: 1.3, args: () => ['--help'] },
  { name: 'command list', goal: 1.6, args: () => ['command', 'list'] },
  {
    name: 'command add',
    goal: 1.6,
    args: (round) => ['command', 'add', '--name', `b${round}`, '--trigger', `/b${round}`, '--message', 'x'],
    after: (round) => ['command', 'remove', `b${round}`, '--yes'],
  },
];

try {
  benchStart();
  await benchDaemon();
} finally {
  rmSync(stateDir, { recursive: true, force: true });
}

function benchStart() {
  for (const { args, after } of commands) {
    timed([openclaw, ...args('warm')]);
    if (after) timed([openclaw, ...after('warm')]);
  }
  const pairs = commands.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    commands.forEach(({ args, after }, index) => {
      const base = timed(['-e', '0']);
      const own = timed([openclaw, ...args(round)]);
      pairs[index].push({ base, own, ratio: own / base });
      if (after) timed([openclaw, ...after(round)]);
    });
  }
  console.log(`start-up, ${rounds} interleaved pairs with node -e 0 (medians)`);
  commands.forEach(({ name, goal }, index) => {
    const of = (key) => median(pairs[index].map((pair) => pair[key]));
    print(
      name,
      `${of('ratio').toFixed(2)} x`,
      `goal ${goal}`,
      `${of('own').toFixed(1)} ms to ${of('base').toFixed(1)} ms`,
    );
  });
}

async function benchDaemon() {
  const startedAt = performance.now();
  const args = [openclaw, 'run', '--no-chat', '--log-json', '--listen', '127.0.0.1:0'];
  const daemon = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  try {
    const listening = await firstLine(daemon, /listening/i);
    if (listening === null) return print('daemon', 'did not start', '', '');
    print('start to listening', `${(performance.now() - startedAt).toFixed(0)} ms`, 'goal 1000 ms', '');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const kilobytes = residentKilobytes(daemon.pid);
    const shown = kilobytes === null ? 'not known here' : `${(kilobytes / 1024).toFixed(0)} MB`;
    print('idle resident memory', shown, 'goal 90 MB', 'after 10 s');
  } finally {
    daemon.kill('SIGTERM');
    await ended;
  }
}

/** Null: it ended, or 20 s went by, without such a line. */
function firstLine(child, pattern) {
  return new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => resolve(null), 20_000);
    const look = (chunk) => {
      text += chunk;
      if (pattern.test(text)) resolve(text);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => resolve(null));
    child.once('exit', () => clearTimeout(timer));
  });
}

function residentKilobytes(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(stdout) || null;
  }
}

function timed(args) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function print(name, value, goal, detail) {
  console.log(`  ${name.padEnd(22)}${value.padStart(12)}   ${goal.padEnd(14)}${detail}`.trimEnd());
}
