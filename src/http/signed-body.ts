// A body that nothing is known of before its signature was checked, which covers all of it.
import { RAW_MAX } from '../domain/dead-letter.ts';
import type { SignatureCheck } from './auth.ts';

/** Over the limit only the first part of it is held, and `isOurs` says what its signature did: for the log, and a person. */
export type SignedBody =
  | { kind: 'whole'; raw: Buffer }
  | { kind: 'too-large'; start: Buffer; bytes: number; isOurs: boolean };

/** @throws HttpProblem as `chunks` does */
export async function readSignedBody(
  chunks: AsyncIterable<Buffer>,
  { maxBytes, check }: { maxBytes: number; check(): SignatureCheck },
): Promise<SignedBody> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let over: { start: Buffer; check: SignatureCheck } | null = null;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (over) {
      over.check.update(chunk);
      continue;
    }
    parts.push(chunk);
    if (bytes <= maxBytes) continue;
    const held = Buffer.concat(parts);
    parts = [];
    // A copy: a part of the whole would hold all of it.
    over = { start: Buffer.from(held.subarray(0, RAW_MAX)), check: check() };
    over.check.update(held);
  }
  if (!over) return { kind: 'whole', raw: Buffer.concat(parts) };
  return { kind: 'too-large', start: over.start, bytes, isOurs: over.check.isValid() };
}
