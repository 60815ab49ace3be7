// The folder of a shop: what lies where, and the state file of a running one.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export function pathsOf(dir) {
  return {
    state: join(dir, 'shop.json'),
    startLock: join(dir, 'start.lock'),
    history: join(dir, 'history.jsonl'),
    logs: join(dir, 'logs'),
    tables: join(dir, 'tables'),
  };
}

/** SHOP_RELEASES is for tests that bring releases of their own. */
export const releasesFolder = () => process.env.SHOP_RELEASES || join(here, '..', 'releases');

export function makeFolders(dir) {
  const paths = pathsOf(dir);
  for (const path of [dir, paths.logs, paths.tables]) mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * What a running supervisor says of itself: pid, processStart (see process-identity), controlPort, token, port, url.
 * @returns the state, or null where none is written or it cannot be read as one
 */
export function readState(dir) {
  try {
    const state = JSON.parse(readFileSync(pathsOf(dir).state, 'utf8'));
    const sound = [state.pid, state.controlPort, state.port].every(Number.isSafeInteger) && state.pid > 1;
    return sound && typeof state.token === 'string' ? state : null;
  } catch (error) {
    if (error.code === undefined || error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Whole or not at all, readable by its owner only: it holds the token of the control port. */
export function writeState(dir, state) {
  const { state: path } = pathsOf(dir);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Removes the state file, if it is still the one of this pid. */
export function removeState(dir, pid) {
  if (readState(dir)?.pid === pid) rmSync(pathsOf(dir).state, { force: true });
}
