// Reading on: every line since a time, however many, from files of every shape.
import { open, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine, ReadArgs } from '../../../src/domain/capability.ts';
import { lineStart, readForwards } from '../../../src/sources/host/read-forwards.ts';
import { tool } from './read-tool.ts';
import { tempFolder } from './support.ts';

const start = Date.parse('2024-05-17T03:00:00Z');
const stamp = (second: number) => new Date(start + second * 1_000).toISOString();
const now = start + 6 * 3_600_000;

async function readAll(folder: string, args: Partial<ReadArgs<'logs.search'>> = {}, most = Infinity) {
  const lines: LogLine[] = [];
  const told: { bytes: number; backTo: number | null }[] = [];
  const result = await tool(folder, now).read(
    { service: 'shop', limit: 100, sinceAt: start, ...args },
    undefined,
    {
      signal: new AbortController().signal,
      logs: {
        each(batch) {
          lines.push(...batch);
          return lines.length < most;
        },
        progress: (read) => told.push(read),
      },
    },
  );
  return { result, lines, told };
}

async function written(folder: string, name: string, text: string | Buffer, atMs = now): Promise<void> {
  await writeFile(join(folder, name), text);
  await utimes(join(folder, name), atMs / 1000, atMs / 1000);
}

const numbers = (lines: readonly LogLine[]) =>
  lines.map(({ text }) => Number(/ line (\d+)/.exec(text)?.[1])).sort((a, b) => a - b);

/** Larger than the parts a file is read in. */
const many = Array.from(
  { length: 120_000 },
  (_, line) => `${stamp(line / 10)} INFO line ${line} ${'x'.repeat(90)}\n`,
);

test('every line since a time is handed over once, and the newest stand in the answer', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', many.join(''));
  const { result, lines, told } = await readAll(folder);
  expect(numbers(lines)).toEqual(many.map((_, line) => line));
  expect(result.truncated).toBe(false);
  expect(result.bytes).toBe(many.join('').length);
  expect(numbers(result.lines)).toEqual(Array.from({ length: 100 }, (_, line) => 119_900 + line));
  expect(told.at(-1)).toEqual({ bytes: result.bytes, backTo: start });
  expect(told.every(({ bytes }, index) => bytes >= (told[index - 1]?.bytes ?? 0))).toBe(true);
});

test('what is older is not read, and what is newer than asked for is not either', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', many.join(''));
  const late = await readAll(folder, { sinceAt: start + 11_000_000 });
  expect(numbers(late.lines)).toEqual(Array.from({ length: 10_000 }, (_, line) => 110_000 + line));
  expect(late.result.bytes).toBeLessThan(9_000_000);
  const middle = await readAll(folder, { sinceAt: start + 1_000_000, untilAt: start + 1_100_000 });
  expect(numbers(middle.lines)).toEqual(Array.from({ length: 1_000 }, (_, line) => 10_000 + line));
  expect(middle.result.bytes).toBeLessThan(many.join('').length / 2);
});

test('who has enough gets the newest, and the answer says that there are more', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', many.join(''));
  const { result, lines } = await readAll(folder, {}, 1);
  expect(result.truncated).toBe(true);
  // The newest part of the file, from where it begins.
  expect(Math.min(...numbers(lines))).toBeGreaterThan(40_000);
});

test('rotated siblings and several files are all read', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', many.slice(80_000, 100_000).join(''));
  await written(folder, 'a.log.1', many.slice(0, 80_000).join(''), start + 8_000_000);
  await written(folder, 'a.log.2', `${stamp(-99)} line 999999\n`, start - 90_000);
  await written(folder, 'b.log', many.slice(100_000).join(''));
  const { lines, result } = await readAll(folder);
  expect(numbers(lines)).toEqual(many.map((_, line) => line));
  expect(result.bytes).toBe(many.join('').length);
  expect(new Set(lines.map(({ instance }) => instance))).toEqual(new Set(['a', 'b']));
});

test('a pattern is looked for in all of them', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', many.join(''));
  const { lines } = await readAll(folder, { grep: 'LINE \\d*777 ' });
  expect(numbers(lines)).toEqual(Array.from({ length: 120 }, (_, line) => line * 1_000 + 777));
});

test('traces stay with their line, whatever is between two parts of the file', async () => {
  const folder = await tempFolder();
  const trace = (line: number) =>
    `${stamp(line / 10)} ERROR line ${line}\n  at one ${'y'.repeat(60)}\n  at two\n`;
  await written(folder, 'a.log', Array.from({ length: 120_000 }, (_, line) => trace(line)).join(''));
  const { lines } = await readAll(folder);
  expect(lines).toHaveLength(360_000);
  const apart = lines.filter(
    ({ text }, index) => text.endsWith('at two') && !lines[index - 1]?.text.includes('at one'),
  );
  expect(apart).toEqual([]);
});

