// One commit for all that arrived meanwhile. Requests hand their entries in and are answered after the synced
// commit that holds them; while one commit runs, the next batch gathers.
import type { NewInboxEntry } from '../store/inbox.ts';

export type InboxEntry = NewInboxEntry;

/**
 * Resolves after the synced commit with how many were new: the others' keys were there already. A rejection
 * means that nothing was stored.
 */
export type Accept = (entries: InboxEntry[]) => Promise<number>;

export interface Batcher {
  /**
   * Gives how many were there already; null where a commit of several requests had some and cannot say whose.
   * Rejects with what the store said; then none of them is stored.
   */
  add(entries: InboxEntry[]): Promise<number | null>;
  /** Resolves when nothing is waiting. */
  idle(): Promise<void>;
}

interface Waiting {
  entries: InboxEntry[];
  resolve(duplicates: number | null): void;
  reject(cause: unknown): void;
}

/** More rows would hold the event loop too long in one commit. */
const BATCH_ENTRIES = 1_000;

export function createBatcher(accept: Accept): Batcher {
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;

  function add(entries: InboxEntry[]): Promise<number | null> {
    if (entries.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      queue.push({ entries, resolve, reject });
      running ??= run();
    });
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      // The rest of this turn may still bring requests; and between two commits others get the loop.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const batch = takeBatch();
      await commit(batch);
    }
    running = null;
  }

  /** Whole requests' lists, in order: one list is never torn between two commits. */
  function takeBatch(): Waiting[] {
    let count = 0;
    const end = queue.findIndex((waiting, index) => {
      count += waiting.entries.length;
      return index > 0 && count > BATCH_ENTRIES;
    });
    const batch = end < 0 ? queue : queue.slice(0, end);
    queue = end < 0 ? [] : queue.slice(end);
    return batch;
  }

  async function commit(batch: Waiting[]): Promise<void> {
    try {
      const entries = batch.flatMap((waiting) => waiting.entries);
      const added = await accept(entries);
      for (const waiting of batch) waiting.resolve(duplicatesOf(waiting));

      function duplicatesOf(waiting: Waiting): number | null {
        if (added === entries.length) return 0;
        return added === 0 || batch.length === 1 ? waiting.entries.length - added : null;
      }
    } catch (cause) {
      for (const { reject } of batch) reject(cause);
    }
  }

  async function idle(): Promise<void> {
    while (running) await running;
  }

  return { add, idle };
}
