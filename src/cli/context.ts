// What every command gets: the outside, and the store opened only when it is asked for.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../domain/errors.ts';
import type { Store } from '../store/store.ts';
import type { Io } from './io.ts';

export interface Context {
  io: Io;
  /** Absolute. Made by the first `store()`. */
  stateDir: string;
  /** The same store each time; opening migrates. Errors: UserError on a corrupt, newer or read-only file. */
  store(): Promise<Store>;
  /** What the process ends with when nothing is thrown: 5 where a plan waits, say. */
  exitCode: number;
  close(): Promise<void>;
}

export function createContext(io: Io): Context {
  const stateDir = stateFolder(io);
  let opened: Promise<Store> | undefined;
  return {
    io,
    stateDir,
    exitCode: 0,
    store() {
      opened ??= open(stateDir, io);
      return opened;
    },
    async close() {
      const store = await opened?.catch(() => undefined);
      await store?.close();
    },
  };
}

async function open(stateDir: string, clock: Io): Promise<Store> {
  const { openStore } = await import('../store/store.ts');
  try {
    return await openStore({ file: join(stateDir, 'openclaw.db'), clock });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!NO_FOLDER.includes(code)) throw error;
    throw new UserError(
      `the state folder ${stateDir} cannot be made (${code})`,
      'set OPENCLAW_STATE_DIR to a folder this user can write',
    );
  }
}

const NO_FOLDER = ['ENOTDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'EISDIR'];

/** `$OPENCLAW_STATE_DIR`, else a folder of our own: another program keeps its files in `~/.openclaw` itself. */
export function stateFolder({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string {
  const set = env.OPENCLAW_STATE_DIR?.trim();
  if (set) return resolve(cwd, set);
  return join(env.HOME || homedir(), '.openclaw', 'ops');
}
