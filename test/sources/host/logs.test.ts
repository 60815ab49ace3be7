import { execFile } from 'node:child_process';
import { appendFile, mkdir, open, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReadArgs } from '../../../src/domain/capability.ts';
import { readBackwards } from '../../../src/sources/host/read-backwards.ts';
import { hostSource, service, tempFolder } from './support.ts';

const start = Date.parse('2024-05-17T03:00:00Z');
const stamp = (minute: number) => new Date(start + minute * 60_000).toISOString();
const now = start + 6 * 3_600_000;

async function logsOf(folder: string, args: Partial<ReadArgs<'logs.search'>> = {}, logs = ['*.log']) {
  const { read } = hostSource([service({ dir: folder, logs })], { clock: { now: () => now } });
  return read('logs.search', { service: 'shop', limit: 100, ...args });
}

const texts = ({ lines }: { lines: { text: string }[] }) => lines.map(({ text }) => text);

/** As if it was last written then. */
async function written(folder: string, name: string, text: string | Buffer, atMs = now): Promise<void> {
  await writeFile(join(folder, name), text);
  await utimes(join(folder, name), atMs / 1000, atMs / 1000);
}

test('lines of several files are merged by time, oldest first, each with its instance and level', async () => {
  const folder = await tempFolder();
  await written(folder, 'shop-1.log', `${stamp(1)} INFO one\n${stamp(3)} ERROR three\n`);
  await written(folder, 'shop-2.log', `${stamp(2)} WARN two\n${stamp(4)} four`);
  expect(await logsOf(folder)).toEqual({
    truncated: false,
    bytes: 134,
    read: 4,
    lines: [
      { at: start + 60_000, level: 'info', text: `${stamp(1)} INFO one`, instance: 'shop-1' },
      { at: start + 120_000, level: 'warn', text: `${stamp(2)} WARN two`, instance: 'shop-2' },
      { at: start + 180_000, level: 'error', text: `${stamp(3)} ERROR three`, instance: 'shop-1' },
      { at: start + 240_000, level: 'unknown', text: `${stamp(4)} four`, instance: 'shop-2' },
    ],
  });
});

test('since, limit and grep narrow it, and it is said when something was left out', async () => {
  const folder = await tempFolder();
  const lines = Array.from(
    { length: 100 },
    (_, index) => `${stamp(index)} line ${index} ${index % 2 ? 'Odd' : 'even'}\n`,
  );
  await written(folder, 'a.log', lines.join(''));
  expect(texts(await logsOf(folder, { sinceAt: start + 98 * 60_000 }))).toHaveLength(2);
  expect((await logsOf(folder, { sinceAt: start + 98 * 60_000 })).truncated).toBe(false);
  const few = await logsOf(folder, { limit: 3 });
  expect(texts(few).at(-1)).toContain('line 99');
  expect(few).toMatchObject({ truncated: true, lines: { length: 3 } });
  expect(texts(await logsOf(folder, { grep: 'ODD' }))).toHaveLength(50);
  expect(texts(await logsOf(folder, { grep: 'line \\d7 odd$' }))).toHaveLength(9);
  expect(texts(await logsOf(folder, { grep: '\\.\\*' }))).toEqual([]);
});

test('a stretch of time in the middle of a large file is found without reading the rest', async () => {
  const folder = await tempFolder();
  const lines = Array.from({ length: 20_000 }, (_, second) => {
    const at = new Date(start + second * 1000).toISOString();
    return `${at} line ${second} ${'x'.repeat(150)}\n  and what follows it\n`;
  });
  await written(folder, 'a.log', lines.join(''));
  const span = { sinceAt: start + 7_000_000, untilAt: start + 7_010_000 };
  const found = await logsOf(folder, span);
  expect(found.truncated).toBe(false);
  expect(
    found.lines.filter(({ text }) => text.includes('line')).map(({ text }) => text.split(' ')[2]),
  ).toEqual(Array.from({ length: 10 }, (_, index) => String(7_000 + index)));
  expect(found.lines).toHaveLength(20);
  // Its beginning and its end, and times nothing is from.
  expect((await logsOf(folder, { untilAt: start + 2_000 })).lines).toHaveLength(4);
  expect((await logsOf(folder, { untilAt: start })).lines).toEqual([]);
  expect((await logsOf(folder, { sinceAt: start + 19_999_000, untilAt: now })).lines).toHaveLength(2);
});

