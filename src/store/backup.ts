// Copies of the state file: while it is used, and before its format changes. `restore.ts` is the way back.
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
export const PAGES = 2000;
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

export function freeName(wanted: string): string {
  for (let turn = 0; ; turn += 1) {
    const name = turn === 0 ? wanted : `${wanted}-${turn}`;
    if (!existsSync(name)) return name;
  }
}

/** Complete and synced before it has the name, and the name synced as well. */
export function putInPlace(part: string, to: string): void {
  sync(part);
  renameSync(part, to);
  sync(dirname(to));
}

export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function removeWithLog(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
}
