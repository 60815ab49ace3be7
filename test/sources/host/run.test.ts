import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunRequest, runProcess } from '../../../src/sources/host/run.ts';
import { isRunning } from '../../support/is-running.ts';
import { until } from '../../support/until.ts';
import { program, tempFolder } from './support.ts';

const env = { PATH: process.env.PATH ?? '' };

function request(words: string[], more: Partial<RunRequest> = {}): RunRequest {
  return { words, env, signal: new AbortController().signal, timeoutMs: 60_000, onFlood: 'end', ...more };
}

test('words reach the program one by one, whatever is in them', async () => {
  const words = ['a b', '$(id)', '`id`', '*', "'", '"', ';', '--', '', '\\', 'ü'];
  const print = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const end = await runProcess(request([process.execPath, '-e', print, '--', ...words]));
  expect(end).toMatchObject({ kind: 'exited', code: 0, stdout: JSON.stringify(words) });
});

test('a program sees the given environment alone, and nothing on its standard input', async () => {
  const folder = await tempFolder();
  await program(folder, 'tell', 'env | grep -v -E "^(PWD|SHLVL|_)="', 'cat', 'pwd');
  const end = await runProcess(request(['./tell'], { cwd: folder, env: { PATH: env.PATH, TZ: 'UTC' } }));
  const lines = end.kind === 'exited' ? end.stdout.trim().split('\n').sort() : [];
  expect(lines).toEqual([folder, `PATH=${env.PATH}`, 'TZ=UTC'].sort());
});

describe('a program that cannot start says why', () => {
  test('not found', async () => {
    expect(await runProcess(request(['no-such-program']))).toEqual({
      kind: 'not-started',
      why: 'no-such-program was not found',
      aborted: false,
    });
  });
  test('no such folder', async () => {
    const end = await runProcess(request(['sh'], { cwd: '/nowhere/at/all' }));
    expect(end).toMatchObject({ kind: 'not-started', why: 'its folder /nowhere/at/all does not exist' });
  });
  test('not executable', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'plain'), 'text');
    const end = await runProcess(request(['./plain'], { cwd: folder }));
    expect(end).toMatchObject({ kind: 'not-started', why: './plain may not be executed by this user' });
  });
  test('a folder', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'inner'));
    expect(await runProcess(request(['./inner'], { cwd: folder }))).toMatchObject({ kind: 'not-started' });
  });
  test('a NUL in a word', async () => {
    expect(await runProcess(request(['sh', 'a\0b']))).toMatchObject({ kind: 'not-started' });
  });
  test('called off before', async () => {
    const end = await runProcess(request(['sh'], { signal: AbortSignal.abort() }));
    expect(end).toMatchObject({ kind: 'not-started', aborted: true });
  });
});

test('the exit code and the end of stderr are kept', async () => {
  const folder = await tempFolder();
  await program(folder, 'fail', 'yes noise | head -c 100000 >&2', 'echo "the last word" >&2', 'exit 3');
  const end = await runProcess(request(['./fail'], { cwd: folder }));
  expect(end).toMatchObject({ kind: 'exited', code: 3 });
  if (end.kind !== 'exited') return;
  expect(end.stderrTail.length).toBeLessThanOrEqual(4_096);
  expect(end.stderrTail.endsWith('the last word\n')).toBe(true);
});

test('a program killed from outside did not simply fail', async () => {
  const folder = await tempFolder();
  await program(folder, 'shot', 'kill -9 $$');
  expect(await runProcess(request(['./shot'], { cwd: folder }))).toMatchObject({
    kind: 'killed',
    by: 'other',
  });
});

describe('a program that does not end is stopped with everything it started', () => {
  test('at the deadline', async () => {
    const folder = await tempFolder();
    await program(folder, 'hang', 'sleep 600 & echo $! > child', 'wait');
    const abort = new AbortController();
    const running = runProcess(request(['./hang'], { cwd: folder, signal: abort.signal, timeoutMs: 500 }));
    const end = await running;
    expect(end).toMatchObject({ kind: 'killed', by: 'timeout' });
    const child = Number(await readFile(join(folder, 'child'), 'utf8').catch(() => '0'));
    expect(child > 0 && isRunning(child)).toBe(false);
  });

  test('when the caller calls it off, even if it does not listen', async () => {
    const folder = await tempFolder();
    const deaf = "trap '' TERM; echo $$ > inner; while :; do sleep 1; done";
    await program(
      folder,
      'deaf',
      `sh -c "${deaf.replaceAll('$', '\\$')}" &`,
      "trap '' TERM",
      'touch ready',
      'wait',
      'wait',
    );
    const abort = new AbortController();
    const running = runProcess(request(['./deaf'], { cwd: folder, signal: abort.signal }));
    const inner = () => readFile(join(folder, 'inner'), 'utf8').then(Number, () => 0);
    await until(async () => (await inner()) > 0);
    const pid = await inner();
    expect(isRunning(pid)).toBe(true);
    abort.abort();
    expect(await running).toMatchObject({ kind: 'killed', by: 'abort' });
    await until(() => !isRunning(pid));
  });
});

test('output without end is cut at 4 MB: a read is stopped', async () => {
  expect(await runProcess(request(['yes']))).toMatchObject({ kind: 'killed', by: 'flood' });
});

test('a change that talks too much is not stopped half-way', async () => {
  const folder = await tempFolder();
  await program(folder, 'talk', 'yes | head -c 9000000', 'touch done');
  const end = await runProcess(request(['./talk'], { cwd: folder, onFlood: 'drop' }));
  expect(end).toMatchObject({ kind: 'exited', code: 0, flooded: true });
  if (end.kind === 'exited') expect(end.stdout.length).toBe(4 * 1024 * 1024);
  expect(await readFile(join(folder, 'done'), 'utf8')).toBe('');
});

test('a server left behind by a program that ended neither holds the call nor is stopped', async () => {
  const folder = await tempFolder();
  await program(folder, 'start', 'sleep 600 &', 'echo $!');
  const end = await runProcess(request(['./start'], { cwd: folder, onFlood: 'drop' }));
  expect(end).toMatchObject({ kind: 'exited', code: 0 });
  const pid = end.kind === 'exited' ? Number(end.stdout) : 0;
  expect(isRunning(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('bytes that are no text do not break it', async () => {
  const folder = await tempFolder();
  await program(folder, 'noise', 'head -c 100000 /dev/urandom', 'head -c 100000 /dev/urandom >&2', 'exit 1');
  expect(await runProcess(request(['./noise'], { cwd: folder }))).toMatchObject({ kind: 'exited', code: 1 });
});
