// Runs a transcript: lines with a time on the left, each a thing that happens or a thing that must be true then.
// The format, line by line, is in README.md beside this file. A line that is not understood is an error.
import { readFile } from 'node:fs/promises';
import { createHarness } from '../support/harness.ts';
import { EXPECTATIONS } from './expectations.ts';
import { HAPPENINGS } from './happenings.ts';
import { openScene, type Scene } from './scene.ts';

/** Runs when the words after the time match. Errors thrown in it get the line's number. */
export interface Verb {
  shape: RegExp;
  run(scene: Scene, groups: Record<string, string | undefined>): Promise<void>;
}

interface Line {
  number: number;
  /** Since midnight of the first day; null: `given`, before the first time. */
  atMs: number | null;
  text: string;
  verb: Verb;
  groups: Record<string, string | undefined>;
}

/** 2026-11-23, a Monday. */
const FIRST_DAY = Date.parse('2026-11-23T00:00:00Z');
const DAY_MS = 86_400_000;
const VERBS: readonly Verb[] = [...HAPPENINGS, ...EXPECTATIONS];

export async function runTranscript(file: string): Promise<void> {
  await runText(await readFile(file, 'utf8'), file.split('/').at(-1) ?? file);
}

/** Errors name `file:line` and the line itself. */
export async function runText(text: string, name: string): Promise<void> {
  const { given, lines } = parse(text, name);
  const [first] = lines;
  if (!first) throw new Error(`${name}: nothing happens in it`);
  const harness = await createHarness({ at: FIRST_DAY + (first.atMs ?? 0), ...given });
  const scene = openScene(harness);
  try {
    for (const line of lines) {
      try {
        await scene.moveTo(FIRST_DAY + (line.atMs ?? 0));
        await line.verb.run(scene, line.groups);
      } catch (error) {
        throw explained(name, line, error);
      }
    }
    scene.finish(name);
  } finally {
    await harness.close();
  }
}

interface Given {
  empty?: boolean;
  timers?: boolean;
  mail?: boolean;
}

/** Everything is read before anything runs. */
export function parse(text: string, name: string): { given: Given; lines: Line[] } {
  const given: Given = {};
  const lines: Line[] = [];
  let day = 0;
  let before = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const number = index + 1;
    const fail = (why: string) => new Error(`${name}:${number}: ${why}\n  ${raw}`);
    if (raw.trim() === '' || /^#(\s|$)/.test(raw)) continue;
    if (raw === '--- next day ---') {
      day += 1;
      continue;
    }
    const setup = /^given (empty state|polling|mail)$/.exec(raw);
    if (setup) {
      if (lines.length > 0) throw fail('"given" comes before the first time');
      given[setup[1] === 'polling' ? 'timers' : setup[1] === 'mail' ? 'mail' : 'empty'] = true;
      continue;
    }
    const timed = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? (\S.*)$/.exec(raw);
    if (!timed) throw fail('a line begins with its time, 03:14 or 03:14:20, and one space');
    const [, hour, minute, second = '0', words = ''] = timed;
    const atMs = day * DAY_MS + (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000;
    if (atMs < before)
      throw fail('its time is before the line above; "--- next day ---" stands between days');
    before = atMs;
    const found = VERBS.flatMap((verb) => {
      const match = verb.shape.exec(words);
      return match ? [{ verb, groups: match.groups ?? {} }] : [];
    });
    const [only, another] = found;
    if (!only) throw fail('nothing known begins like that');
    if (another) throw fail('this can be read in two ways');
    lines.push({ number, atMs, text: raw, ...only });
  }
  return { given, lines };
}

function explained(name: string, line: Line, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`${name}:${line.number}: ${line.text}\n${why}`, { cause: error });
}
