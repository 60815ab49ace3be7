// The question both readers of CloudWatch Logs answer, and how an event becomes lines.
import { errorLines } from '../../diagnosis/error-lines.ts';
import type { LinePattern } from '../../diagnosis/line-pattern.ts';
import { readLine } from '../../diagnosis/log-line.ts';
import { logText } from '../../diagnosis/log-text.ts';
import type { LogLine } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';

export interface LogQuery {
  groups: readonly string[];
  /** Names of streams; null: all of them. */
  streams: readonly string[] | null;
  /** Instants, both included. */
  from: number;
  to: number;
  /** Lines wanted: the newest. */
  limit: number;
  /** Null: every line. */
  pattern: LinePattern | null;
  /** Only lines of errors, with their traces. */
  errors: boolean;
}

/** What lines have to be. */
export type Wanted = Pick<LogQuery, 'pattern' | 'errors'>;

export interface LogEvent {
  at: number;
  message: string;
  stream: string;
}

export interface LogAnswer {
  events: LogEvent[];
  /** There are, or may be, older events that fit. */
  truncated: boolean;
}

/** Of one line; the rest of a longer one is left out. */
const MAX_LINE = 8 * 1024;
/** Of one event: a stack trace. */
const MAX_LINES = 200;

/** The newest `limit` lines, oldest first. An event of several lines is several, all of its time. */
export function toLines(events: readonly LogEvent[], query: LogQuery): LogLine[] {
  const { limit } = query;
  const ordered = [...events].sort((a, b) => b.at - a.at);
  const lines: LogLine[] = [];
  for (const event of ordered) {
    if (lines.length >= limit) break;
    lines.push(...linesOf(event, query).reverse());
  }
  return lines.slice(0, limit).reverse();
}

export function linesOf({ at, message, stream }: LogEvent, { pattern, errors }: Wanted): LogLine[] {
  const instance = instanceOf(stream);
  const isError = errors ? errorLines() : null;
  return message
    .slice(0, MAX_LINE * 8)
    .split('\n', MAX_LINES)
    .map((raw) => (raw.length > MAX_LINE ? `${logText(raw.slice(0, MAX_LINE))}…` : logText(raw)))
    .filter((text) => text !== '')
    .map((text) => ({ at, level: readLine(text, at).level, text, instance }))
    .filter((line) => isError === null || isError(line))
    .filter(({ text }) => pattern === null || pattern.test(text));
}

/** Sources find more than fits, and every event where nothing is wanted of them fits. */
export function isWanted(event: LogEvent, wanted: Wanted): boolean {
  return (wanted.pattern === null && !wanted.errors) || linesOf(event, wanted).length > 0;
}

/** `api/web/4f1e…` of the awslogs driver is the task, `i-0abc/app.log` of an agent the machine, else the stream. */
export function instanceOf(stream: string): string {
  const parts = stream.split('/');
  const last = parts.at(-1) ?? stream;
  if (/^[0-9a-f]{32}$/.test(last)) return last;
  const machine = parts.find((part) => /^i-[0-9a-f]{8,17}$/.test(part));
  return machine ?? clipped(stream, 100);
}