test('a stack trace goes with the line it belongs to', async () => {
  const folder = await tempFolder();
  await written(folder, 'a.log', `${stamp(1)} ERROR boom\n  at one\n  at two\n${stamp(5)} fine\n`);
  await written(folder, 'b.log', `${stamp(2)} between\n`);
  const found = await logsOf(folder);
  expect(found.lines.map(({ text, at }) => [text.slice(-5), at])).toEqual([
    [' boom', start + 60_000],
    ['t one', start + 60_000],
    ['t two', start + 60_000],
    ['tween', start + 120_000],
    [' fine', start + 300_000],
  ]);
});

test('rotated siblings are read where the log itself does not reach back', async () => {
  const folder = await tempFolder();
  await written(folder, 'shop.log', `${stamp(30)} new\n`);
  await written(folder, 'shop.log.1', `${stamp(20)} middle\n`, start + 21 * 60_000);
  await written(folder, 'shop.log.2', `${stamp(10)} old\n`, start + 11 * 60_000);
  await written(folder, 'shop.log.10', `${stamp(1)} oldest\n`, start + 2 * 60_000);
  await written(folder, 'shop.log.3.gz', 'not a log', start);
  await written(folder, 'shop.login', `${stamp(30)} another file\n`);
  const found = await logsOf(folder, {}, ['shop.log']);
  expect(texts(found).map((text) => text.split(' ')[1])).toEqual(['oldest', 'old', 'middle', 'new']);
  expect(new Set(found.lines.map(({ instance }) => instance))).toEqual(new Set(['shop']));
  expect(texts(await logsOf(folder, { sinceAt: start + 15 * 60_000 }, ['shop.log*']))).toEqual([
    `${stamp(20)} middle`,
    `${stamp(30)} another file`,
    `${stamp(30)} new`,
  ]);
});

test('an instance has the file of its name, and a single file is everybody’s', async () => {
  const folder = await tempFolder();
  await written(folder, 'shop-1.log', `${stamp(1)} one\n`);
  expect(texts(await logsOf(folder, { instance: 'api-prod-01' }))).toHaveLength(1);
  await written(folder, 'shop-2.log', `${stamp(2)} two\n`);
  expect(texts(await logsOf(folder, { instance: 'shop-2' }))).toEqual([`${stamp(2)} two`]);
  await expect(logsOf(folder, { instance: 'shop-3' })).rejects.toThrow('there are shop-1, shop-2');
  await expect(logsOf(folder, { instance: 'shop-9' })).rejects.toThrow(
    /^This host has no log file of shop named after shop-9: there are /,
  );
});

test('no file is an error that says where none was', async () => {
  const folder = await tempFolder();
  await expect(logsOf(folder, {}, ['none.log', 'away/*.log'])).rejects.toThrow(
    /no file matches none.log; .*away cannot be read/,
  );
});

describe('nothing outside the folder is read', () => {
  test('not through links, pipes or folders', async () => {
    const folder = await tempFolder();
    const outside = await tempFolder();
    await mkdir(join(folder, 'logs'));
    const logs = join(folder, 'logs');
    await written(outside, 'secret', `${stamp(1)} secret\n`);
    await written(logs, 'real.txt', `${stamp(1)} inside\n`);
    await symlink(join(outside, 'secret'), join(logs, 'a.log'));
    await symlink('../../../../../../../etc/passwd', join(logs, 'b.log'));
    await symlink(outside, join(logs, 'c.log'));
    await symlink('loop.log', join(logs, 'loop.log'));
    await symlink('real.txt', join(logs, 'current.log'));
    await mkdir(join(logs, 'd.log'));
    await promisify(execFile)('mkfifo', [join(logs, 'e.log')]);
    expect(texts(await logsOf(folder, {}, ['logs/*.log']))).toEqual([`${stamp(1)} inside`]);
    expect(texts(await logsOf(folder, {}, ['logs/a.log']))).toEqual([]);
  });

  test('names that look like patterns are names', async () => {
    const folder = await tempFolder();
    await written(folder, 'a+(b)[c]{d}.log', `${stamp(1)} odd name\n`);
    await written(folder, '-rf\n--.log', `${stamp(2)} odder name\n`);
    await written(folder, '.hidden.log', `${stamp(3)} hidden\n`);
    expect(texts(await logsOf(folder))).toEqual([`${stamp(1)} odd name`, `${stamp(2)} odder name`]);
    expect(texts(await logsOf(folder, {}, ['a+(b)[c]{d}.log']))).toHaveLength(1);
    expect(texts(await logsOf(folder, {}, ['.*.log']))).toHaveLength(1);
  });
});

