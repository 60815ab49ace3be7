// Releases are folders named by their number: release.json (the manifest) and the code and settings that run.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffLines } from './diff.mjs';
import { ShopError } from './errors.mjs';

/** The manifest: { number, author, title, migrations, commits: [{ sha, title, author, files }] }. */
export function readRelease(folder, number) {
  let text;
  try {
    text = readFileSync(join(folder, String(number), 'release.json'), 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new ShopError('not-found', `no release ${number}`, `there are: ${listReleases(folder).join(', ')}`);
  }
  const release = JSON.parse(text);
  if (release.number !== number)
    throw new ShopError('failed', `the manifest of release ${number} names another`);
  return release;
}

export function listReleases(folder) {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * What lies between two releases: the commits of those after the older one up to the newer one, oldest first,
 * and how their files differ, read in the direction from -> to.
 */
export function compareReleases(folder, from, to) {
  const [older, newer] = from <= to ? [from, to] : [to, from];
  readRelease(folder, older);
  readRelease(folder, newer);
  const between = listReleases(folder)
    .filter((number) => number > older && number <= newer)
    .map((number) => readRelease(folder, number));
  const changes = compareFiles(readFiles(folder, from), readFiles(folder, to));
  return {
    from,
    to,
    direction: from <= to ? 'forward' : 'backward',
    releases: between.map(({ number, author, title }) => ({ number, author, title })),
    commits: between.flatMap((release) => release.commits),
    migrations: between.flatMap((release) => release.migrations),
    files: changes.map(({ path }) => path),
    changes,
  };
}

function readFiles(folder, number) {
  const root = join(folder, String(number));
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'release.json')
    .map((entry) => entry.name);
  return new Map(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

function compareFiles(before, after) {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const old = before.get(path);
    const now = after.get(path);
    if (old === now) return [];
    const status = old === undefined ? 'added' : now === undefined ? 'removed' : 'modified';
    return [{ path, status, ...diffLines(old ?? '', now ?? '') }];
  });
}