describe('hostile files', () => {
  test('one line of 60 MB is one line, of which the beginning is kept', async () => {
    const folder = await tempFolder();
    const file = await open(join(folder, 'a.log'), 'w');
    await file.write(`${stamp(1)} line 1\n`);
    for (let index = 0; index < 60; index += 1) await file.write(Buffer.alloc(1_000_000, 'x'));
    await file.write(`\n${stamp(2)} line 2\n`);
    for (let index = 3; index < 20_000; index += 1)
      await file.write(index % 1_000 ? '' : `${stamp(3)} line ${index}\n`);
    await file.write(many.slice(0, 2_000).join(''));
    await file.close();
    await utimes(join(folder, 'a.log'), now / 1000, now / 1000);
    const { lines } = await readAll(folder, { limit: 10 });
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(8 * 1024 + 1);
    expect(lines.filter(({ text }) => text.startsWith('xxx'))).toHaveLength(1);
    expect(lines.filter(({ text }) => text.includes(' line 1 ') || text.endsWith(' line 1'))).toHaveLength(2);
  });

  test('bytes that are no text, colours and turned directions come as harmless text', async () => {
    const folder = await tempFolder();
    const binary = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 7_919) % 256));
    await written(
      folder,
      'a.log',
      Buffer.concat([
        binary,
        Buffer.from(`\n${stamp(1)} \u001b[31mred\u202e\u0007 line 1\n`),
        Buffer.from(many.slice(0, 2_000).join('')),
      ]),
    );
    const { lines } = await readAll(folder);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(lines.filter(({ text }) => /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202e]/.test(text))).toEqual(
      [],
    );
    expect(lines.some(({ text }) => text.includes('red') && text.includes('line 1'))).toBe(true);
  });

  test('a file that is truncated while it is read ends there', async () => {
    const folder = await tempFolder();
    await written(folder, 'a.log', many.join(''));
    const file = await open(join(folder, 'a.log'), 'r+');
    let first = true;
    const result = await tool(folder, now).read({ service: 'shop', limit: 10, sinceAt: start }, undefined, {
      signal: new AbortController().signal,
      logs: {
        each: () => true,
        progress: () => {
          if (first) void file.truncate(1_000);
          first = false;
        },
      },
    });
    await file.close();
    expect(result.lines).toHaveLength(10);
  });
});

test('any bytes are the same lines, wherever a file is cut into parts', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'bytes');
  const piece = fc.constantFrom('\n', '\n\n', 'a', 'bc', 'ä', 'x'.repeat(50));
  const signal = new AbortController().signal;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.nat(200), async (pieces, cut) => {
      const bytes = Buffer.from(pieces.join(''));
      await writeFile(path, bytes);
      const file = await open(path);
      const read: string[] = [];
      const from = Math.min(cut, bytes.length);
      const middle = (await lineStart(file, { from, end: bytes.length }, signal)) ?? bytes.length;
      for (const part of [
        { from: 0, end: middle },
        { from: middle, end: bytes.length },
      ]) {
        for await (const { lines } of readForwards(file, part, signal)) read.push(...lines.map(String));
      }
      await file.close();
      const expected = bytes.toString().split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(read).toEqual(expected);
    }),
    { seed: 42, numRuns: 200 },
  );
});

test('errors alone, with their traces, and how many lines were looked through for them', async () => {
  const folder = await tempFolder();
  const trace = ['java.lang.Error: bad', '\tat com.acme.A.b(A.java:1)'];
  const lines = Array.from({ length: 30_000 }, (_, second) => [
    `${stamp(second / 10)} ${second % 10 === 0 ? 'ERROR' : 'INFO'} line ${second}`,
    ...(second % 10 === 0 ? trace : []),
  ]).flat();
  await written(folder, 'a.log', lines.map((line) => `${line}\n`).join(''));
  const all = await readAll(folder, { level: 'error' });
  expect(all.lines.length).toBe(9_000);
  expect(all.lines.filter(({ text }) => text.includes(' INFO '))).toEqual([]);
  expect(all.result.read).toBe(lines.length);
  expect(all.result.lines.length).toBe(100);
  expect(all.result.lines.every(({ text }) => !text.includes(' INFO '))).toBe(true);
  // Few enough for one answer: read backwards, and the same.
  const few = await readAll(folder, { level: 'error', sinceAt: start + 2_990_000, limit: 1_000 });
  expect(few.result).toMatchObject({ truncated: false, read: 120 });
  expect(few.result.lines.map(({ text }) => text)).toEqual(
    lines.slice(-120).filter((text) => !text.includes(' INFO ')),
  );
});
