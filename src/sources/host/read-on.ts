// All lines of a log and its rotated siblings within a stretch of time, however many. The newest part of a file comes
// first, so that who stops early has what is nearest, and each part forwards, so that traces stay whole.
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { errorLines } from '../../diagnosis/error-lines.ts';
import type { LinePattern } from '../../diagnosis/line-pattern.ts';
import { readLine } from '../../diagnosis/log-line.ts';
import type { LogLine } from '../../domain/capability.ts';
import type { LogReading } from '../../domain/tool.ts';
import { type LogFile, openLog } from './log-files.ts';
import { textOf } from './log-records.ts';
import { lineStart, readForwards } from './read-forwards.ts';
import { offsetOfTime } from './seek-time.ts';

export interface Stretch {
  sinceAt: number;
  /** Not included. */
  untilAt: number | undefined;
  now: number;
  pattern: LinePattern | null;
  /** Only lines of errors, with their traces. */
  errors: boolean;
  /** Counts the lines of that time, whether they fit or not. */
  read: { lines: number };
  signal: AbortSignal;
}

/** Of a file, read forwards. */
const PART = 8 * 1024 * 1024;
/** Threads write a little out of order. */
const SLACK_MS = 60_000;

type Ended = 'on' | 'too old' | 'enough';

/** False: who asked had enough of it, and there is more. */
export async function readOn(log: LogFile, stretch: Stretch, reading: LogReading): Promise<boolean> {
  let bytes = 0;
  const { sinceAt, untilAt, signal } = stretch;
  for (const name of log.names) {
    const file = await openLog(log.folder, name);
    if (file === null) continue;
    try {
      const { size, mtimeMs } = await file.stat();
      // A sibling that was last written before then has nothing newer, and those after it are older still.
      if (mtimeMs < sinceAt) return true;
      const late = untilAt === undefined ? size : await offsetOfTime(file, size, untilAt, stretch);
      // Where the last part begins; in `[from, searched)` its line may begin.
      let end = late === size ? size : ((await lineStart(file, { from: late, end: size }, signal)) ?? size);
      for (let searched = end; searched > 0; ) {
        const before = Math.max(0, searched - PART);
        const from = await lineStart(file, { from: before, end: searched }, signal);
        searched = before;
        if (from === null || from >= end) continue;
        const ended = await readPart(file, { from, end, instance: log.instance, bytes }, stretch, reading);
        bytes += end - from;
        if (ended === 'enough') return false;
        if (ended === 'too old') return true;
        end = from;
      }
    } finally {
      await file.close();
    }
  }
  return true;
}

async function readPart(
  file: FileHandle,
  { from, end, instance, bytes }: { from: number; end: number; instance: string; bytes: number },
  stretch: Stretch,
  reading: LogReading,
): Promise<Ended> {
  let at: number | null = null;
  let oldest: number | null = null;
  // Of its first lines: a single one with an old time, forged perhaps, hides nothing.
  let [timed, old, isBegin] = [0, 0, true];
  const isError = stretch.errors ? errorLines() : null;
  for await (const { lines: raw, position } of readForwards(file, { from, end }, stretch.signal)) {
    const lines: LogLine[] = [];
    for (const each of raw) {
      const text = textOf(each);
      if (text === '') continue;
      const { at: own, level } = readLine(text, stretch.now);
      if (own !== null) {
        at = own;
        oldest = Math.min(oldest ?? own, own);
        if (isBegin) timed += 1;
        if (isBegin && own < stretch.sinceAt - SLACK_MS) old += 1;
      }
      const line = { at, level, text, instance };
      if (!isWithin(line, stretch)) continue;
      stretch.read.lines += 1;
      if (isError !== null && !isError(line)) continue;
      if (stretch.pattern === null || stretch.pattern.test(text)) lines.push(line);
    }
    isBegin = false;
    if (lines.length > 0 && !reading.each(lines)) return 'enough';
    reading.progress({ bytes: bytes + position - from, backTo: oldest });
    // Pages and answers wait for no log.
    await setImmediate();
  }
  return old > timed / 2 ? 'too old' : 'on';
}

/** A line above the first time of a part is from about then. */
function isWithin({ at }: LogLine, { sinceAt, untilAt }: Stretch): boolean {
  return at === null || (at >= sinceAt && (untilAt === undefined || at < untilAt));
}
