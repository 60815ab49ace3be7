// The journal of a state file: the first to open a fresh one changes it, and the others wait until that is done.
import type SqliteTypes from 'better-sqlite3';

/** How long a connection waits for what another one holds. */
export const BUSY_TIMEOUT_MS = 5000;
const SHORT_PAUSE_MS = 10;

/**
 * For the change SQLite wants the file for itself and does not wait: where several come in the same moment, the others
 * are told that it is busy, whatever the timeout. Gives the journal there is then. Errors: SQLITE_BUSY after 5 s.
 */
export function setWriteAhead(
  database: SqliteTypes.Database,
  pause: (ms: number) => void = holdThread,
): unknown {
  for (let waitedMs = 0; ; waitedMs += SHORT_PAUSE_MS) {
    try {
      return database.pragma('journal_mode = WAL', { simple: true });
    } catch (error) {
      const isBusy =
        error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
      if (!isBusy || waitedMs >= BUSY_TIMEOUT_MS) throw error;
      pause(SHORT_PAUSE_MS);
    }
  }
}

function holdThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
