// Who asks in the same turn shares one transaction, a savepoint each, and hears of it once the disk has it.
import type SqliteTypes from 'better-sqlite3';
import type { Db } from './driver.ts';
import { stillUnsyncedError, storeError, unsyncedError } from './errors.ts';
import type { LogSync } from './log-sync.ts';
import type { Tables } from './tables.ts';

interface Pending {
  work: (tx: Tables) => Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface Commits {
  write<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
  /** Takes no more, and resolves once everything asked for has been settled. */
  ended(): Promise<void>;
}

/** Everything asked for until then shares the transaction. */
const nextTurn = () => new Promise<void>((started) => setImmediate(started));
/** A turn of the loop lets the garbage collector in, which takes longer than what a short command writes. */
const atOnce = async () => {};

export function createCommits({
  file,
  db,
  tx,
  writer,
  alone,
  beside,
}: {
  file: string;
  db: Db;
  tx: Tables;
  writer(): Promise<SqliteTypes.Database>;
  /** Nobody else asks: no turn is waited for. */
  alone: boolean;
  /** Null: each commit waits for the disk itself. */
  beside: LogSync | null;
}): Commits {
  const untilOthersAsked = alone ? atOnce : nextTurn;
  let pending: Pending[] = [];
  let pumping: Promise<void> | null = null;
  /** The disk refused: what SQLite believes to be in its log may not be there. */
  let doubtful = false;
  let closed = false;

  async function pump(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      let settled: (() => void)[];
      try {
        settled = await commitTogether(batch);
        if (beside) await syncLog(beside);
      } catch (error) {
        const reason = storeError(error, file);
        settled = batch.map(
          ({ reject }) =>
            () =>
              reject(reason),
        );
      }
      for (const settle of settled) settle();
    }
    // In the same breath as the last look at `pending`, so that no write falls between the two.
    pumping = null;
  }

  /** The next transaction begins after it: who asks while the disk is busy shares that one. */
  async function syncLog({ sync }: LogSync): Promise<void> {
    try {
      await sync();
    } catch (error) {
      doubtful = true;
      if (!isInDatabase(await writer())) throw unsyncedError(error, file);
    }
  }

  /** A sync that failed may succeed the next time with nothing done: only a move into the database, synced, tells. */
  function isInDatabase(database: SqliteTypes.Database): boolean {
    try {
      const [moved] = database.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
      doubtful = moved === undefined || moved.log !== moved.checkpointed;
    } catch {
      doubtful = true;
    }
    return !doubtful;
  }

  /** One transaction for all that was asked for meanwhile. Gives what to tell each asker once it is on disk. */
  async function commitTogether(batch: Pending[]): Promise<(() => void)[]> {
    const database = await writer();
    if (doubtful && !isInDatabase(database)) throw stillUnsyncedError(file);
    const settled: (() => void)[] = [];
    try {
      await db.rows('begin immediate');
      for (const one of batch) settled.push(await inSavepoint(one, database));
      await db.rows('commit');
      return settled;
    } catch (error) {
      if (database.inTransaction) await db.rows('rollback');
      throw error;
    }
  }

  async function inSavepoint(
    { work, resolve, reject }: Pending,
    database: SqliteTypes.Database,
  ): Promise<() => void> {
    await db.rows('savepoint one');
    try {
      const value = await work(tx);
      await tx.atEnd.run();
      await db.rows('release one');
      return () => resolve(value);
    } catch (error) {
      tx.atEnd.forget();
      // SQLite may end the transaction itself, such as on a full disk: then nobody's work stands.
      if (!database.inTransaction) throw error;
      await db.rows('rollback to one');
      await db.rows('release one');
      return () => reject(storeError(error, file));
    }
  }

  function write<T>(work: (tx: Tables) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error('the store is closed'));
    return new Promise<T>((resolve, reject) => {
      pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
      pumping ??= untilOthersAsked().then(pump);
    });
  }

  return {
    write,
    async ended() {
      closed = true;
      await pumping;
      beside?.close();
    },
  };
}
