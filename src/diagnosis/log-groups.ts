// Lines that say the same thing, counted: what differs from line to line is masked, and what is left is the template.
// Linear in the text; the number of groups is bounded, whoever writes the log.
import type { LogLine } from '../domain/capability.ts';
import { scanLine } from './logs/scan-line.ts';
import { OTHER_TEMPLATE, settledGroups } from './logs/settled-groups.ts';
import { skeletonOf, templateOf } from './logs/skeleton.ts';
import { type LogEvent, traceFolder } from './logs/stack-trace.ts';

export interface LogGroup {
  template: string;
  /** The worst level seen, read from the text where the line has none. */
  level: LogLine['level'];
  /** A stack trace counts once. */
  count: number;
  /** Lines as they were read, those of stack traces included. */
  lines: number;
  /** Instants; null: no line of it had a time. */
  firstAt: number | null;
  lastAt: number | null;
  /** The first line of it; of a stack trace, the one that says what went wrong. */
  sample: LogLine;
  /** At most 20, in order of appearance. */
  instances: string[];
}

/** Lines as they come, of a read of any size. */
export interface LogCollector {
  add(line: LogLine): void;
  /** All groups so far, the worst first. Ends a stack trace that is not complete. */
  groups(): LogGroup[];
}

export const MAX_GROUPS = 500;
export { OTHER_TEMPLATE };

const maxRead = 2_000;
const maxTemplate = 300;
const maxInstances = 20;
const badness: Record<LogLine['level'], number> = { error: 4, warn: 3, unknown: 2, info: 1, debug: 0 };

/** Errors first, then warnings, then the rest; within a level the largest group first, then the earliest. */
export function groupLogs(lines: readonly LogLine[]): LogGroup[] {
  const collector = collectLogs();
  for (const line of lines) collector.add(line);
  return collector.groups();
}

/** In bounded memory. Which lines are one group does not depend on their order; a group's sample and instances do. */
export function collectLogs(): LogCollector {
  const settled = settledGroups({ merge: join, copy });
  const folder = traceFolder((event) => {
    const { message, level } = readLine(event.line);
    // Nobody writes a stack trace when all is well.
    const worst = level === 'unknown' && event.lines > 1 ? 'error' : level;
    settled.add(withoutTime(message), begin(event, worst));
  });
  return {
    add: folder.add,
    groups() {
      folder.end();
      const { groups, other } = settled.settle();
      const all = groups.map(({ template, tally }) => ({
        ...tally,
        template: template.slice(0, maxTemplate).trimEnd(),
      }));
      return bounded(all, other?.tally ?? null);
    },
  };
}

function bounded(groups: LogGroup[], other: LogGroup | null): LogGroup[] {
  const sorted = groups.sort(worstFirst);
  const rest = [...sorted.splice(MAX_GROUPS), ...(other ? [other] : [])];
  const [first, ...more] = rest;
  if (!first) return sorted;
  return [...sorted, { ...more.reduce(join, copy(first)), template: OTHER_TEMPLATE }].sort(worstFirst);
}

function worstFirst(one: LogGroup, other: LogGroup): number {
  return (
    badness[other.level] - badness[one.level] ||
    other.count - one.count ||
    (one.firstAt ?? Infinity) - (other.firstAt ?? Infinity) ||
    (one.template < other.template ? -1 : 1)
  );
}

/** `connection pool exhausted after <n>ms for user <text>`; at most 300 characters. */
export function maskLine(text: string): string {
  return templateOf(skeletonOf(scanLine(withoutTime(text))))
    .slice(0, maxTemplate)
    .trimEnd();
}

function withoutTime(text: string): string {
  return text.slice(0, maxRead).replace(LEADING_TIME, '');
}

const LEADING_TIME = /^\s*\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[.,\d]*(?:Z|[+-]\d\d:?\d\d)?\]?\s*/;
const LEADING_LEVEL = /^\[?(?:error|err|fatal|critical|warn|warning|info|notice|debug|trace)\]?:?\s+/i;
/** Of a request or a thread: different on every line. */
const LEADING_ID = /^\[[\w.:-]{4,40}\]\s+/;

