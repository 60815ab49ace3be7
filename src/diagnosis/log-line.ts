// Reads when a line of a log was written and how bad it is, from the forms programs commonly write.
import type { LogLine } from '../domain/capability.ts';

export interface ReadLine {
  /** Null: no time is written in it, or one that cannot be. */
  at: number | null;
  level: LogLine['level'];
}

/** Where a time or level may stand: later in a line it is somebody's text. */
const HEAD = 400;
const DAY_MS = 86_400_000;

/** `now` gives the year where a line names none, and bounds what can be true: nothing is logged tomorrow. */
export function readLine(text: string, now: number): ReadLine {
  const head = text.slice(0, HEAD);
  const fields = text.startsWith('{') ? jsonFields(text) : null;
  const at = (fields && timeIn(fields)) ?? timeOf(head, now);
  return {
    at: at !== null && at > now + DAY_MS ? null : at,
    level: (fields && levelIn(fields)) ?? levelOf(head),
  };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 2024-05-17T10:42:41.123Z, 2024-05-17 10:42:41,123 +0200, 2024/05/17 10:42:41 (nginx). */
const ISO =
  /(?<![\d.])(\d{4})([-/])(\d\d)\2(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d:?\d\d)\b)?/;
/** [17/May/2024:10:42:41 +0000], the common log format of web servers. */
const COMMON = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]/;
/** `<34>May 17 10:42:41`, RFC 3164: no year, no zone. */
const SYSLOG = /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)\b/;
/** Seconds or milliseconds since 1970 at the start, or as `ts=`. */
const EPOCH = /(?:^[-[( ]*|\b(?:ts|time|timestamp)=)(\d{10})(?:\.(\d{1,9})|(\d{3}))?(?![\d.])/;

function timeOf(head: string, now: number): number | null {
  const iso = ISO.exec(head);
  const common = COMMON.exec(head);
  if (common !== null && (iso === null || common.index < iso.index)) {
    const [, day, month, year, hour, minute, second, zone] = common;
    return instant([year, monthNumber(month), day, hour, minute, second], undefined, zone);
  }
  if (iso !== null) {
    const [, year, , month, day, hour, minute, second, fraction, zone] = iso;
    return instant([year, month, day, hour, minute, second], fraction, zone);
  }
  const epoch = EPOCH.exec(head);
  if (epoch !== null) {
    return Number(epoch[1]) * 1000 + (epoch[3] === undefined ? milliseconds(epoch[2]) : Number(epoch[3]));
  }
  const syslog = SYSLOG.exec(head);
  return syslog === null ? null : withoutYear(syslog, now);
}

/** The latest year that does not put the line into the future: a December line read in January is last year's. */
function withoutYear([, month, day, hour, minute, second]: RegExpExecArray, now: number): number | null {
  const year = new Date(now).getFullYear();
  for (const candidate of [year + 1, year, year - 1]) {
    const at = instant(
      [String(candidate), monthNumber(month), day, hour, minute, second],
      undefined,
      undefined,
    );
    if (at !== null && at <= now + DAY_MS) return at;
  }
  return null;
}

/** Without a zone, the zone this process runs in: logs without one are written in the machine's. */
function instant(
  parts: (string | undefined)[],
  fraction: string | undefined,
  zone: string | undefined,
): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  const ms = milliseconds(fraction);
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second, ms).getTime();
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  if (zone === 'Z') return utc;
  const offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
  return zone.startsWith('-') ? utc + offset : utc - offset;
}

function milliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
}

function monthNumber(name: string | undefined): string {
  return String(MONTHS.indexOf((name ?? '').toLowerCase()) + 1);
}

type Level = LogLine['level'];

const WORDS: readonly [Level, string][] = [
  ['error', 'emerg|emergency|alert|crit|critical|fatal|panic|error|err|severe'],
  ['warn', 'warning|warn'],
  ['info', 'info|notice|information'],
  ['debug', 'debug|trace|verbose|fine'],
];
const ALL_WORDS = WORDS.map(([, words]) => words).join('|');
/** As loggers write it, so that "no error found" is none: in capitals, in brackets, or as a field. */
const MARKED = new RegExp(
  `\\b(${ALL_WORDS.toUpperCase()})\\b|[[(<|](${ALL_WORDS})[\\])>|]|\\b(?:level|lvl|severity)=["']?(${ALL_WORDS})\\b`,
);
const MARKED_ANY_CASE = new RegExp(
  `[[(<|] ?(${ALL_WORDS}) ?[\\])>|]|\\b(?:level|lvl|severity)=["']?(${ALL_WORDS})\\b|(?:^|[\\s:])(${ALL_WORDS}):`,
  'i',
);
const STATUS = /" ([1-5])\d\d(?: |$)/;
const RAISED =
  /\b(?:[Uu]ncaught|[Uu]nhandled|[Tt]raceback|[Ss]egfault|[Oo]ut of memory|[A-Za-z]*Exception|[A-Z][A-Za-z]*Error)\b/;

function levelOf(head: string): Level {
  const found = MARKED.exec(head) ?? MARKED_ANY_CASE.exec(head);
  const word = found?.slice(1).find((group) => group !== undefined);
  if (word !== undefined) return levelNamed(word) ?? 'unknown';
  const status = STATUS.exec(head)?.[1];
  if (status !== undefined) return status === '5' ? 'error' : status === '4' ? 'warn' : 'info';
  return RAISED.test(head) ? 'error' : 'unknown';
}

function levelNamed(word: string): Level | null {
  const lower = word.toLowerCase();
  return WORDS.find(([, words]) => words.split('|').includes(lower))?.[0] ?? null;
}

type Fields = Record<string, unknown>;

function jsonFields(text: string): Fields | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Fields)
      : null;
  } catch {
    return null;
  }
}

function timeIn(fields: Fields): number | null {
  for (const key of ['time', 'timestamp', '@timestamp', 'ts', 'at', 'date']) {
    const value = fields[key];
    if (typeof value === 'number' && value > 1e9 && value < 8.64e15)
      return value < 1e11 ? Math.round(value * 1000) : value;
    const at = typeof value === 'string' ? timeOf(value, Number.MAX_SAFE_INTEGER) : null;
    if (at !== null) return at;
  }
  return null;
}

function levelIn(fields: Fields): Level | null {
  for (const key of ['level', 'severity', 'lvl', 'levelname', 'log.level']) {
    const value = fields[key];
    // Pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
    if (typeof value === 'number')
      return value >= 50 ? 'error' : value >= 40 ? 'warn' : value >= 30 ? 'info' : 'debug';
    const level = typeof value === 'string' ? levelNamed(value) : null;
    if (level !== null) return level;
  }
  return null;
}
