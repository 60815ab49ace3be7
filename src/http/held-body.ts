// A long list read piece by piece and held as bytes until the document has ended. What identifies an alert, the
// group key, stands behind the list in what Alertmanager sends, so nothing can be committed before; bytes cost
// a tenth of what parsed alerts do, and all requests together may hold only so many.

import { RAW_MAX } from '../domain/dead-letter.ts';
import type { StreamFormat } from './formats/format.ts';
import { createSplitter, SplitError } from './json-splitter.ts';
import { HttpProblem, tryAgain } from './problem.ts';

/** Shared by all requests of a server. */
export interface HeldBytes {
  used: number;
  readonly max: number;
}

export interface HeldSlice {
  bytes: Buffer;
  /** Where each element ends in `bytes`. */
  ends: number[];
  /** Index of the first in the list. */
  first: number;
}

export interface HeldBody {
  slices: HeldSlice[];
  /** The document has the list, empty or not. */
  listed: boolean;
  /** All other fields of the document. */
  head: Map<string, unknown>;
  items: number;
  /** Elements that were too large to keep: the first few of them, and how many. */
  tooLarge: { count: number; bytes: number };
  /** True: the rest of the body was over the limit and not read. */
  cutOff: boolean;
  bytes: number;
  /** The first part, as it came. */
  start: Buffer;
}

/** Elements of one commit: some 20 ms of it. */
const SLICE_ITEMS = 500;
const SLICE_BYTES = 1024 * 1024;
const FIELD_BYTES = 64 * 1024;

/**
 * Give the bytes back with `release` when the alerts are stored.
 * @throws HttpProblem 400 for broken JSON, with `held.start` for the dead letter; 503 when others hold too much
 */
export function createHeldBody(
  format: StreamFormat,
  budget: HeldBytes,
): { held: HeldBody; read(chunks: AsyncIterable<Buffer>): Promise<void>; release(): void } {
  const held: HeldBody = {
    slices: [],
    listed: false,
    head: new Map(),
    items: 0,
    tooLarge: { count: 0, bytes: 0 },
    cutOff: false,
    bytes: 0,
    start: Buffer.alloc(0),
  };
  let counted = 0;
  // One scratch buffer for the slice being gathered: a small buffer for each alert would be garbage by the megabyte.
  let scratch = Buffer.alloc(0);
  let ends: number[] = [];
  let first = 0;

  const splitter = createSplitter(
    { array: format.array, maxItemBytes: format.maxItemBytes, maxFieldBytes: FIELD_BYTES },
    {
      item(bytes, index) {
        if (scratch.length === 0) scratch = Buffer.allocUnsafe(SLICE_BYTES + format.maxItemBytes);
        if (ends.length === 0) first = index;
        const end = (ends.at(-1) ?? 0) + bytes.length;
        bytes.copy(scratch, end - bytes.length);
        ends.push(end);
        held.items += 1;
        if (ends.length >= SLICE_ITEMS || end >= SLICE_BYTES) closeSlice();
      },
      itemTooLarge(_index, size) {
        // A slice has no holes: its indexes are counted from its first.
        closeSlice();
        held.tooLarge.count += 1;
        held.tooLarge.bytes = Math.max(held.tooLarge.bytes, size);
      },
      field(name, bytes) {
        held.head.set(name, parseField(name, bytes));
      },
      list() {
        held.listed = true;
      },
      // Nothing we read is so long.
      fieldTooLarge: () => undefined,
    },
  );

  function closeSlice(): void {
    if (ends.length === 0) return;
    held.slices.push({ bytes: Buffer.from(scratch.subarray(0, ends.at(-1) ?? 0)), ends, first });
    ends = [];
  }

  async function read(chunks: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        take(chunk);
        splitter.push(chunk);
      }
      splitter.end();
    } catch (error) {
      if (error instanceof SplitError) throw notJson(error.message, error.offset);
      if (!(error instanceof HttpProblem && error.reason === 'too-large')) throw error;
      held.cutOff = true;
    }
    closeSlice();
    scratch = Buffer.alloc(0);
  }

  function take(chunk: Buffer): void {
    counted += chunk.length;
    budget.used += chunk.length;
    held.bytes += chunk.length;
    if (held.start.length < RAW_MAX)
      held.start = Buffer.concat([held.start, chunk.subarray(0, RAW_MAX - held.start.length)]);
    if (budget.used > budget.max) throw tryAgain('overload', 'other long bodies are being read');
  }

  function release(): void {
    budget.used -= counted;
    counted = 0;
    held.slices = [];
  }

  return { held, read, release };
}

/** The elements of a slice, each as JSON says or as the error that it is not JSON. */
export function* itemsOf(
  slice: HeldSlice,
): Generator<{ index: number; item: unknown; bytes: Buffer; broken: boolean }> {
  let from = 0;
  for (const [position, end] of slice.ends.entries()) {
    const bytes = slice.bytes.subarray(from, end);
    from = end;
    const index = slice.first + position;
    try {
      yield { index, item: JSON.parse(bytes.toString()) as unknown, bytes, broken: false };
    } catch {
      yield { index, item: null, bytes, broken: true };
    }
  }
}

function parseField(name: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    throw notJson(`the value of ${JSON.stringify(name.slice(0, 60))} is not valid`, null);
  }
}

function notJson(message: string, offset: number | null): HttpProblem {
  const where = offset === null ? '' : ` at byte ${offset}`;
  return new HttpProblem(400, 'bad-body', `the body is not valid JSON${where}: ${message}`);
}
