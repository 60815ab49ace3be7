// Files of the state folder are readable by their owner alone, from their first moment on.
import { chmodSync, closeSync, openSync } from 'node:fs';

/**
 * Makes the file if it is not there; 0600 in either case. An existing file is never opened here: closing it
 * would drop the locks this process holds on it. Errors: those of `node:fs`.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  chmodSync(path, 0o600);
}
