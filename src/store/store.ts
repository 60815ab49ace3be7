// The one file everything lives in. Commits asked for in the same turn share one transaction, and no asker hears of its
// commit before the disk has it.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type SqliteTypes from 'better-sqlite3';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { createCommits } from './commits.ts';
import { type Db, databaseOn } from './driver.ts';
import { StoreError, storeError } from './errors.ts';
import { type LogSync, logSync } from './log-sync.ts';
import { nativeBinding } from './native-binding.ts';
import { makePrivateFile, makePrivateFolder } from './private-file.ts';
import { Sqlite } from './sqlite.ts';
import { createTables, type Tables } from './tables.ts';
import { BUSY_TIMEOUT_MS, setWriteAhead } from './write-ahead.ts';

/** `PRAGMA user_version` of a state file this program can use. Equals the number of migrations. */
export const SCHEMA_VERSION = 10;

/** Of each connection. better-sqlite3 is built for 16 MB; what is not in it is in the system's own cache. */
const CACHE_KB = 4096;
/** A log that the next process reads through in less than a millisecond. */
const LEFT_LOG_BYTES = 256 * 1024;

export interface Store {
  file: string;
  /** A connection of its own that cannot write. Sees what was committed. */
  read: Tables;
  /** Runs `work` in a transaction and resolves once it is on disk. Inside, use only `tx`; no I/O, no `write`. */
  write<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
  /** Changes with every commit, of this process or another. */
  dataVersion(): number;
  close(): Promise<void>;
  /**
   * For a process that ends right after: what was committed is on disk, and the kernel closes the file. An orderly
   * close would move it from the log into the database, three more waits for the disk; done when the log has grown.
   */
  leave(): Promise<void>;
}

export interface StoreOptions {
  file: string;
  clock: Clock;
  /**
   * `when needed`: for a short command, which opens only the connection it uses; what is wrong with the file is
   * then said by the first read or write. Default `now`.
   */
  open?: 'now' | 'when needed';
  /**
   * The only store of a process that ends right after: a write then waits for no other to share its sync. Two such
   * in one process would wait for each other. Default false.
   */
  alone?: boolean;
  /** How commits reach the disk, when not alone. Default: a thread of Node's syncs the log. */
  sync?: LogSync;
  /** Who is at the keyboard: their changes of the configuration are recorded. Default: nobody is. */
  who?: () => Principal;
}

/** Makes the file, or brings it to the newest format. Errors: UserError. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { file, clock, open = 'now', alone = false, who } = options;
  const beside = alone ? null : (options.sync ?? logSync(file));
  const connections = createConnections(file, clock, beside ? 'NORMAL' : 'FULL');
  if (open === 'now') {
    try {
      await connections.writer();
      await connections.reader();
    } catch (error) {
      connections.close();
      throw error;
    }
  }
  const db = dbOn(connections.writer, file);
  const tx = createTables(db, clock, who);
  const { write, ended } = createCommits({ file, db, tx, writer: connections.writer, alone, beside });
  return {
    file,
    read: createTables(dbOn(connections.reader, file), clock),
    write,
    dataVersion: () => Number(connections.readerNow().pragma('data_version', { simple: true })),
    async close() {
      await ended();
      connections.close();
    },
    async leave() {
      await ended();
      connections.leave();
    },
  };
}

interface Connections {
  writer(): Promise<SqliteTypes.Database>;
  reader(): Promise<SqliteTypes.Database>;
  /** The same reader, for who knows that the file is there. */
  readerNow(): SqliteTypes.Database;
  close(): void;
  leave(): void;
}

/**
 * Each is opened once. A file that is as it should be is not opened for writing in order to be read. `synchronous`: FULL
 * waits for the disk in each commit; NORMAL leaves that to the caller, and still does at every move into the database.
 */
