// What could not be read, kept for a person: the reason and the first part of the bytes.
import { type DeadLetter, RAW_MAX } from '../domain/dead-letter.ts';
import { redact } from '../domain/redact.ts';
import type { InboxEntry } from './accept.ts';
import { shortHash } from './formats/identity.ts';

/** Of one request. */
export const DEAD_LETTERS_MAX = 20;

/** The same broken body again is the same dead letter: a sender that retries fills nothing. */
export function deadLetterEntry(
  source: string,
  letter: Pick<DeadLetter, 'reason' | 'where' | 'bytes' | 'contentType' | 'query' | 'kept'> & { raw: Buffer },
  receivedAt: number,
): InboxEntry {
  const raw = letter.raw.subarray(0, RAW_MAX);
  const body: DeadLetter = {
    reason: letter.reason,
    where: letter.where,
    raw: redact(raw.toString()),
    bytes: letter.bytes,
    ...(letter.contentType ? { contentType: redact(letter.contentType.slice(0, 200)) } : {}),
    ...(letter.query ? { query: redact(letter.query.slice(0, RAW_MAX)) } : {}),
    ...(letter.kept?.length ? { kept: letter.kept } : {}),
  };
  const key = `dead.${shortHash(letter.where, letter.reason, raw.toString('latin1'), String(letter.bytes))}`;
  return { source, key, kind: 'dead-letter', body, receivedAt };
}
