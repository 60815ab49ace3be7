import { checkRecord, type KeptHead, type Verified } from '../domain/record-check.ts';
import type { Tables } from './tables.ts';

/** Read at a time. */
const BATCH = 2000;

/** The whole record, against itself, the heads in the summaries that are still stored, and the one given. */
export async function verifyRecord(
  read: Pick<Tables, 'timeline'>,
  given: readonly KeptHead[],
): Promise<Verified> {
  // Read before the entries are: what is written meanwhile only adds to them.
  const newest = await read.timeline.newestNumber();
  const check = checkRecord([...(await read.timeline.postedHeads()), ...given]);
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const entries = await read.timeline.chained(after, BATCH);
    for (const entry of entries) check.add(entry);
    const last = entries.at(-1);
    if (last === undefined) return check.end(newest);
    after = last.id;
  }
}
