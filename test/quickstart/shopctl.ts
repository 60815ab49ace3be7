// Drives real shops through shopctl, each in a folder of its own, and takes all of them down at the end.
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type Answer = {
  code: number;
  stdout: string;
  stderr: string;
  /** The document of --json. */
  json: Record<string, unknown>;
};

export type Shop = {
  dir: string;
  /**
   * One command line, in this process: one of its own costs as much as what it asks for. `start`, from which a shop inherits
   * its environment, is a process always, and in a long run all of them are.
   */
  ctl: (...words: string[]) => Promise<Answer>;
  /** A process of its own. */
  program: (...words: string[]) => Promise<Answer>;
  /** Starts shopctl and leaves it running, its input open. */
  hold: (...words: string[]) => ChildProcess;
};

type Instance = { name: string; state: string; pid: number | null; url: string | null; release: number };
type Service = { name: string; running: number; healthy: number; desired: number; instances: Instance[] };
export type Status = { running: boolean; url: string; pid: number; release: number; services: Service[] };

type RunLine = (
  words: string[],
  context: {
    env: NodeJS.ProcessEnv;
    cwd: string;
    answer: (text: string) => void;
    complain: (text: string) => void;
  },
) => Promise<number | null>;

const program = fileURLToPath(new URL('../../examples/quickstart/shopctl', import.meta.url));
const lib = (name: string) => new URL(`lib/${name}.mjs`, pathToFileURL(program));
const { runLine } = (await import(lib('cli').href)) as { runLine: RunLine };
export const { traffic } = ((await import(lib('size').href)) as { size: { traffic: { products: number } } })
  .size;
const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
const shops: Shop[] = [];
const visitors: ChildProcess[] = [];

export function newShop(env: Record<string, string> = {}): Shop {
  const dir = mkdtempSync(join(tmpdir(), 'shop test '));
  const own = { SHOP_DIR: dir, ...env };
  const shop: Shop = {
    dir,
    ctl: (...words) =>
      LONG || words[0] === 'start' ? runProgram(withJson(words), own) : runHere(withJson(words), own),
    program: (...words) => runProgram(withJson(words), own),
    hold: (...words) => {
      const options = { env: { ...process.env, ...own } };
      return spawn(process.execPath, [program, ...words], {
        ...options,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    },
  };
  shops.push(shop);
  return shop;
}

export async function openShop(...words: string[]): Promise<Shop> {
  return open(newShop(), ...words);
}

export async function open(shop: Shop, ...words: string[]): Promise<Shop> {
  const started = await shop.ctl('start', ...words);
  if (started.code !== 0) throw new Error(started.stderr);
  return shop;
}

export async function closeAll(): Promise<void> {
  for (const child of visitors.splice(0)) child.kill('SIGKILL');
  for (const shop of shops.splice(0)) {
    if (existsSync(join(shop.dir, 'shop.json'))) await shop.ctl('stop');
    rmSync(shop.dir, { recursive: true, force: true });
  }
}

/** As many as a shop has of its own, for one opened with `--traffic 0`: gone when it is taken down, or before, by SIGTERM. */
export function startVisitors({ dir }: Shop, url: string): ChildProcess {
  const options = { ...traffic, name: 'traffic', url, log: join(dir, 'logs', 'traffic.log') };
  const child = fork(lib('traffic'), [JSON.stringify(options)]);
  visitors.push(child);
  return child;
}

/** Asks the supervisor itself, as shopctl does: cheap enough to poll with. */
export async function ask(shop: Shop, verb: string, args = {}): Promise<Record<string, unknown>> {
  const { controlPort, token } = readJson(join(shop.dir, 'shop.json'));
  const response = await fetch(`http://127.0.0.1:${controlPort}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(30_000),
  });
  return (await response.json()) as Record<string, unknown>;
}

export async function status(shop: Shop): Promise<Status> {
  return (await ask(shop, 'status')) as Status;
}

export async function pids(shop: Shop): Promise<number[]> {
  const { pid, services } = await status(shop);
  const children = services.flatMap((service) => service.instances.flatMap((one) => one.pid ?? []));
  return [pid, ...children];
}

export async function app(shop: Shop): Promise<Service> {
  const found = (await status(shop)).services.find((service) => service.name === 'shop');
  if (!found) throw new Error('the status names no app');
  return found;
}

/** Visits pages one after the other, in so many lanes, until stop() is called; says how many were lost. */
export function visit(url: string, { lanes }: { lanes: number }): { stop: () => Promise<Visits> } {
  const visits: Visits = { answered: 0, lost: 0 };
  let going = true;
  const lane = async (first: number) => {
    for (let id = first; going; id = (id % 40) + 1) {
      const good = await fetch(`${url}/products/${id}`, { signal: AbortSignal.timeout(10_000) }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      if (good) visits.answered += 1;
      else visits.lost += 1;
      // A visitor who is refused at once does not hammer.
      await pause(5);
    }
  };
  const all = Promise.all(Array.from({ length: lanes }, (_, index) => lane(index + 1)));
  return {
    stop: async () => {
      going = false;
      await all;
      return visits;
    },
  };
}

export type Visits = { answered: number; lost: number };

const withJson = (words: string[]) => (words.includes('--json') ? words : [...words, '--json']);

async function runHere(words: string[], env: Record<string, string>): Promise<Answer> {
  let [stdout, stderr] = ['', ''];
  const code = await runLine(words, {
    env: { ...process.env, ...env },
    cwd: process.cwd(),
    answer: (text) => {
      stdout += text;
    },
    complain: (text) => {
      stderr += text;
    },
  });
  return { code: code ?? -1, stdout, stderr, json: parse(stdout) };
}

function runProgram(words: string[], env: Record<string, string>): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 40_000 };
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr, json: parse(stdout) });
    });
  });
}

export function readJson(path: string): Record<string, unknown> {
  return parse(readFileSync(path, 'utf8'));
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
