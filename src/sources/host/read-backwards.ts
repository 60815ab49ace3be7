// Yields the lines of an open file from its end, in bounded memory, whatever is in it.
import type { FileHandle } from 'node:fs/promises';

/** What may still be read; shared by the files of one search that follow each other. */
export interface Budget {
  bytes: number;
}

const BLOCK = 64 * 1024;
/** Of a longer line, the beginning is kept: there stand its time and its message. */
export const MAX_LINE = 8 * 1024;
const NEWLINE = 0x0a;

/**
 * The newest line first, without its newline, as bytes; at most the first 8 KB of each. Ends at the beginning of the
 * file or when the budget is used up: then `budget.bytes` is 0, and the last line may lack its beginning. Runs of NUL at
 * the start of a line (a log that was truncated under its writer) are skipped.
 */
export async function* readBackwards(
  file: FileHandle,
  size: number,
  budget: Budget,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const block = Buffer.alloc(BLOCK);
  let carry: Buffer = Buffer.alloc(0);
  let position = size;
  let atEnd = true;
  while (position > 0 && budget.bytes > 0) {
    signal.throwIfAborted();
    const wanted = Math.min(BLOCK, position, budget.bytes);
    const { bytesRead } = await file.read(block, 0, wanted, position - wanted);
    // Shorter than it was: it is being rotated, and what is left will be found under its next name.
    if (bytesRead < wanted) break;
    position -= wanted;
    budget.bytes -= wanted;
    let end = wanted;
    for (let newline = block.lastIndexOf(NEWLINE, end - 1); end > 0 && newline !== -1; ) {
      carry = head(block.subarray(newline + 1, end), carry);
      if (!(atEnd && carry.length === 0)) yield carry;
      atEnd = false;
      carry = Buffer.alloc(0);
      end = newline;
      newline = end === 0 ? -1 : block.lastIndexOf(NEWLINE, end - 1);
    }
    carry = head(block.subarray(0, end), carry);
  }
  if (carry.length > 0) yield carry;
}

/** The first bytes of `part` followed by `rest`, as a copy: the block is read into again. */
function head(part: Buffer, rest: Buffer): Buffer {
  let start = 0;
  while (start < part.length && part[start] === 0) start += 1;
  if (start === part.length) return rest;
  return Buffer.concat([part.subarray(start, start + MAX_LINE), rest]).subarray(0, MAX_LINE);
}
