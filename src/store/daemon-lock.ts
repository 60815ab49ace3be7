// One daemon per state file: an exclusive lock the kernel frees when its holder dies. No pid files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type SqliteTypes from 'better-sqlite3';
import { UserError } from '../domain/errors.ts';
import { storeError } from './errors.ts';
import { nativeBinding } from './native-binding.ts';
import { makePrivateFile, makePrivateFolder } from './private-file.ts';
import { Sqlite } from './sqlite.ts';

export interface DaemonLock {
  release(): void;
}

/**
 * Takes the lock, or throws UserError 'locked'. The lock file is a SQLite file of its own that nothing else
 * opens: POSIX locks are lost as soon as the same process closes any descriptor of the file.
 */
export function takeDaemonLock(stateDir: string): DaemonLock {
  const file = lockFile(stateDir);
  let database: SqliteTypes.Database | undefined;
  try {
    makePrivateFolder(stateDir);
    makePrivateFile(file);
    // Long enough to outwait those who only look.
    database = new Sqlite(file, { timeout: 250, ...nativeBinding() });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isBusy(error)) {
      throw new UserError(
        `another openclaw daemon already runs on ${stateDir}`,
        'stop that one first, or give this one its own folder: OPENCLAW_STATE_DIR=/path openclaw run',
        'locked',
      );
    }
    throw storeError(error, file);
  }
  const held = database;
  return { release: () => held.close() };
}

/** Whether a daemon runs. Never disturbs it, nor anyone else who looks at the same time. */
export function isDaemonRunning(stateDir: string): boolean {
  const file = lockFile(stateDir);
  if (!existsSync(file)) return false;
  let database: SqliteTypes.Database | undefined;
  try {
    database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0, ...nativeBinding() });
    // A shared lock: many may have it at once, and none while a daemon has the exclusive one.
    database.pragma('user_version');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw storeError(error, file);
  } finally {
    database?.close();
  }
}

function lockFile(stateDir: string): string {
  return join(stateDir, 'daemon.lock');
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
