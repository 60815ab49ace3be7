// The script of examples/ through the real launcher, on an empty state folder. Needs `npm run build`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Resource } from '../../../src/domain/resource.ts';
import { runCli } from '../run-cli.ts';

const root = resolve(import.meta.dirname, '../../..');
const script = join(root, 'examples', 'seed-commands.sh');
const text = readFileSync(script, 'utf8');
/** What a shell would hand over: every line of the script is made of bare words and double quotes. */
const lines = text
  .slice(text.indexOf('\nopenclaw ') + 1)
  .split(/\n\n(?=openclaw )/)
  .map((command) => shellWords(command).slice(1));

let folder: string;
let ran: { stdout: string; stderr: string };
const state = () => join(folder, 'state');
const show = (kind: string, name: string, ...more: string[]) =>
  runCli([kind, 'show', name, ...more], { stateDir: state() });

beforeAll(async () => {
  if (!existsSync(join(root, 'dist', 'cli.cjs'))) throw new Error('dist is missing: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'openclaw-seed-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'openclaw'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'openclaw.js')}' "$@"\n`,
  );
  chmodSync(join(bin, 'openclaw'), 0o755);
  ran = await promisify(execFile)('bash', [script], {
    env: {
      ...process.env,
      HOME: folder,
      OPENCLAW_STATE_DIR: state(),
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the script is the promise, to the byte: whoever changes it changes what was promised', () => {
  expect(
    createHash('sha256')
      .update(text.slice(text.indexOf('\nopenclaw ') + 1))
      .digest('hex'),
  ).toBe('0fde75842f110a4164e8f5094a5cdcaa5d22a47d44e9c9ddd6406901d969f80c');
});

test('every line runs, in its order, with exit code 0', () => {
  expect(ran.stdout.match(/^✓ .*$/gm)).toEqual([
    '✓ added command "rollback" (id 2)',
    '✓ added command "scale" (id 3)',
    '✓ added command "restart" (id 4)',
    '✓ added command "logs" (id 5)',
    '✓ added command "metrics" (id 6)',
    '✓ changed agent "DevOps Monitor" (id 1)',
    '✓ added auto-fix "Disk Cleanup" (id 7)',
    '✓ added auto-fix "Service Restart on OOM" (id 8)',
    '✓ added command "flush-cache" (id 9)',
    '✓ added command "db-failover" (id 10)',
    '✓ added escalation "Default" (id 11)',
    '✓ added alert-route "Critical" (id 12)',
  ]);
  expect(ran.stderr).not.toContain('error');
});

describe('show prints back what was typed', () => {
  test.each(lines.map((words) => [words.slice(0, 3).join(' '), words] as const))(
    '%s …',
    async (_title, words) => {
      const [kind = '', verb = ''] = words;
      const name = verb === 'edit' ? (words[2] ?? '') : flag(words, '--name');
      const { stdout, code } = await show(kind, name);
      expect(code).toBe(0);
      for (const long of ['--message', '--append-message', '--action']) {
        if (words.includes(long)) expect(stdout).toContain(`${flag(words, long)}\n`);
      }
      for (const short of [
        '--trigger',
        '--to',
        '--condition',
        '--notify',
        '--cooldown',
        '--max-runs',
        '--approval',
      ]) {
        if (words.includes(short))
          expect(stdout).toMatch(
            new RegExp(`^${short.slice(2)} +${flag(words, short).replace(/[/#%=.>]/g, '\\$&')}$`, 'm'),
          );
      }
    },
  );
});

test('both fixes are compiled to typed steps that may run by themselves', async () => {
  const spec = async (name: string) =>
    ((await show('auto-fix', name, '--json')).json() as Resource<'auto-fix'>).spec;
  expect(await spec('Disk Cleanup')).toMatchObject({
    approval: 'auto',
    maxRuns: '3 per day',
    steps: [
      { capability: 'disk.prune-docker', args: {} },
      { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 } },
      { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 } },
    ],
    stepsDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  expect(await spec('Service Restart on OOM')).toMatchObject({
    approval: 'auto',
    cooldownMs: 1_800_000,
    steps: [{ capability: 'services.restart', args: { mode: 'rolling' } }],
  });
});

test('each timeout belongs to the level before it, and the order of sources is kept', async () => {
  expect((await show('escalation', 'Default', '--json')).json()).toMatchObject({
    spec: {
      levels: [
        { target: 'on-call', timeoutMs: 300_000 },
        { target: 'team-lead', timeoutMs: 900_000 },
        { target: 'engineering-manager', timeoutMs: 1_800_000 },
      ],
    },
  });
  expect((await show('command', 'rollback', '--json')).json()).toMatchObject({
    spec: { sources: ['GitHub', 'AWS Production'], announce: true, channel: 'slack', to: '#ops-critical' },
  });
});

test('the configuration exports and applies to an empty state folder as the same', async () => {
  const { stdout: exported } = await runCli(['export'], { stateDir: state() });
  const other = join(folder, 'other');
  expect((await runCli(['apply', '-f', '-'], { stateDir: other, stdin: exported })).code).toBe(0);
  expect((await runCli(['export'], { stateDir: other })).stdout).toBe(exported);
  expect((await runCli(['apply', '-f', '-'], { stateDir: state(), stdin: exported })).stdout).toContain(
    'no change',
  );
});

function flag(words: readonly string[], name: string): string {
  return words[words.indexOf(name) + 1] ?? '';
}

function shellWords(command: string): string[] {
  return Array.from(
    command
      .replaceAll('\\\n', '')
      .trim()
      .matchAll(/"([^"]*)"|(\S+)/g),
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
}
