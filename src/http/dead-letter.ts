// What could not be read, kept for a person: the reason and the first part of the bytes.
import { redact } from '../domain/redact.ts';
import type { InboxEntry } from './accept.ts';
import { shortHash } from './formats/identity.ts';

export interface DeadLetter {
  /** What was wrong, and where. */
  reason: string;
  where: string;
  /** At most 64 kB of it, redacted. */
  raw: string;
  /** Of the body, or of the part. */
  bytes: number;
}

export const RAW_MAX = 64 * 1024;
/** Of one request. */
export const DEAD_LETTERS_MAX = 20;

/** The same broken body again is the same dead letter: a sender that retries fills nothing. */
export function deadLetterEntry(
  source: string,
  letter: { reason: string; where: string; raw: Buffer; bytes: number },
  receivedAt: number,
): InboxEntry {
  const raw = letter.raw.subarray(0, RAW_MAX);
  const body: DeadLetter = {
    reason: letter.reason,
    where: letter.where,
    raw: redact(raw.toString()),
    bytes: letter.bytes,
  };
  const key = `dead.${shortHash(letter.where, letter.reason, raw.toString('latin1'), String(letter.bytes))}`;
  return { source, key, kind: 'dead-letter', body, receivedAt };
}
