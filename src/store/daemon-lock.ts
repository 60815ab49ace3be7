// One daemon per state file: an exclusive lock the kernel frees when its holder dies. No pid files.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { UserError } from '../domain/errors.ts';

export interface DaemonLock {
  release(): void;
}

/**
 * Takes the lock, or throws UserError 'locked'. The lock file is a SQLite file of its own that nothing else
 * opens: POSIX locks are lost as soon as the same process closes any descriptor of the file.
 */
export function takeDaemonLock(stateDir: string): DaemonLock {
  const database = open(stateDir);
  // Long enough to outwait somebody who only looks.
  database.pragma('busy_timeout = 250');
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) {
      throw new UserError(
        `another openclaw daemon already runs on ${stateDir}`,
        'stop that one first, or give this one its own folder: OPENCLAW_STATE_DIR=/path openclaw run',
        'locked',
      );
    }
    throw error;
  }
  return { release: () => database.close() };
}

/** Whether a daemon runs. Never disturbs it. */
export function isDaemonRunning(stateDir: string): boolean {
  const database = open(stateDir);
  try {
    database.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

function open(stateDir: string): Sqlite.Database {
  const binding = process.env.OPENCLAW_SQLITE_BINDING;
  const database = new Sqlite(join(stateDir, 'daemon.lock'), binding ? { nativeBinding: binding } : {});
  database.pragma('busy_timeout = 0');
  return database;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
