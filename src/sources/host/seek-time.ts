// Where in an open log a time begins, by halving: a day of a large file is found with some twenty reads.
import type { FileHandle } from 'node:fs/promises';
import { readLine } from '../../diagnosis/log-line.ts';

/** So much is looked through for a line with a time. */
const PROBE = 64 * 1024;
/** Threads write a little out of order: the end that is found lies this much later. */
const SLACK_MS = 5_000;

/**
 * An offset after which every line is from `at` or later, as far as its lines are in the order of their times. Where no
 * times are found, the size: then everything may be from before.
 */
export async function offsetOfTime(
  file: FileHandle,
  size: number,
  at: number,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<number> {
  const block = Buffer.alloc(PROBE);
  let [from, to] = [0, size];
  // A step leaves half of it and one probe.
  while (to - from > PROBE * 3) {
    signal.throwIfAborted();
    const middle = Math.floor((from + to) / 2);
    const { bytesRead } = await file.read(block, 0, PROBE, middle);
    const found = firstTime(block.subarray(0, bytesRead), now);
    // Without a time nobody knows on which side it is: what is read too much is left out line by line.
    if (found !== null && found >= at + SLACK_MS) to = middle + PROBE;
    else from = middle;
  }
  return Math.min(to, size);
}

/** Of the first whole line that has one. */
function firstTime(bytes: Buffer, now: number): number | null {
  for (let start = bytes.indexOf(0x0a) + 1; start > 0 && start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const { at } = readLine(bytes.toString('utf8', start, Math.min(end, start + 512)), now);
    if (at !== null) return at;
    start = newline === -1 ? 0 : newline + 1;
  }
  return null;
}
