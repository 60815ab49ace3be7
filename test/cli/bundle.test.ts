import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openclawProgram } from '../support/openclaw.ts';
import { temporaryStateDir } from './run-cli.ts';

const root = resolve(import.meta.dirname, '../..');

interface Output {
  bytes: number;
  inputs: Record<string, number>;
}

/** A copy of what is published, built from what the sources are now: what is spoiled here is nobody else's. */
let folder: ReturnType<typeof temporaryStateDir>;
let home: string;

beforeAll(async () => {
  folder = temporaryStateDir();
  home = join(folder.stateDir, 'package');
  const built = resolve(await openclawProgram(), '../..');
  for (const path of ['bin', 'dist', 'package.json'])
    cpSync(join(built, path), join(home, path), {
      recursive: true,
      filter: (from) => basename(from) !== '.cache',
    });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
});
afterAll(() => folder.remove());

function openclaw(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [join(home, 'bin/openclaw.js'), ...args], {
    cwd: folder.stateDir,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', OPENCLAW_STATE_DIR: join(folder.stateDir, 'state'), ...env },
  });
}

describe('what the command line is built from', () => {
  const cli = () =>
    (JSON.parse(readFileSync(join(home, 'dist/meta.json'), 'utf8')) as { cli: Record<string, Output> }).cli;

  test('nothing that only the daemon, a prompt or a file of YAML needs', () => {
    const inputs = Object.values(cli()).flatMap((output) => Object.keys(output.inputs));
    expect(inputs.length).toBeGreaterThan(50);
    const unwanted =
      /^src\/(?:daemon|engine|http|channels|sources|planners)\/|node_modules\/(?:hono|@hono|@inquirer|yaml|zod|luxon)\//;
    expect(inputs.filter((input) => unwanted.test(input))).toEqual([]);
  });

  test('as characters that are bytes, which is how the launcher reads it', () => {
    for (const name of ['cli.cjs', 'kysely.cjs']) {
      const bytes = readFileSync(join(home, 'dist', name));
      expect(bytes.length).toBeGreaterThan(10_000);
      expect(bytes.findIndex((byte) => byte > 127)).toBe(-1);
    }
  });

  test('and reads a head of the record as the source does', () => {
    const { status, stderr } = openclaw(['incident', 'verify', '--head', '902332dfcf52']);
    expect(stderr).not.toContain('hexadecimal');
    expect(status).not.toBe(2);
  });

  test('so that it stays small', () => {
    const bytes = Object.values(cli()).reduce((sum, output) => sum + output.bytes, 0);
    expect(bytes).toBeLessThan(800_000);
  });
});

describe('the launcher', () => {
  test('says the version without anything else', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(openclaw(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(JSON.parse(openclaw(['--version', '--json']).stdout)).toEqual({ text: version });
  });

  test('prints the help that the program would print', () => {
    expect(openclaw(['--help'])).toMatchObject({ status: 0, stdout: openclaw(['help']).stdout, stderr: '' });
    expect(openclaw(['-h']).stdout).toBe(openclaw([]).stdout);
  });

  test('runs a command on a real state folder, the second time from its code cache', () => {
    const cache = join(home, 'dist/.cache');
    const first = openclaw(['status', '--json']);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    const files = readdirSync(cache).filter((name) => name.includes('status'));
    expect(files.map((name) => name.split('-')[0]).sort()).toEqual(['cli', 'kysely']);
    expect(openclaw(['status', '--json'])).toMatchObject({ status: 0, stdout: first.stdout });
    for (const file of files) writeFileSync(join(cache, file), 'not a cache');
    expect(openclaw(['status', '--json'])).toMatchObject({ status: 0, stdout: first.stdout, stderr: '' });
  });

  test('gives the exit code of an error and its text', () => {
    const { status, stdout, stderr } = openclaw(['incident', 'show', '9']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('there is no incident #9');
  });

  test('replays without a state folder', () => {
    const { status, stderr } = openclaw(['replay', join(home, 'package.json')], {
      OPENCLAW_STATE_DIR: '/dev/null/none',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('error: this is no export of an incident');
  });

  test('is quiet when the reader goes away', () => {
    const node = JSON.stringify(process.execPath);
    const bin = JSON.stringify(join(home, 'bin/openclaw.js'));
    const { stderr, stdout } = spawnSync('sh', ['-c', `${node} ${bin} --help | true; echo end`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('end\n');
  });

  test('without a build says how to make one', () => {
    const bare = join(folder.stateDir, 'bare');
    cpSync(join(root, 'bin'), join(bare, 'bin'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [join(bare, 'bin/openclaw.js'), 'status'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toBe('error: openclaw is not built yet\nhint: npm run build\n');
    expect(existsSync(join(bare, 'dist'))).toBe(false);
  });

  test('without the SQLite binary says how to get it', () => {
    const lonely = join(folder.stateDir, 'lonely');
    for (const path of ['bin', 'dist', 'package.json'])
      cpSync(join(home, path), join(lonely, path), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [join(lonely, 'bin/openclaw.js'), 'status'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', OPENCLAW_STATE_DIR: join(folder.stateDir, 'state') },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('npm rebuild better-sqlite3');
  });
});
