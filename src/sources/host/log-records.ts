// The records of one log and its rotated siblings, newest first: a line with a time and the lines that follow it.
import { errorLines } from '../../diagnosis/error-lines.ts';
import type { LinePattern } from '../../diagnosis/line-pattern.ts';
import { readLine } from '../../diagnosis/log-line.ts';
import { logText } from '../../diagnosis/log-text.ts';
import type { LogLine } from '../../domain/capability.ts';
import { isPlain } from '../../domain/text/display-width.ts';
import { type LogFile, openLog } from './log-files.ts';
import { type Budget, MAX_LINE, readBackwards } from './read-backwards.ts';
import { offsetOfTime } from './seek-time.ts';

export interface LogRecord {
  /** What to merge by: its time, or where none is written that of its neighbour. */
  order: number;
  /** Newest first. */
  lines: LogLine[];
}

export interface RecordQuery {
  sinceAt: number | undefined;
  /** Not included. */
  untilAt: number | undefined;
  now: number;
  /** Null: every line. */
  pattern: LinePattern | null;
  /** Only lines of errors, with their traces. */
  errors: boolean;
  /** Counts the lines of that time, whether they fit or not. */
  read: { lines: number };
  budget: Budget;
  signal: AbortSignal;
}

/** A stack trace belongs to the line above it, but a file without any times is no single record. */
const MAX_TAIL = 200;
/** A single line with an old time, forged perhaps, must not hide everything before it. */
const OLD_IN_A_ROW = 50;

/** How many older neighbours may say that a record's time is wrong. */
const NEIGHBOURS = 5;

export async function* recordsOf(log: LogFile, query: RecordQuery): AsyncGenerator<LogRecord> {
  const waiting: LogRecord[] = [];
  // A line far older than the lines before it would hold back all of them in the merge: it goes with its neighbours.
  const next = (): LogRecord | undefined => {
    const order = Math.max(...waiting.map((record) => record.order));
    const first = waiting.shift();
    return first && { ...first, order };
  };
  for await (const record of unorderedRecords(log, query)) {
    waiting.push(record);
    const first = waiting.length > NEIGHBOURS ? next() : undefined;
    if (first) yield first;
  }
  for (let rest = next(); rest !== undefined; rest = next()) yield rest;
}

async function* unorderedRecords(log: LogFile, query: RecordQuery): AsyncGenerator<LogRecord> {
  let order: number | null = null;
  for (const name of log.names) {
    const file = await openLog(log.folder, name);
    if (file === null) continue;
    try {
      const { size, mtimeMs } = await file.stat();
      // A sibling that was last written before then has nothing newer, and those after it are older still.
      if (query.sinceAt !== undefined && mtimeMs < query.sinceAt) return;
      order = Math.min(order ?? mtimeMs, mtimeMs);
      const { untilAt } = query;
      const end = untilAt === undefined ? size : await offsetOfTime(file, size, untilAt, query);
      let old = 0;
      for await (const record of grouped(
        readBackwards(file, end, query.budget, query.signal),
        log.instance,
        query.now,
      )) {
        const at = record.at;
        if (at !== null) order = at;
        const tooOld = at !== null && query.sinceAt !== undefined && at < query.sinceAt;
        old = tooOld ? old + 1 : at === null ? old : 0;
        if (old >= OLD_IN_A_ROW) return;
        const tooNew = at !== null && untilAt !== undefined && at >= untilAt;
        if (tooOld || tooNew) continue;
        query.read.lines += record.lines.length;
        const lines = fitting(record.lines, query);
        if (lines.length > 0) yield { order, lines };
      }
    } finally {
      await file.close();
    }
    if (query.budget.bytes <= 0) return;
  }
}

async function* grouped(
  raw: AsyncGenerator<Buffer>,
  instance: string,
  now: number,
): AsyncGenerator<{ at: number | null; lines: LogLine[] }> {
  let tail: LogLine[] = [];
  for await (const bytes of raw) {
    const text = textOf(bytes);
    if (text === '') continue;
    const { at, level } = readLine(text, now);
    tail.push({ at, level, text, instance });
    if (at !== null) {
      yield { at, lines: tail.map((line) => ({ ...line, at })) };
      tail = [];
    } else if (tail.length >= MAX_TAIL) {
      yield { at: null, lines: tail };
      tail = [];
    }
  }
  if (tail.length > 0) yield { at: null, lines: tail };
}

/** Bytes as one line for people: no colours, no control characters, no bytes that are no text. */
export function textOf(bytes: Buffer): string {
  const cut = bytes.length >= MAX_LINE;
  const raw = bytes.toString('utf8');
  // Nearly every line is so, and it is asked for every line of a gigabyte.
  if (!cut && isPlain(raw)) return raw.trimEnd();
  const text = logText(raw);
  const strange = text.split('\ufffd').length - 1;
  if (strange > 8 && strange > text.length / 4)
    return `(${bytes.length}${cut ? ' or more' : ''} bytes that are no text)`;
  return cut ? `${text.replace(/\ufffd$/, '')}…` : text;
}

/** Newest first, as they are. */
function fitting(
  lines: readonly LogLine[],
  { pattern, errors }: Pick<RecordQuery, 'pattern' | 'errors'>,
): LogLine[] {
  const isError = errors ? errorLines() : null;
  const ofErrors = isError === null ? lines : lines.toReversed().filter(isError).reverse();
  return ofErrors.filter(({ text }) => pattern === null || pattern.test(text));
}
