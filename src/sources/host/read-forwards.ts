// Whole lines of a stretch of an open file, in bounded memory, whatever is in it.
import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE } from './read-backwards.ts';

const BLOCK = 128 * 1024;
const NEWLINE = 0x0a;

/** The lines between two offsets at which lines begin, a block's worth at a time. Of a longer line its first 8 KB. */
export async function* readForwards(
  file: FileHandle,
  { from, end }: { from: number; end: number },
  signal: AbortSignal,
): AsyncGenerator<{ lines: Buffer[]; position: number }> {
  const block = Buffer.alloc(BLOCK);
  let carry: Buffer = Buffer.alloc(0);
  for (let position = from; position < end; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK, end - position), position);
    // Shorter than it was: it was truncated under us.
    if (bytesRead === 0) break;
    position += bytesRead;
    const lines: Buffer[] = [];
    let start = 0;
    for (let newline = block.indexOf(NEWLINE); newline !== -1 && newline < bytesRead; ) {
      const line =
        carry.length > 0 ? joined(carry, block.subarray(start, newline)) : block.subarray(start, newline);
      carry = Buffer.alloc(0);
      lines.push(line.subarray(0, MAX_LINE));
      start = newline + 1;
      newline = block.indexOf(NEWLINE, start);
    }
    carry = joined(carry, block.subarray(start, bytesRead));
    yield { lines, position };
  }
  if (carry.length > 0) yield { lines: [carry], position: end };
}

/**
 * Where the first line begins in `[from, end)`; null: no line does. The beginning of a file is that of a line. Looks from
 * the byte before `from` on.
 */
export async function lineStart(
  file: FileHandle,
  { from, end }: { from: number; end: number },
  signal: AbortSignal,
): Promise<number | null> {
  if (from === 0) return 0;
  const block = Buffer.alloc(BLOCK);
  for (let position = from - 1; position < end - 1; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK, end - 1 - position), position);
    if (bytesRead === 0) return null;
    const newline = block.subarray(0, bytesRead).indexOf(NEWLINE);
    if (newline !== -1) return position + newline + 1;
    position += bytesRead;
  }
  return null;
}

/** Runs of NUL at the start of a line (a log that was truncated under its writer) are left out. */
function joined(carry: Buffer, part: Buffer): Buffer {
  let start = 0;
  if (carry.length === 0) while (start < part.length && part[start] === 0) start += 1;
  return Buffer.concat([carry, part.subarray(start, start + MAX_LINE)]).subarray(0, MAX_LINE);
}
