// The state folder and its files are readable by their owner alone, from their first moment on.
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder and those above it that are missing, 0700 each. What is there stays as it is.
 * By hand, because Node's own recursive form never returns under /proc. Errors: those of `node:fs`.
 */
export function makePrivateFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makePrivateFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another command may have made it meanwhile.
    if (!(hasCode(error, 'EEXIST') && statSync(path).isDirectory())) throw error;
  }
}

/**
 * Makes the file if it is not there; 0600 in either case. An existing file is never opened here: closing it
 * would drop the locks this process holds on it. Errors: those of `node:fs`.
 */
export function makePrivateFile(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there && (there.mode & 0o777) === 0o600) return;
  try {
    if (!there) closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  chmodSync(path, 0o600);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
