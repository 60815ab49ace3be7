// Lines that say the same thing, counted: numbers, ids, addresses, paths and quoted texts are masked, and what is
// left is the template. Linear in the text; the number of groups is bounded, whoever writes the log.
import type { LogLine } from '../domain/capability.ts';

export interface LogGroup {
  template: string;
  /** The worst level seen, read from the text where the line has none. */
  level: LogLine['level'];
  count: number;
  /** Instants; null: no line of it had a time. */
  firstAt: number | null;
  lastAt: number | null;
  /** The first line of it. */
  sample: LogLine;
  /** At most 20, in order of appearance. */
  instances: string[];
}

export const MAX_GROUPS = 500;
/** What collects lines once there are that many groups. */
export const OTHER_TEMPLATE = '(other lines)';

const maxRead = 2_000;
const maxTemplate = 300;
const maxInstances = 20;
const badness: Record<LogLine['level'], number> = { error: 4, warn: 3, unknown: 2, info: 1, debug: 0 };

/** Errors first, then warnings, then the rest; within a level the largest group first, then the earliest. */
export function groupLogs(lines: readonly LogLine[]): LogGroup[] {
  const groups = new Map<string, LogGroup>();
  for (const line of lines) {
    const { message, level } = readLine(line);
    const template = maskLine(message);
    const key = groups.has(template) || groups.size < MAX_GROUPS ? template : OTHER_TEMPLATE;
    const group = groups.get(key);
    if (group) join(group, line, level);
    else groups.set(key, begin(key, line, level));
  }
  return [...groups.values()].sort(
    (a, b) =>
      badness[b.level] - badness[a.level] ||
      b.count - a.count ||
      (a.firstAt ?? Infinity) - (b.firstAt ?? Infinity) ||
      0,
  );
}

/** `connection pool exhausted after <n>ms for user <text>`; at most 300 characters. */
export function maskLine(text: string): string {
  return text
    .slice(0, maxRead)
    .replace(LEADING_TIME, '')
    .replace(/"[^"]*"|`[^`]*`|(?<![\p{L}\p{N}])'[^']*'/gu, '<text>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>')
    .replace(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\b/g, '<ip>')
    .replace(/(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}\b/gi, '<ip>')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>')
    .replace(/(?<![\w<>/])(?:\/[\w.@%+~=-]+)+\/?/g, '<path>')
    .replace(/\d+(?:[.,:]\d+)*/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxTemplate);
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
  const message = first('msg', 'message', 'error', 'err', 'event');
  const level = first('level', 'lvl', 'severity', 'loglevel');
  return { ...(message === undefined ? {} : { message }), ...(level === undefined ? {} : { level }) };
}

function begin(template: string, line: LogLine, level: LogLine['level']): LogGroup {
  const { at, instance } = line;
  return { template, level, count: 1, firstAt: at, lastAt: at, sample: line, instances: [instance] };
}

function join(group: LogGroup, line: LogLine, level: LogLine['level']): void {
  group.count += 1;
  if (badness[level] > badness[group.level]) {
    group.level = level;
    group.sample = line;
  }
  if (line.at !== null) {
    group.firstAt = Math.min(group.firstAt ?? line.at, line.at);
    group.lastAt = Math.max(group.lastAt ?? line.at, line.at);
  }
  if (group.instances.length < maxInstances && !group.instances.includes(line.instance)) {
    group.instances.push(line.instance);
  }
}
