// Reads the record from its first entry on and says what no longer fits, entry by entry.
import { type ChainedEntry, entryHash, NO_ENTRY, type RecordHead, shortHash } from './record.ts';

export interface StoredEntry extends ChainedEntry {
  hash: string | null;
}

export interface Flaw {
  /** The first entry it is about. */
  entry: number;
  what: 'changed' | 'moved' | 'missing' | 'cut' | 'head';
  text: string;
}

/** A head somebody kept, outside of the record: the beginning of a hash, and what it is the hash of. */
export interface KeptHead {
  hash: string;
  /** Null: not known. */
  entry: number | null;
  /** "the summary of incident #43", "--head". */
  where: string;
}

export interface RecordCheck {
  /** In the order of their numbers. */
  add(entry: StoredEntry): void;
  /** `newest`: the highest number that was ever given to an entry. */
  end(newest: number): Verified;
}

export interface Verified {
  /** Null: there is no entry. */
  head: RecordHead | null;
  entries: number;
  /** In the order of the entries. Empty: all of it is as it was written. */
  flaws: Flaw[];
}

/** Entries that do not fit and are kept, to see whether one of them stands where another was. */
const COMPARED = 200;

interface Misfit {
  entry: StoredEntry;
  /** The hash it had to follow; null: not known. */
  previous: string | null;
  flaw: Flaw;
}

export function checkRecord(kept: readonly KeptHead[]): RecordCheck {
  const flaws: Flaw[] = [];
  const misfits: Misfit[] = [];
  const unseen = new Set(kept);
  let entries = 0;
  let last = 0;
  /** What the next entry may follow: the hash that is stored, and the one that should be. */
  let stored: string | null = NO_ENTRY;
  let expected: string | null = NO_ENTRY;
  let lastFlaw: Flaw | null = null;

  function add(entry: StoredEntry): void {
    entries += 1;
    if (entry.id < 1) {
      flaws.push({ entry: entry.id, what: 'changed', text: `entry ${entry.id} was put in by hand` });
      return;
    }
    const missing = entry.id > last + 1;
    if (missing) flaws.push(gap(last + 1, entry.id - 1));
    const { hash } = entry;
    const fits = (previous: string | null) =>
      previous !== null && hash !== null && hashOf(previous, entry) === hash;
    const overwritten = lastFlaw !== null && fits(expected);
    if (overwritten && lastFlaw)
      lastFlaw.text = `entry ${lastFlaw.entry}: its hash was overwritten; the rest of it is as it was written`;
    // What follows a gap, or an entry without a hash, fits nothing that is known.
    const unknowable = hash !== null && (missing || stored === null);
    let flaw: Flaw | null = null;
    if (!fits(stored) && !overwritten && !unknowable) {
      flaw = { entry: entry.id, what: 'changed', text: changed(entry) };
      flaws.push(flaw);
      if (misfits.length < COMPARED) misfits.push({ entry, previous: missing ? null : stored, flaw });
    }
    for (const head of unseen) {
      if (head.entry !== null && head.entry !== entry.id) continue;
      if (hash?.startsWith(head.hash)) unseen.delete(head);
    }
    expected = stored === null ? null : hashOf(stored, entry);
    stored = hash;
    lastFlaw = flaw;
    last = entry.id;
  }

  return {
    add,
    end(newest) {
      if (newest > last) flaws.push(cut(last + 1, newest));
      for (const head of unseen) flaws.push(unfulfilled(head, last));
      const head = last > 0 && stored !== null ? { entry: last, hash: stored } : null;
      return { head, entries, flaws: withMoves(flaws, misfits).sort((a, b) => a.entry - b.entry) };
    },
  };
}

/** Null: a value that no entry was ever written with. */
function hashOf(previous: string, entry: StoredEntry): string | null {
  try {
    return entryHash(previous, entry);
  } catch {
    return null;
  }
}

function changed({ id, hash }: StoredEntry): string {
  if (hash === null) return `entry ${id} has no hash: it was put in by hand, or its hash was taken away`;
  return `entry ${id} is not what was written: it was changed, or put in by hand`;
}

function gap(from: number, to: number): Flaw {
  const which = from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
  return { entry: from, what: 'missing', text: `${which} missing` };
}

function cut(from: number, to: number): Flaw {
  const which = from === to ? `entry ${from} was` : `entries ${from} to ${to} were`;
  return { entry: from, what: 'cut', text: `${which} cut off the end` };
}

function unfulfilled({ hash, entry, where }: KeptHead, last: number): Flaw {
  const named = `${shortHash(hash)}${entry === null ? '' : ` (entry ${entry})`}`;
  const become =
    entry !== null && entry > last
      ? 'the record ends before it: its end was cut off'
      : 'the record has no such head: it was rewritten, or its end was cut off';
  return { entry: entry ?? last + 1, what: 'head', text: `${where} names ${named}, and ${become}` };
}

/** Of those that do not fit: stands one of them where another was? And does the next one fit that other? */
function withMoves(flaws: readonly Flaw[], misfits: readonly Misfit[]): Flaw[] {
  const was = new Map<number, string>();
  const fit = new Set<Flaw>();
  for (const { entry, previous, flaw } of misfits) {
    const before = was.get(entry.id - 1) ?? previous;
    if (before === null) continue;
    if (hashOf(before, entry) === entry.hash) {
      fit.add(flaw);
      continue;
    }
    for (const { entry: other } of misfits) {
      if (other.id === entry.id) continue;
      const there = hashOf(before, { ...other, id: entry.id });
      if (there === null || (there !== other.hash && there !== entry.hash)) continue;
      was.set(entry.id, there);
      flaw.what = 'moved';
      flaw.text = `entry ${entry.id} stands at ${other.id}: the order was changed`;
      break;
    }
  }
  return flaws.filter((flaw) => !fit.has(flaw));
}
