// The chain over the timeline: each entry's hash is over the entry and the hash of the one before it, so that
// what is changed, removed, added or moved later no longer fits. A head names everything up to its entry.
import { digestOf } from './digest.ts';

/** An entry as it is stored. `data` is its JSON text: the very bytes count. */
export interface ChainedEntry {
  id: number;
  incident: number | null;
  at: number;
  kind: string;
  actor: string;
  text: string;
  data: string;
}

/** The last entry of a part of the record, by number and hash. */
export interface RecordHead {
  entry: number;
  /** 64 lower-case hexadecimal digits; the short form is the first twelve. */
  hash: string;
}

/** What the first entry follows. */
export const NO_ENTRY = '0'.repeat(64);
const SHORT = 12;
/** Fewer digits of a head name too many hashes. */
const FEWEST = 8;

/** SHA-256 over canonical JSON (RFC 8785), 64 digits. Errors: TypeError where a value is none that JSON has. */
export function entryHash(previous: string, entry: ChainedEntry): string {
  const { id, incident, at, kind, actor, text, data } = entry;
  return digestOf({ previous, id, incident, at, kind, actor, text, data }).slice('sha256:'.length);
}

export function shortHash(hash: string): string {
  return hash.slice(0, SHORT);
}

/** "Record: 8f3a91c2d4e5 (entry 412)": what summaries and exports carry, and `readHead` reads. */
export function headLine({ entry, hash }: RecordHead): string {
  return `Record: ${shortHash(hash)} (entry ${entry})`;
}

/** As a person pastes it: the hash or its beginning, alone or with its entry. Null: no head. */
export function readHead(text: string): { entry: number | null; hash: string } | null {
  const [, hash = '', entry] =
    /^(?:Record:\s*)?([0-9a-f]{1,64})…?(?:\s+\(entry (\d{1,15})\))?$/i.exec(text.trim()) ?? [];
  if (hash.length < FEWEST) return null;
  return { hash: hash.toLowerCase(), entry: entry === undefined ? null : Number(entry) };
}
