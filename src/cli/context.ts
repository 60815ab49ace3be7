// What every command gets: the outside, and the store opened only when it is asked for.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Store } from '../store/store.ts';
import type { Io } from './io.ts';
import { localPerson } from './local-person.ts';

export interface Context {
  io: Io;
  /** Absolute. Made by the first `store()`. */
  stateDir: string;
  /** The same store each time. Its first read or write opens the file: UserError on a corrupt, newer or read-only one. */
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
      await (io.exits ? store?.leave() : store?.close());
    },
  };
}

async function open(stateDir: string, io: Io): Promise<Store> {
  const { openStore } = await import('../store/store.ts');
  return openStore({
    file: join(stateDir, 'openclaw.db'),
    clock: io,
    open: 'when needed',
    alone: io.exits === true,
    who: localPerson,
  });
}

/** `$OPENCLAW_STATE_DIR`, else a folder of our own: another program keeps its files in `~/.openclaw` itself. */
function stateFolder({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string {
  const set = env.OPENCLAW_STATE_DIR?.trim();
  if (set) return resolve(cwd, set);
  return join(env.HOME || homedir(), '.openclaw', 'ops');
}
