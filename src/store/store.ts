// The one file everything lives in. Commits asked for in the same turn share one synced transaction.
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import { sqliteDialect } from './driver.ts';
import { storeError } from './errors.ts';
import type { Database } from './schema.ts';
import { createTables, type Tables } from './tables.ts';

/** `PRAGMA user_version` of a state file this program can use. Equals the number of migrations. */
export const SCHEMA_VERSION = 1;

export interface Store {
  file: string;
  /** A connection of its own that cannot write. Sees what was committed. */
  read: Tables;
  /** Runs `work` in a transaction and resolves once it is on disk. Inside, use only `tx`; no I/O, no `write`. */
  write<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
  /** Changes with every commit, of this process or another. */
  dataVersion(): number;
  close(): Promise<void>;
}

interface Pending {
  work: (tx: Tables) => Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export async function openStore(options: { file: string; clock: Clock }): Promise<Store> {
  const { file, clock } = options;
  let writer: Sqlite.Database | undefined;
  let reader: Sqlite.Database | undefined;
  try {
    writer = openWriter(file);
    const db = new Kysely<Database>({ dialect: sqliteDialect(writer) });
    await migrate(db, writer, file, clock);
    reader = openReader(file);
    return createStore({ file, clock, writer, db, reader });
  } catch (error) {
    reader?.close();
    writer?.close();
    throw storeError(error, file);
  }
}

function openWriter(file: string): Sqlite.Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Made here first, so that neither it nor its -wal and -shm are ever readable by others.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new Sqlite(file, nativeBinding());
  database.pragma('busy_timeout = 5000');
  database.pragma('journal_mode = WAL');
  // better-sqlite3 is built to sync only at checkpoints in WAL mode; an acknowledged alert must outlive the power.
  database.pragma('synchronous = FULL');
  database.pragma('wal_autocheckpoint = 10000');
  database.pragma('foreign_keys = ON');
  return database;
}

function openReader(file: string): Sqlite.Database {
  const database = new Sqlite(file, { readonly: true, ...nativeBinding() });
  database.pragma('busy_timeout = 5000');
  database.pragma('synchronous = FULL');
  return database;
}

/** The launcher names the binary it found, which saves the search for it. */
function nativeBinding(): { nativeBinding?: string } {
  const path = process.env.OPENCLAW_SQLITE_BINDING;
  return path ? { nativeBinding: path } : {};
}

async function migrate(
  db: Kysely<Database>,
  writer: Sqlite.Database,
  file: string,
  clock: Clock,
): Promise<void> {
  const found = Number(writer.pragma('user_version', { simple: true }));
  if (found === SCHEMA_VERSION) return;
  if (found > SCHEMA_VERSION) {
    throw new UserError(
      `the state file ${file} was written by a newer openclaw (format ${found}, this one knows ${SCHEMA_VERSION})`,
      'install the newer version again; nothing was changed',
    );
  }
  const { MIGRATIONS } = await import('./migrations.ts');
  await db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection);
    try {
      // Two short commands may both find a fresh folder: the second one waits here and then has nothing to do.
      const now = Number(writer.pragma('user_version', { simple: true }));
      for (const step of MIGRATIONS.slice(now)) await step(connection, clock.now());
      writer.pragma(`user_version = ${MIGRATIONS.length}`);
      await sql`commit`.execute(connection);
    } catch (error) {
      await sql`rollback`.execute(connection);
      throw error;
    }
  });
}

function createStore(parts: {
  file: string;
  clock: Clock;
  writer: Sqlite.Database;
  db: Kysely<Database>;
  reader: Sqlite.Database;
}): Store {
  const { file, clock, writer, db, reader } = parts;
  const readDb = new Kysely<Database>({ dialect: sqliteDialect(reader) });
  let pending: Pending[] = [];
  let pumping: Promise<void> | null = null;
  let closed = false;

  /** One transaction for all that was asked for meanwhile; each commit in a savepoint of its own. */
  async function pump(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      await db.connection().execute(async (connection) => {
        const tx = createTables(connection, clock);
        const settled: (() => void)[] = [];
        try {
          await sql`begin immediate`.execute(connection);
          for (const { work, resolve, reject } of batch) {
            await sql`savepoint one`.execute(connection);
            try {
              const value = await work(tx);
              settled.push(() => resolve(value));
            } catch (error) {
              await sql`rollback to one`.execute(connection);
              settled.push(() => reject(storeError(error, file)));
            }
            await sql`release one`.execute(connection);
          }
          await sql`commit`.execute(connection);
        } catch (error) {
          if (writer.inTransaction) await sql`rollback`.execute(connection);
          for (const { reject } of batch) reject(storeError(error, file));
          return;
        }
        for (const settle of settled) settle();
      });
    }
    // In the same breath as the last look at `pending`, so that no write falls between the two.
    pumping = null;
  }

  function write<T>(work: (tx: Tables) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error('the store is closed'));
    return new Promise<T>((resolve, reject) => {
      pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
      // On the next turn: everything asked for until then shares the sync.
      pumping ??= new Promise<void>((started) => setImmediate(started)).then(pump);
    });
  }

  return {
    file,
    read: createTables(readDb, clock),
    write,
    dataVersion: () => Number(reader.pragma('data_version', { simple: true })),
    async close() {
      closed = true;
      await pumping;
      reader.close();
      writer.close();
    },
  };
}
