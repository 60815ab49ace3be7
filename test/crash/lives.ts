// Folders and children: a prepared folder is copied for each kill, and a child lives and dies in it.
import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { bundle } from '../support/bundle.ts';
import { makeMemoryFolder } from '../support/memory-folder.ts';
import type { Flow } from './flow.ts';
import { live, prepare } from './live.ts';

export interface Death {
  /** Null: it was not killed, and went through the flow. */
  signal: string | null;
  /** Names of the points of a life that went through. */
  points: string[];
}

/** In memory where there is such a place: a SIGKILL does not lose what was written, so no disk has to be waited for. */
export function makeFolder(): string {
  return makeMemoryFolder('crash');
}

export async function prepareFolder(flow: Flow): Promise<string> {
  const folder = makeFolder();
  await prepare(folder, flow);
  return folder;
}

/** Gives a copy to `use` and removes it. */
export async function withCopy<T>(folder: string, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = makeFolder();
  try {
    cpSync(folder, copy, { recursive: true });
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What the points of a life that nobody kills are called. */
export async function pointsOf(flow: Flow, folder: string): Promise<string[]> {
  const points: string[] = [];
  await live({ folder, flow, point: (at) => points.push(at) });
  return points;
}

/**
 * The folder as a life leaves it that is killed at these points: copied in the middle of one that goes on. What was
 * written is there in either case, and a process that is gone has nothing more to write; that it is so is compared with
 * a real death in each flow. A copy costs a hundredth of a process.
 */
export async function copiesAt(
  flow: Flow,
  folder: string,
  points: readonly number[],
): Promise<Map<number, string>> {
  const copies = new Map<number, string>();
  const wanted = new Set(points);
  let passed = 0;
  await withCopy(folder, (lived) =>
    live({
      folder: lived,
      flow,
      point() {
        passed += 1;
        if (!wanted.has(passed)) return;
        const copy = makeFolder();
        cpSync(lived, copy, { recursive: true });
        copies.set(passed, copy);
      },
    }),
  );
  return copies;
}

/** A life in a process of its own, killed at the point with this number from 1; 0: nowhere. */
export async function liveInChild(flow: Flow, folder: string, killAt: number): Promise<Death> {
  const child = spawn(
    process.execPath,
    [await bundle('test/crash/child.ts'), flow.name, folder, String(killAt)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [out, complaint, { code, signal }] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  if (code !== 0 && signal !== 'SIGKILL')
    throw new Error(`the child ended with ${code ?? signal}: ${complaint}`);
  return { signal, points: signal === null ? (JSON.parse(out) as string[]) : [] };
}

/** A few at a time, results in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const lane = async () => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** `count` of them, in order, the same ones every time. */
export function sample<T>(items: readonly T[], count: number, seed: number): T[] {
  const left = [...items];
  const random = numbersFrom(seed);
  while (left.length > count) left.splice(Math.floor(random() * left.length), 1);
  return left;
}

/** Mulberry32: from 0 to 1, always the same for a seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
