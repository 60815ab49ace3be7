// Copies of the state file: while it is used, before its format changes, and back into its place.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type SqliteTypes from 'better-sqlite3';
import { UserError } from '../domain/errors.ts';
import type { RecordHead } from '../domain/record.ts';
import { storeError } from './errors.ts';
import { nativeBinding } from './native-binding.ts';
import { makePrivateFile } from './private-file.ts';
import { Sqlite } from './sqlite.ts';
import { SCHEMA_VERSION } from './store.ts';

/** Pages at a time: others write in between. */
const PAGES = 2000;
/** Copies from before a change of format that are kept. */
const KEPT = 3;

export interface Examined {
  format: number;
  head: RecordHead | null;
}

/**
 * A whole copy of `file` as it is at one moment, beside whoever writes to it; 0600. In place under its name only
 * when it is complete, synced and sound. Errors: UserError, and then nothing stands at `to` that did not before.
 */
export async function backUp(
  file: string,
  to: string,
  progress?: (share: number) => void,
): Promise<Examined> {
  if (!existsSync(file))
    throw new UserError(`there is no state file ${file} yet`, 'openclaw status makes one');
  const part = `${to}.part-${process.pid}`;
  let source: SqliteTypes.Database | undefined;
  try {
    makePrivateFile(part);
    source = new Sqlite(file, { readonly: true, timeout: 5000, ...nativeBinding() });
    await source.backup(part, {
      progress: ({ totalPages, remainingPages }) => {
        progress?.(totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
        return PAGES;
      },
    });
    const examined = examine(part);
    putInPlace(part, to);
    return examined;
  } catch (error) {
    throw storeError(error, error instanceof UserError ? file : to);
  } finally {
    source?.close();
    removeWithLog(part);
  }
}

/** Errors: UserError where it is no sound state file of a format that is known here. */
export function examine(file: string): Examined {
  let database: SqliteTypes.Database | undefined;
  try {
    database = new Sqlite(file, { readonly: true, fileMustExist: true, ...nativeBinding() });
    const format = Number(database.pragma('user_version', { simple: true }));
    const tables = database
      .prepare(
        "select count(*) as n from sqlite_master where type = 'table' and name in ('incident', 'timeline', 'job')",
      )
      .get() as { n: number };
    if (format < 1 || tables.n !== 3)
      throw new UserError(`${file} is no state file of openclaw`, 'give the file that openclaw backup made');
    if (format > SCHEMA_VERSION)
      throw new UserError(
        `${file} was written by a newer openclaw (format ${format}, this one knows ${SCHEMA_VERSION})`,
        'use it with the newer version',
      );
    const sound = database.pragma('integrity_check(1)', { simple: true });
    if (sound !== 'ok') throw new UserError(`${file} is damaged (${String(sound)})`, 'use another backup');
    return { format, head: format < 3 ? null : headOf(database) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${file} cannot be read as a state file (${text})`,
      'give the file that openclaw backup made',
    );
  } finally {
    database?.close();
  }
}

function headOf(database: SqliteTypes.Database): RecordHead | null {
  const row = database.prepare('select id, hash from timeline order by id desc limit 1').get() as
    | { id: number; hash: string | null }
    | undefined;
  return row && row.hash !== null ? { entry: row.id, hash: row.hash } : null;
}

/**
 * Puts a copy of `from` in the place of `file`. What was there is kept whole under the name that is given back;
 * null: nothing was. Only while no daemon runs. Errors: UserError, and then `file` is as it was.
 */
export async function putBack(from: string, file: string, stamp: string): Promise<string | null> {
  const part = `${file}.part-${process.pid}`;
  const kept = existsSync(file) ? freeName(`${file}.before-restore-${stamp}`) : null;
  try {
    await backUp(from, part);
    if (kept !== null) {
      // Its log was written into it; left behind it would be read into the one restored.
      await keepAside(file, kept);
      for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
    }
    putInPlace(part, file);
    return kept;
  } catch (error) {
    throw storeError(error, file);
  } finally {
    removeWithLog(part);
  }
}

/** With all that stands in its log; as it is, byte for byte, where it is too broken to be read. */
async function keepAside(file: string, kept: string): Promise<void> {
  try {
    const database = new Sqlite(file, { timeout: 5000, ...nativeBinding() });
    try {
      database.pragma('wal_checkpoint(TRUNCATE)');
      makePrivateFile(kept);
      await database.backup(kept);
    } finally {
      database.close();
    }
    sync(kept);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw error;
    for (const end of ['', '-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, kept + end);
  }
}

/** Before the format changes: `openclaw.db.format-2-20261123T031400Z`, the newest three are kept. Errors: UserError. */
export async function copyBeforeMigration(file: string, format: number, now: number): Promise<void> {
  const to = freeName(`${file}.format-${format}-${stampOf(now)}`);
  try {
    await backUp(file, to);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `the state file could not be copied before its format changes (${why}); nothing was changed`,
      `make room for a copy of ${file} beside it, and try again`,
    );
  }
  const copies = readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.format-`) && !name.includes('.part-'))
    .sort((a, b) => timeIn(a).localeCompare(timeIn(b)));
  for (const old of copies.slice(0, -KEPT)) rmSync(join(dirname(file), old), { force: true });
}

/** `20261123T031400Z` */
export function stampOf(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
}

function timeIn(name: string): string {
  return /-(\d{8}T\d{6}Z.*)$/.exec(name)?.[1] ?? '';
}

function freeName(wanted: string): string {
  for (let turn = 0; ; turn += 1) {
    const name = turn === 0 ? wanted : `${wanted}-${turn}`;
    if (!existsSync(name)) return name;
  }
}

/** Complete and synced before it has the name, and the name synced as well. */
function putInPlace(part: string, to: string): void {
  sync(part);
  renameSync(part, to);
  sync(dirname(to));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeWithLog(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
}
