// `openclaw backup` and `restore`, the real program, killed at any step: what stands under a name is whole, the old or
// the new. And what others write meanwhile is never lost.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../../src/store/backup.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { bundle } from '../support/bundle.ts';
import { openclawProgram } from '../support/openclaw.ts';
import { STARTS_AT } from './flow.ts';
import { databaseOf } from './live.ts';
import { inParallel, makeFolder, numbersFrom, sample, withCopy } from './lives.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
const SAMPLE = 3;
const SEED = 43;
/** Kills at any moment, of a state of some megabytes: inside SQLite there are no steps to count. */
const MOMENTS = LONG ? 60 : 2;
const BROKEN = 'broken'.repeat(500);

interface Case {
  what: string;
  args: readonly string[];
  /** The file that is written. */
  target: string;
  old: string;
  new: string;
  arrange?(folder: string): void;
  /** Somebody has the state open and goes on writing, as a daemon does. */
  beside?: true;
}

const CASES: readonly Case[] = [
  {
    what: 'a backup over an older one',
    args: ['backup', 'copy.db', '--yes'],
    target: 'copy.db',
    old: 'one',
    new: 'one,two',
  },
  {
    what: 'a backup beside who writes',
    args: ['backup', 'copy.db', '--yes'],
    target: 'copy.db',
    old: 'one',
    new: 'one,two',
    beside: true,
  },
  {
    what: 'a restore',
    args: ['restore', 'copy.db', '--yes'],
    target: 'openclaw.db',
    old: 'one,two',
    new: 'one',
  },
  {
    what: 'a restore over a damaged state',
    args: ['restore', 'copy.db', '--yes'],
    target: 'openclaw.db',
    old: BROKEN,
    new: 'one',
    arrange(folder) {
      for (const end of ['-wal', '-shm']) rmSync(databaseOf(folder) + end, { force: true });
      writeFileSync(databaseOf(folder), BROKEN);
    },
  },
];

/** With two lines, the second of them still in its log, and a copy with the first. */
let folder: string;
/** As a daemon has it, or whoever types beside it. */
let beside: Store;

