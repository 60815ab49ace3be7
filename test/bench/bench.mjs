// Prints what a start costs, and a running daemon. It asserts nothing: numbers depend on the machine.
// Each command is timed right after `node -e 0`, in turn; the ratio of a pair is what the load cannot bend.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ended, environmentFor, median, megabytes, openclaw, print, startDaemon } from './daemon.mjs';

const rounds = Number(process.env.BENCH_ROUNDS ?? 61);
const stateDir = mkdtempSync(join(tmpdir(), 'openclaw-bench-'));
const env = environmentFor(stateDir);

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
  const { child, pid, tookMs } = await startDaemon(env);
  try {
    print('start to listening', `${tookMs.toFixed(0)} ms`, 'goal 1000 ms');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    print('idle resident memory', `${megabytes(pid)} MB`, 'goal 90 MB', 'after 10 s');
  } finally {
    child.kill('SIGTERM');
    await ended(child);
  }
}

function timed(args) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}