/** A plain line without the time, level and request id that most loggers put before the words. */
function undressed(text: string): string {
  const bare = text.replace(LEADING_TIME, '').replace(LEADING_LEVEL, '').replace(LEADING_ID, '');
  return bare === '' ? text : bare;
}

/** The words of a line, without the dress of JSON or key=value logging, and its level. */
export function readLine(line: LogLine): { message: string; level: LogLine['level'] } {
  const structured = line.text.startsWith('{') ? fromJson(line.text) : fromPairs(line.text);
  const message = structured.message ?? undressed(line.text);
  if (line.level !== 'unknown') return { message, level: line.level };
  return { message, level: levelOf(structured.level ?? line.text.slice(0, maxRead)) };
}

function levelOf(text: string): LogLine['level'] {
  if (/\b(?:error|err|fatal|panic|critical|crit|severe|exception|emerg|traceback)\b/i.test(text))
    return 'error';
  if (/\bwarn(?:ing)?\b/i.test(text)) return 'warn';
  if (/\b(?:info|notice)\b/i.test(text)) return 'info';
  return /\b(?:debug|trace)\b/i.test(text) ? 'debug' : 'unknown';
}

interface Structured {
  message?: string;
  level?: string;
}

function fromJson(text: string): Structured {
  if (text.length > 64_000) return {};
  try {
    const body: unknown = JSON.parse(text);
    // Text that starts with a brace and parses is an object.
    return textsOf(new Map(Object.entries(body as object).map(([key, value]) => [key.toLowerCase(), value])));
  } catch {
    return {};
  }
}

function fromPairs(text: string): Structured {
  if (!text.includes('=')) return {};
  const pairs = new Map<string, unknown>();
  for (const [, key, inQuotes, bare] of text
    .slice(0, maxRead)
    .matchAll(/\b(msg|message|level|lvl|severity|error|err)=(?:"([^"]*)"|([^\s"]+))/gi)) {
    if (key && !pairs.has(key.toLowerCase())) pairs.set(key.toLowerCase(), inQuotes ?? bare);
  }
  return textsOf(pairs);
}

function textsOf(fields: Map<string, unknown>): Structured {
  const first = (...names: string[]) =>
    names
      .map((name) => fields.get(name))
      .find((value): value is string => typeof value === 'string' && value !== '');
  const said = first('msg', 'message', 'event');
  const why = first('error', 'err', 'exception') ?? messageIn(fields.get('error') ?? fields.get('err'));
  // `store order` fails for many reasons: without them they would be one thing.
  const message =
    said === undefined || why === undefined || said.includes(why) ? (said ?? why) : `${said}: ${why}`;
  const level = first('level', 'lvl', 'severity', 'loglevel');
  return { ...(message === undefined ? {} : { message }), ...(level === undefined ? {} : { level }) };
}

/** Of an error as pino and bunyan write it. */
function messageIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' && error.message !== ''
    ? error.message.slice(0, maxRead)
    : undefined;
}

function begin({ line, lines }: LogEvent, level: LogLine['level']): LogGroup {
  const { at, instance } = line;
  return {
    template: '',
    level,
    count: 1,
    lines,
    firstAt: at,
    lastAt: at,
    sample: line,
    instances: [instance],
  };
}

function copy(group: LogGroup): LogGroup {
  return { ...group, instances: [...group.instances] };
}

/** Into the first: every line passes here. */
function join(group: LogGroup, other: LogGroup): LogGroup {
  group.count += other.count;
  group.lines += other.lines;
  if (badness[other.level] > badness[group.level]) {
    group.level = other.level;
    group.sample = other.sample;
  }
  if (other.firstAt !== null) group.firstAt = Math.min(group.firstAt ?? other.firstAt, other.firstAt);
  if (other.lastAt !== null) group.lastAt = Math.max(group.lastAt ?? other.lastAt, other.lastAt);
  for (const instance of other.instances) {
    if (group.instances.length >= maxInstances) break;
    if (!group.instances.includes(instance)) group.instances.push(instance);
  }
  return group;
}