beforeAll(async () => {
  folder = makeFolder();
  beside = await openIn(folder);
  await note(beside, 'one');
  await backUp(databaseOf(folder), join(folder, 'copy.db'));
  await note(beside, 'two');
});
afterAll(async () => {
  await beside.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(CASES)('$what', ({ args, target, old, new: renewed, arrange, beside }) => {
  test('killed at any step, leaves the old or the new, whole, and works when it is asked again', async () => {
    const points = await arranged(async (copy) => (await run(args, copy, 0)).points);
    const all = points.map((_, index) => index + 1);
    const tried = LONG ? all : sample(all, SAMPLE, SEED);
    const wrong = await inParallel(tried, 2, (number) =>
      arranged(async (copy) => {
        const { signal } = await run(args, copy, number);
        // Beside who writes a copy begins anew, and how often is chance.
        const sentences = signal === 'SIGKILL' || beside ? wrongIn(copy) : ['it was over before'];
        const again = await run(args, copy, 0);
        if (again.code !== 0 || !isNew(copy))
          sentences.push(`asked again it ended with ${again.code} and ${contentOf(join(copy, target))}`);
        return [...sentences, ...wrongIn(copy)].map(
          (sentence) => `killed at ${number} of ${points.length}, ${points[number - 1]}: ${sentence}`,
        );
      }),
    );
    console.log(`killed at ${tried.length} of ${points.length} points`);
    expect(wrong.flat()).toEqual([]);
  });

  function wrongIn(copy: string): string[] {
    const found = contentOf(join(copy, target));
    const kept = keptIn(copy).map(contentOf);
    const lost = target === 'openclaw.db' && found === renewed && !kept.includes(old);
    return [
      ...(found === old || isNew(copy) ? [] : [`${target} holds ${found}`]),
      ...(lost ? ['what it replaced is kept nowhere'] : []),
      ...kept.filter((each) => each !== old && each !== renewed).map((each) => `a kept copy holds ${each}`),
    ];
  }

  /** Beside who writes: all that there was at one moment of the copying. */
  function isNew(copy: string): boolean {
    const found = contentOf(join(copy, target));
    if (!beside) return found === renewed;
    return found.startsWith(renewed) && contentOf(databaseOf(copy)).startsWith(found);
  }

  function arranged<T>(use: (copy: string) => Promise<T>): Promise<T> {
    return withCopy(folder, async (copy) => {
      arrange?.(copy);
      if (!beside) return use(copy);
      const writing = await writeOn(copy);
      return use(copy).finally(writing.stop);
    });
  }
});

test('a restore of a larger state, killed at any moment, leaves the old or the new', async () => {
  await withCopy(folder, async (large) => {
    const store = await openIn(large);
    const text = 'x'.repeat(1000);
    await store.write(async (tx) => {
      for (let entry = 0; entry < 4000; entry += 1)
        await tx.timeline.add({ incidentId: null, kind: 'system', text });
    });
    await backUp(databaseOf(large), join(large, 'copy.db'));
    await note(store, 'two');
    await store.close();
    const [old, renewed] = [contentOf(databaseOf(large)), contentOf(join(large, 'copy.db'))];
    const args = ['restore', 'copy.db', '--yes'];
    const started = performance.now();
    await withCopy(large, (copy) => run(args, copy, 0));
    const wholeMs = performance.now() - started;
    const random = numbersFrom(SEED);
    const moments = Array.from({ length: MOMENTS }, () => Math.ceil(wholeMs * (0.3 + 0.7 * random())));
    for (const moment of moments) {
      await withCopy(large, async (copy) => {
        await run(args, copy, 0, moment);
        for (const file of [databaseOf(copy), ...keptIn(copy)])
          expect([old, renewed], `${file}, killed after ${moment} ms`).toContain(contentOf(file));
      });
    }
  });
});

test('what is written while a state is replaced is kept with the old or stands in the new', async () => {
  await withCopy(folder, async (copy) => {
    const open = await openIn(copy);
    let over = false;
    const written: string[] = [];
    const writer = async (name: string, write: (text: string) => Promise<void>) => {
      for (let turn = 1; !over; turn += 1) {
        await write(`${name} ${turn}`);
        written.push(`${name} ${turn}`);
      }
    };
    const writers = [
      writer('open all the time', (text) => note(open, text)),
      writer('opened for it', async (text) => {
        const store = await openIn(copy);
        await note(store, text);
        await store.close();
      }),
    ];
    const { code } = await run(['restore', 'copy.db', '--yes'], copy, 0);
    await note(open, 'afterwards');
    over = true;
    await Promise.all(writers);
    await open.close();
    expect(code).toBe(0);
    const found = new Set([databaseOf(copy), ...keptIn(copy)].flatMap((file) => contentOf(file).split(',')));
    expect(written.filter((text) => !found.has(text))).toEqual([]);
    expect(contentOf(databaseOf(copy))).toMatch(/^one,.*afterwards/);
  });
});

/** The program in `copy`; 0: killed at no point. */
async function run(args: readonly string[], copy: string, killAt: number, afterMs?: number) {
  const pointsFile = join(copy, 'points');
  rmSync(pointsFile, { force: true });
  const preload = ['--import', await bundle('test/crash/kill-at.ts')];
  const child = spawn(process.execPath, [...preload, await openclawProgram(), ...args], {
    cwd: copy,
    env: { ...process.env, OPENCLAW_STATE_DIR: copy, KILL_AT: `${killAt}`, POINTS_TO: pointsFile },
    stdio: 'ignore',
    ...(afterMs === undefined ? {} : { timeout: afterMs, killSignal: 'SIGKILL' }),
  });
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const points = existsSync(pointsFile) ? (JSON.parse(readFileSync(pointsFile, 'utf8')) as string[]) : [];
  return { ...ended, points };
}

function openIn(stateDir: string): Promise<Store> {
  return openStore({ file: databaseOf(stateDir), clock: { now: () => STARTS_AT } });
}

/** A line every few milliseconds, until it is stopped. */
async function writeOn(stateDir: string): Promise<{ stop(): Promise<void> }> {
  const store = await openIn(stateDir);
  let over = false;
  const written = (async () => {
    for (let turn = 1; !over; turn += 1) {
      await note(store, `more ${turn}`);
      await pause(10);
    }
  })();
  return {
    async stop() {
      over = true;
      await written;
      await store.close();
    },
  };
}

async function note(store: Store, text: string): Promise<void> {
  await store.write((tx) => tx.timeline.add({ incidentId: null, kind: 'system', text }));
}

/** States that a restore replaced and kept, complete: under their name. */
function keptIn(stateDir: string): string[] {
  return readdirSync(stateDir)
    .filter((name) => /\.before-restore-\w+(?:-\d+)?$/.test(name))
    .map((name) => join(stateDir, name));
}

/** The record, line by line; the bytes of what is no database; what is wrong with it. */
function contentOf(file: string): string {
  if (!existsSync(file)) return 'nothing';
  if (readFileSync(file, { encoding: 'latin1' }).startsWith('broken')) return readFileSync(file, 'utf8');
  const database = new Sqlite(file);
  try {
    const sound = database.pragma('integrity_check', { simple: true });
    if (sound !== 'ok') return String(sound);
    const rows = database.prepare<[], { text: string }>('select text from timeline order by id').all();
    return rows.map(({ text }) => text).join();
  } catch (error) {
    return String(error);
  } finally {
    database.close();
  }
}
