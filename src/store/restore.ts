// A copy of the state put back into its place: one transaction of the file itself.
import { chmodSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type SqliteTypes from 'better-sqlite3';
import { backUp, examine, freeName, PAGES, putInPlace, removeWithLog, sync } from './backup.ts';
import { storeError } from './errors.ts';
import { nativeBinding } from './native-binding.ts';
import { makePrivateFile } from './private-file.ts';
import { Sqlite } from './sqlite.ts';

/** As long as others wait for the lock: five seconds. */
const LOCK_TRIES = 100;
const LOCK_EVERY_MS = 50;

/**
 * Puts what is in `from` in the place of what is in `file`. What was there is kept whole under the name that is given
 * back; null: nothing was. Only while no daemon runs. Killed anywhere, the old or the new is there; what others write
 * meanwhile is in the one that is kept, or waits and is in the new. Errors: UserError, and then `file` is as it was.
 */
export async function putBack(from: string, file: string, stamp: string): Promise<string | null> {
  examine(from);
  const kept = freeName(`${file}.before-restore-${stamp}`);
  try {
    return await overwrite(from, file, kept);
  } catch (error) {
    rmSync(kept, { force: true });
    if (!isBroken(error)) throw storeError(error, file);
  }
  await replaceBroken(from, file, kept);
  return kept;
}

async function overwrite(from: string, file: string, kept: string): Promise<string | null> {
  makePrivateFile(file);
  const database = new Sqlite(file, { timeout: 5000, ...nativeBinding() });
  let source: SqliteTypes.Database | undefined;
  try {
    // So that the old can be read while the new is being written.
    database.pragma('journal_mode = WAL');
    source = new Sqlite(from, { readonly: true, timeout: 5000, ...nativeBinding() });
    let wasThere = false;
    await copyInto(source, file, async () => {
      wasThere = database.prepare('select 1 from sqlite_master limit 1').get() !== undefined;
      if (wasThere) await copyWhole(database, kept);
    });
    settle(database);
    return wasThere ? kept : null;
  } finally {
    source?.close();
    database.close();
  }
}

/** `first` begins once nobody else can write to `file` any more, and is over before anything of it changes. */
async function copyInto(
  source: SqliteTypes.Database,
  file: string,
  first: () => Promise<void>,
): Promise<void> {
  for (let tries = 1; tries <= LOCK_TRIES; tries += 1) {
    let step: 'begins' | 'waits' | 'copies' | { error: unknown } = 'begins';
    const { totalPages } = await source.backup(file, {
      progress: () => {
        if (typeof step === 'object') throw step.error;
        if (step === 'copies') return PAGES;
        if (step === 'begins') {
          step = 'waits';
          first().then(
            () => {
              step = 'copies';
            },
            (error: unknown) => {
              step = { error };
            },
          );
        }
        return 0;
      },
    });
    // Where it cannot have the lock, it says that nothing is left to be copied, of nothing.
    if (totalPages > 0) return;
    await wait(LOCK_EVERY_MS);
  }
  throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
}

/** The copy itself does not wait for the disk. A commit that does takes along all before it. */
function settle(database: SqliteTypes.Database): void {
  database.pragma('synchronous = FULL');
  database.exec('begin immediate');
  database.pragma(`user_version = ${Number(database.pragma('user_version', { simple: true }))}`);
  database.exec('commit');
}

/** In place under its name only when it is complete and synced. */
async function copyWhole(database: SqliteTypes.Database, to: string): Promise<void> {
  const part = `${to}.part-${process.pid}`;
  try {
    makePrivateFile(part);
    await database.backup(part);
    putInPlace(part, to);
  } finally {
    removeWithLog(part);
  }
}

/** Nobody can write to it either. Kept byte for byte, with its log: left behind that would be read into the new one. */
async function replaceBroken(from: string, file: string, kept: string): Promise<void> {
  const part = `${file}.part-${process.pid}`;
  try {
    await backUp(from, part);
    for (const end of ['', '-wal', '-shm']) {
      if (!existsSync(file + end)) continue;
      copyFileSync(file + end, kept + end);
      chmodSync(kept + end, 0o600);
      sync(kept + end);
    }
    sync(dirname(file));
    for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
    putInPlace(part, file);
  } catch (error) {
    throw storeError(error, file);
  } finally {
    removeWithLog(part);
  }
}

function isBroken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code);
}
