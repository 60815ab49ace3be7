// The real program in processes of its own: built once for what the sources are now, whoever asks first.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as the one JSON document it must be. */
  json(): Record<string, unknown>;
}

export interface RunOptions {
  stateDir: string;
  env?: Record<string, string>;
  stdin?: string | Buffer;
  cwd?: string;
  uid?: number;
}

/** A line of the daemon's log. */
export interface LogLine {
  level: string;
  event: string;
  [more: string]: unknown;
}

export interface Daemon {
  url: string;
  process: ChildProcess;
  /** The first line of this event that was not asked for yet; waits for it. Rejects when the daemon ends before. */
  logged(event: string): Promise<LogLine>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/openclaw-test');
const PUBLISHED = ['bin', 'src', 'package.json', 'build.mjs', 'peggy-plugin.mjs'];
const OLD_MS = 60 * 60_000;

let program: Promise<string> | undefined;

/** The path of `bin/openclaw.js` beside a build of the sources as they are; never touches the project's own dist. */
export function openclawProgram(): Promise<string> {
  program ??= buildOnce();
  return program;
}

export async function runOpenclaw(args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = start(await openclawProgram(), args, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin ?? '');
  const { code } = await untilEnded(child);
  const [out, talk] = [await stdout, await stderr];
  return {
    code,
    stdout: out,
    stderr: talk,
    json: () => JSON.parse(out) as Record<string, unknown>,
  };
}

/** A daemon without a terminal, on a free port, gone when the test ends. */
export async function startDaemon(options: RunOptions): Promise<Daemon> {
  const child = start(
    await openclawProgram(),
    ['run', '--no-chat', '--log-json', '--listen', '127.0.0.1:0'],
    options,
  );
  const ended = untilEnded(child);
  child.stdin?.end();
  child.stdout?.resume();
  const lines: LogLine[] = [];
  const text: string[] = [];
  let look = () => {};
  if (child.stderr === null) throw new Error('no standard error');
  createInterface({ input: child.stderr }).on('line', (line) => {
    text.push(line);
    if (line.startsWith('{')) lines.push(JSON.parse(line) as LogLine);
    look();
  });
  const logged: Daemon['logged'] = (event) =>
    new Promise((found, missed) => {
      look = () => {
        const index = lines.findIndex((line) => line.event === event);
        const [line] = index < 0 ? [] : lines.splice(index, 1);
        if (line) found(line);
      };
      void ended.then(({ code }) => {
        look();
        missed(new Error(`the daemon ended with ${code}, and never logged ${event}:\n${text.join('\n')}`));
      });
      look();
    });
  const stop: Daemon['stop'] = (signal) => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(async () => {
    await stop('SIGKILL');
  });
  return { url: String((await logged('listening')).url), process: child, logged, ended, stop };
}

function start(bin: string, args: readonly string[], { stateDir, env, cwd, uid }: RunOptions): ChildProcess {
  return spawn(process.execPath, [bin, ...args], {
    cwd: cwd ?? dirname(stateDir),
    stdio: 'pipe',
    env: { PATH: process.env.PATH ?? '', HOME: dirname(stateDir), OPENCLAW_STATE_DIR: stateDir, ...env },
    ...(uid === undefined ? {} : { uid }),
  });
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function untilEnded(child: ChildProcess): Daemon['ended'] {
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => ended({ code, signal }));
  });
}

async function buildOnce(): Promise<string> {
  const home = join(cache, `program-${contentHash()}`);
  const bin = join(home, 'bin/openclaw.js');
  if (existsSync(bin)) return bin;
  mkdirSync(cache, { recursive: true });
  removeOld();
  const part = mkdtempSync(join(cache, 'building-'));
  // Tests run it as other users too.
  chmodSync(part, 0o755);
  for (const path of PUBLISHED) cpSync(join(root, path), join(part, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(part, 'node_modules'));
  const child = spawn(process.execPath, ['build.mjs'], { cwd: part, stdio: ['ignore', 'pipe', 'pipe'] });
  const talk = collect(child.stderr);
  child.stdout?.resume();
  const { code } = await untilEnded(child);
  // A build has nothing to say.
  if (code !== 0 || (await talk) !== '') throw new Error(`the build failed: ${await talk}`);
  try {
    renameSync(part, home);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another test file was first.
    if (!existsSync(bin)) throw error;
  }
  return bin;
}

function contentHash(): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of PUBLISHED) {
    const absolute = join(root, path);
    const files = statSync(absolute).isDirectory()
      ? readdirSync(absolute, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [absolute];
    for (const file of files) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  for (const name of readdirSync(cache)) {
    if (!/^(?:program|building)-/.test(name)) continue;
    const path = join(cache, name);
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > OLD_MS)
      rmSync(path, { recursive: true, force: true });
  }
}