describe('hostile files', () => {
  test('one line without end shows its end only, and it is said', async () => {
    const folder = await tempFolder();
    const handle = await open(join(folder, 'a.log'), 'w');
    const block = Buffer.alloc(1024 * 1024, 'x');
    for (let index = 0; index < 100; index += 1) await handle.write(block);
    await handle.close();
    const found = await logsOf(folder);
    expect(found.truncated).toBe(true);
    expect(found.lines).toHaveLength(1);
    expect(found.lines[0]?.text.length).toBeLessThanOrEqual(8 * 1024 + 1);
  });

  test('a hole of 100 MB in front of the last lines is skipped', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a.log'), '');
    await truncate(join(folder, 'a.log'), 100 * 1024 * 1024);
    await appendFile(join(folder, 'a.log'), `${stamp(1)} after the hole\n${stamp(2)} last\n`);
    const found = await logsOf(folder);
    expect(texts(found)).toEqual([`${stamp(1)} after the hole`, `${stamp(2)} last`]);
    expect(found.truncated).toBe(true);
  });

  test('colours, cursor movements, NULs and broken UTF-8 become harmless', async () => {
    const folder = await tempFolder();
    const odd = Buffer.concat([
      Buffer.from(`${stamp(1)} \u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b[2J tab\there\r\n`),
      Buffer.from(`${stamp(2)} nul \0 `),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from(' \u202egnp.exe\u2028next\n'),
      Buffer.from(Array.from({ length: 500 }, (_, index) => (index % 256 === 10 ? 11 : 128 + (index % 128)))),
      Buffer.from('\n\n\n'),
    ]);
    await written(folder, 'a.log', odd);
    const found = texts(await logsOf(folder));
    expect(found[0]).toBe(`${stamp(1)} red   tab\there`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing that must not be there
    for (const text of found) expect(text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u202e\u2028]/);
    expect(found[1]).toContain('nul');
    expect(found[2]).toBe('(500 bytes that are no text)');
    expect(found).toHaveLength(3);
  });

  test('a forged old time hides nothing, a forged future one is no time', async () => {
    const folder = await tempFolder();
    const line = (minute: number, text: string) => `${stamp(minute)} ${text}\n`;
    await written(
      folder,
      'a.log',
      `${line(1, 'attack')}1970-01-01T00:00:00Z forged\n${line(2, 'after')}2999-01-01T00:00:00Z forged\n`,
    );
    const other = Array.from({ length: 50 }, (_, index) => line(-200 + index, 'noise')).join('');
    await written(folder, 'b.log', other);
    const found = await logsOf(folder, { limit: 5, sinceAt: start - 300 * 60_000 });
    expect(texts(found).some((text) => text.endsWith('attack'))).toBe(true);
    const merged = await logsOf(folder, { limit: 4 });
    expect(texts(merged)[0]).toContain('attack');
    const future = found.lines.find(({ text }) => text.startsWith('2999'));
    expect(future?.at ?? 0).toBeLessThanOrEqual(now);
  });

  test('a file without times is shown from its end', async () => {
    const folder = await tempFolder();
    await written(folder, 'a.log', Array.from({ length: 1_000 }, (_, index) => `plain ${index}\n`).join(''));
    const found = await logsOf(folder, { limit: 3 });
    expect(texts(found)).toEqual(['plain 997', 'plain 998', 'plain 999']);
    expect(found.lines[0]?.at).toBeNull();
  });

  test('a search that is called off may be tried again', async () => {
    const folder = await tempFolder();
    await written(folder, 'a.log', 'x\n'.repeat(200_000));
    const shop = service({ dir: folder, logs: ['*.log'] });
    const { reader } = hostSource([shop]);
    const args = { service: 'shop', limit: 10_000, grep: 'y' };
    const reading = reader('logs.search').read(args, shop, { signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ name: 'ToolError', outcome: 'retry' });
  });
});

test('read backwards, a file has the lines it has read forwards', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'any');
  const piece = fc.oneof(
    fc.constantFrom('\n', '\n\n', 'a', 'é', '\r\n'),
    fc.integer({ min: 1, max: 3 }).map((times) => 'y'.repeat(65_536 * times - 1)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      const text = pieces.join('').replaceAll('\0', ' ');
      await writeFile(path, text);
      const file = await open(path);
      const found: string[] = [];
      const size = (await file.stat()).size;
      const signal = new AbortController().signal;
      for await (const line of readBackwards(file, size, { bytes: 1e9 }, signal))
        found.push(line.toString('latin1'));
      await file.close();
      const cut = (line: string) => Buffer.from(line).subarray(0, 8_192).toString('latin1');
      const expected = text
        .split('\n')
        .map(cut)
        .filter((line) => line !== '');
      expect(found.reverse().filter((line) => line !== '')).toEqual(expected);
    }),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 3_000 : 100 },
  );
});