function createConnections(file: string, clock: Clock, synchronous: 'FULL' | 'NORMAL'): Connections {
  const opened: { writer?: SqliteTypes.Database; reader?: SqliteTypes.Database } = {};
  let preparing: Promise<SqliteTypes.Database> | undefined;
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeError(error, file);
    }
  };
  async function prepareWriter(): Promise<SqliteTypes.Database> {
    opened.writer = openWriter(file);
    await migrate(opened.writer, file, clock);
    opened.writer.pragma(`synchronous = ${synchronous}`);
    return opened.writer;
  }
  function readerNow(): SqliteTypes.Database {
    opened.reader ??= openReader(file);
    return opened.reader;
  }
  const writer = () => {
    preparing ??= explained(prepareWriter);
    return preparing;
  };
  return {
    writer,
    readerNow,
    reader: () =>
      explained(async () => {
        if (preparing || !isReadyToRead(file)) await writer();
        return readerNow();
      }),
    close() {
      opened.reader?.close();
      opened.writer?.close();
    },
    leave() {
      if (!opened.writer) return;
      const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
      if ((log?.size ?? 0) > LEFT_LOG_BYTES) this.close();
    },
  };

  function isReadyToRead(path: string): boolean {
    if (!existsSync(path)) return false;
    const format = knownFormat(readerNow(), path);
    if (format === SCHEMA_VERSION) return true;
    opened.reader?.close();
    delete opened.reader;
    return false;
  }
}

function openWriter(file: string): SqliteTypes.Database {
  makePrivateFolder(dirname(file));
  // Made here first, so that neither it nor its -wal and -shm are ever readable by others.
  makePrivateFile(file);
  const database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS, ...nativeBinding() });
  try {
    knownFormat(database, file);
    if (setWriteAhead(database) !== 'wal') {
      throw new StoreError(
        `the file system of ${file} cannot do what the state file needs (write-ahead logging)`,
        'set OPENCLAW_STATE_DIR to a folder on a local disk',
      );
    }
    // better-sqlite3 is built to sync only at checkpoints in WAL mode; an acknowledged alert must outlive the power.
    database.pragma('synchronous = FULL');
    database.pragma('wal_autocheckpoint = 10000');
    database.pragma(`cache_size = -${CACHE_KB}`);
    database.pragma('foreign_keys = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openReader(file: string): SqliteTypes.Database {
  const database = new Sqlite(file, { readonly: true, timeout: BUSY_TIMEOUT_MS, ...nativeBinding() });
  database.pragma('synchronous = FULL');
  database.pragma(`cache_size = -${CACHE_KB}`);
  return database;
}

/** Gives the format found; 0: a fresh file. Errors: UserError when it is not one of ours. */
function knownFormat(writer: SqliteTypes.Database, file: string): number {
  // Looked at first: tables that another command commits between the two looks come with their format.
  const hasTables = writer.prepare('select 1 from sqlite_master limit 1').get() !== undefined;
  const found = Number(writer.pragma('user_version', { simple: true }));
  if (found === 0 && hasTables) {
    throw new UserError(
      `${file} is a database of another program`,
      'set OPENCLAW_STATE_DIR to a folder of its own; nothing was changed',
    );
  }
  if (found <= SCHEMA_VERSION) return found;
  throw new UserError(
    `the state file ${file} was written by a newer openclaw (format ${found}, this one knows ${SCHEMA_VERSION})`,
    'install the newer version again; nothing was changed',
  );
}

async function migrate(writer: SqliteTypes.Database, file: string, clock: Clock): Promise<void> {
  const found = knownFormat(writer, file);
  if (found === SCHEMA_VERSION) return;
  if (found > 0) {
    const { copyBeforeMigration } = await import('./backup.ts');
    await copyBeforeMigration(file, found, clock.now());
  }
  const { MIGRATIONS } = await import('./migrations.ts');
  const db = dbOn(async () => writer, file);
  await db.rows('begin immediate');
  try {
    // Two short commands may both find a fresh folder: the second one waits here and then has nothing to do.
    const now = knownFormat(writer, file);
    for (const step of MIGRATIONS.slice(now)) await step(db.query, clock.now());
    writer.pragma(`user_version = ${MIGRATIONS.length}`);
    await db.rows('commit');
  } catch (error) {
    if (writer.inTransaction) await db.rows('rollback');
    throw error;
  }
}

function dbOn(open: () => Promise<SqliteTypes.Database>, file: string): Db {
  return databaseOn(open, (error) => storeError(error, file));
}
