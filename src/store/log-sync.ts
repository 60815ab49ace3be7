// Puts the write-ahead log on the disk beside the thread that writes it: a commit is then a write, the wait for the disk
// is another thread's, and whatever was committed meanwhile shares the next wait. SQLite's log is a chain of checksums,
// so that a commit is never found without all those before it (https://www.sqlite.org/walformat.html).
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/** Threads that serve files may all hang, such as in a dead network mount: then the one that waits does it itself. */
const PATIENCE_MS = 250;

type Beside = (log: number, ended: (error: Error | null) => void) => void;

export interface LogSync {
  /** Everything committed before the call is on the disk when it resolves. Errors: the system's, such as EIO. */
  sync(): Promise<void>;
  close(): void;
}

/** `beside`: Node's, and how long it may take. */
export function logSync(
  file: string,
  { beside = fdatasync, patienceMs = PATIENCE_MS }: { beside?: Beside; patienceMs?: number } = {},
): LogSync {
  let log: number | undefined;
  /** The system tells of a failed write once for each opening: who waits in vain must not take the other's news. */
  let own: number | undefined;
  return {
    sync() {
      // The log is there from the first commit to the closing of the last connection, one and the same file.
      log ??= openSync(`${file}-wal`, 'r+');
      own ??= openSync(`${file}-wal`, 'r+');
      return synced(log, own, { beside, patienceMs });
    },
    close() {
      for (const open of [log, own]) if (open !== undefined) closeSync(open);
      log = undefined;
      own = undefined;
    },
  };
}

function synced(
  log: number,
  own: number,
  { beside, patienceMs }: { beside: Beside; patienceMs: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (error: unknown) => {
      clearTimeout(patience);
      if (error) reject(error);
      else resolve();
    };
    const patience = setTimeout(() => {
      try {
        fdatasyncSync(own);
        ended(null);
      } catch (error) {
        ended(error);
      }
    }, patienceMs);
    beside(log, ended);
  });
}
