// Folders side by side: what is removed, counted and left open is the same as one after the other.
import { readdirSync } from 'node:fs';
import { link, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { walkOldFiles } from '../../../src/sources/host/old-files.ts';
import { tempFolder } from './support.ts';

const DAY = 86_400_000;
const FOLDERS = 60;
const NAMES = 5;

const queryOf = (root: string, more: Partial<Parameters<typeof walkOldFiles>[0]> = {}) => ({
  root,
  before: Date.now() + DAY,
  openFiles: { has: () => false, hidden: 0 },
  signal: new AbortController().signal,
  ...more,
});
const descriptors = () => readdirSync('/proc/self/fd').length;

/** Three levels, each folder of the lowest with files of its own and one name of a file that all of them share. */
async function wideTree(): Promise<{ root: string; bytes: number }> {
  const root = await tempFolder();
  const shared = join(root, 'shared');
  await writeFile(shared, 'x'.repeat(50_000));
  for (let at = 0; at < FOLDERS; at += 1) {
    const folder = join(root, `a${at % 4}`, `b${at % 12}`, `c${at}`);
    await mkdir(folder, { recursive: true });
    for (let name = 0; name < NAMES; name += 1) await writeFile(join(folder, `f${name}`), 'x'.repeat(5000));
    await link(shared, join(folder, 'shared'));
  }
  const blocks = [shared, join(root, 'a0/b0/c0/f0')].map(async (path) => (await lstat(path)).blocks * 512);
  const [ofShared = 0, ofOne = 0] = await Promise.all(blocks);
  return { root, bytes: ofShared + ofOne * FOLDERS * NAMES };
}

test('each file goes, and one with a name in every folder counts once', async () => {
  const { root, bytes } = await wideTree();
  const files = FOLDERS * (NAMES + 1) + 1;
  expect(await walkOldFiles(queryOf(root), 'count')).toMatchObject({ files, folders: 0, bytes });
  expect(await walkOldFiles(queryOf(root), 'remove')).toMatchObject({ files, bytes });
  expect(await readdir(join(root, 'a0/b0/c0'))).toEqual([]);
});

test('few folders are open at once, and none after it', async () => {
  const { root } = await wideTree();
  const before = descriptors();
  let most = 0;
  const has = () => {
    most = Math.max(most, descriptors());
    return false;
  };
  await walkOldFiles(queryOf(root, { openFiles: { has, hidden: 0 } }), 'count');
  // Eight at once, three deep, and the root.
  expect(most - before).toBeGreaterThan(3);
  expect(most - before).toBeLessThanOrEqual(8 * 3 + 1);
  expect(descriptors()).toBe(before);
});

test('called off in the middle it ends with that, and leaves nothing open', async () => {
  const { root } = await wideTree();
  const before = descriptors();
  const abort = new AbortController();
  let looked = 0;
  const has = () => {
    looked += 1;
    if (looked === 20) abort.abort(new Error('called off'));
    return false;
  };
  const query = queryOf(root, { openFiles: { has, hidden: 0 }, signal: abort.signal });
  await expect(walkOldFiles(query, 'remove')).rejects.toThrow('called off');
  expect(descriptors()).toBe(before);
  expect(looked).toBeLessThan(FOLDERS * NAMES);
});

test('a link in each folder leads nowhere', async () => {
  const { root } = await wideTree();
  const outside = await tempFolder();
  await writeFile(join(outside, 'precious'), 'x');
  for (let at = 0; at < 12; at += 1)
    await symlink(outside, join(root, `a${at % 4}`, `b${at % 12}`, 'way-out'));
  const { kept } = await walkOldFiles(queryOf(root), 'remove');
  expect(kept.special).toBe(12);
  expect(await readdir(outside)).toEqual(['precious']);
});
