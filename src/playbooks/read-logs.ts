// Reads what `/logs` speaks about: the lines asked for, however many, and for comparison the hour before and this hour of
// earlier days, each within fixed bounds.
import { errorLines } from '../diagnosis/error-lines.ts';
import { type CountedGroup, type LogCounter, logCounter } from '../diagnosis/log-counter.ts';
import { type Covered, coveredBy, stoppedAt, usualGap } from '../diagnosis/log-coverage.ts';
import type { ReadSpan } from '../diagnosis/log-trend.ts';
import type { LogLine, ReadArgs } from '../domain/capability.ts';
import type { Kit, ReadAnswer } from '../domain/playbook.ts';
import { formatBytes } from '../domain/value-text.ts';
import { known } from './answers.ts';
import { type Passages, passages } from './logs-file.ts';
import { type TimesBySource, timesBySource, timesOf } from './logs-times.ts';
import { timeText } from './text.ts';

export interface LogsQuestion {
  /** The service. */
  name: string;
  instance: string | null;
  /** Undefined: the last 100 lines or 15 minutes, whichever are more. */
  sinceAt: number | undefined;
  grep: string | undefined;
  /** Only those of errors, with their traces. */
  errors: boolean;
  /** Instant of the last deploy before the trouble; null: none is known. */
  deployAt: Promise<number | null>;
}

export interface LogsRead {
  answers: ReadAnswer<'logs.search'>[];
  /** The newest of them, oldest first. */
  lines: LogLine[];
  /** Errors and warnings with what stood beside them, some of each kind, from anywhere in what was read. */
  found: ReturnType<Passages['found']>;
  now: ReadSpan;
  before: ReadSpan | null;
  /** This hour of earlier days, those of which something is known. */
  days: ReadSpan[];
  groups: CountedGroup[];
  /** The sources whose lines stopped before now. */
  stopped: Stopped[];
  /** Null: no source counts them. */
  bytes: number | null;
  /** Lines of that time that were looked through for those that were asked for; null: not all sources count them. */
  looked: number | null;
  /** Of the sources that did not answer about earlier times. */
  compared: ReadAnswer<'logs.search'>[];
}

/** A source that had lines and has none any more. */
export interface Stopped {
  source: string;
  at: number;
  /** Before that it was never silent for longer. */
  gapMs: number;
}

export const LAST_LINES = 100;
export const LAST_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DAYS_AGO = [1, 2, 7];
/** Of a source that gives one answer and cannot read on. */
const MOST_LINES = 5_000;
/** For comparison this many are enough, and no search takes longer. */
const COMPARED = { before: 50_000, day: 20_000, lines: 2_000, withinMs: 5_000 };
/** Of a stretch whose newest lines are more than are read, a line of its first part tells that the log was there. */
const FIRST_PART = 10;

export async function readLogs(question: LogsQuestion, kit: Kit): Promise<LogsRead> {
  const counter = logCounter();
  const troubles = passages();
  const asked = await readAsked(question, kit, counter, troubles);
  const { answers, now, lines } = asked;
  const base = { ...read(question), limit: COMPARED.lines };
  const length = Math.min(Math.max(now.to - now.from, LAST_MS), HOUR_MS);
  const earlier =
    known(answers).length === 0
      ? []
      : [
          { name: 'before', from: now.from - HOUR_MS, to: now.from, most: COMPARED.before },
          ...DAYS_AGO.map((days) => ({
            name: `${days} days ago`,
            from: now.to - length - days * DAY_MS,
            to: now.to - days * DAY_MS,
            most: COMPARED.day,
          })).filter(({ to }) => to <= now.from),
        ];
  const [nowThere, ...windows] = await Promise.all([
    known(answers).length === 0 ? asked : thereIn(asked, question, kit),
    ...earlier.map(async ({ name, from, to, most }) => {
      const times = timesBySource({ from, to });
      const found = await countInto(counter, name, { ...base, sinceAt: from, untilAt: to }, kit, {
        most,
        withinMs: COMPARED.withinMs,
        times,
      });
      const window = { name, from, to, whole: isWhole(found), seen: counter.seen(name) };
      const one = { now: window, answers: found, times: times.told() };
      // A line that fits tells that the log was there; of one day of several that is exact enough.
      return name === 'before' || window.seen.count === 0 ? thereIn(one, question, kit) : one;
    }),
  ]);
  const before = windows.find(({ now: { name } }) => name === 'before') ?? null;
  const gapMs = usualGap([nowThere, ...(before ? [before] : [])].map(({ times }) => times.all));
  const spanOf = (there: There) => spanOfThere(there, gapMs);
  const spans = windows.map(spanOf).filter(({ covered }) => covered !== null);
  const [hourBefore = null] = spans.filter(({ name }) => name === 'before');
  const days = spans.filter(({ name }) => name !== 'before');
  const looked = known(answers).map(({ result }) => result.read);
  const sizes = known(answers).flatMap(({ result }) => result.bytes ?? []);
  return {
    answers,
    lines,
    found: troubles.found(),
    now: spanOf(nowThere),
    before: hourBefore,
    days,
    groups: counter.groups(
      now.name,
      spans.map(({ name }) => name),
    ),
    stopped: stoppedOf(nowThere, before),
    bytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
    looked: asked.looked ?? sumOf(looked),
    compared: windows.flatMap((window) => window.answers),
  };
}

/** A stretch as it was read, with the times of all its lines, whatever was asked for. */
interface There {
  now: Omit<ReadSpan, 'covered'>;
  answers: ReadAnswer<'logs.search'>[];
  times: TimesBySource;
  /** Else the newest alone are in `times`. Default: as the stretch was read. */
  timesWhole?: boolean;
  /** A line of before then was found, where the times do not tell. */
  knownFrom?: number | null;
}

/**
 * Of a pattern, or of errors alone, it cannot be seen whether the log had other lines then: that is asked as well. Where
 * it began in the middle of the stretch, it matters whether it had some before the deploy and before those that fit.
 */
async function thereIn(there: There, question: LogsQuestion, kit: Kit): Promise<There> {
  if (question.grep === undefined && !question.errors) return there;
  const { from, to, seen } = there.now;
  const any = { ...read({ ...question, grep: undefined, errors: false }), sinceAt: from };
  const options = { withinMs: COMPARED.withinMs };
  const untilAt = to < kit.now ? { untilAt: to } : {};
  const newest = await kit.read('logs.search', { ...any, ...untilAt, limit: COMPARED.lines }, options);
  const cut = known(newest).some(({ result }) => result.truncated);
  const lastBefore = (end: number) =>
    kit.read('logs.search', { ...any, untilAt: Math.round(end), limit: 1 }, options);
  const firstPart = from + (to - from) / FIRST_PART;
  const first = cut ? await lastBefore(firstPart) : [];
  const wasThere = known(first).some(({ result }) => result.lines.length > 0);
  const matters = Math.min(seen.firstAt ?? Infinity, (await question.deployAt) ?? Infinity);
  const earlier =
    cut && !wasThere && matters > firstPart && matters < to ? known(await lastBefore(matters)) : [];
  const times = timesBySource({ from, to });
  for (const { source, result } of known(newest)) times.add(source, result.lines);
  for (const { source, result } of known(first)) times.add(source, result.lines);
  return {
    ...there,
    times: times.told(),
    timesWhole: isWhole(newest) || wasThere,
    knownFrom: earlier.flatMap(({ result }) => result.lines)[0]?.at ?? null,
  };
}

function spanOfThere(
  { now, times, timesWhole = now.whole, knownFrom = null }: There,
  gapMs: number | null,
): ReadSpan {
  const covered = coveredBy(times.all, { from: now.from, to: now.to, whole: timesWhole, gapMs });
  return {
    ...now,
    covered: covered && widened(covered, now.seen.firstAt ?? Infinity, knownFrom ?? Infinity),
  };
}

/** By the lines that were found, where they are older than all that tell that the log was there. */
function widened(covered: Covered, ...found: readonly number[]): Covered {
  return { ...covered, from: Math.min(covered.from, ...found) };
}

function sumOf(counts: readonly (number | undefined)[]): number | null {
  const all = counts.flatMap((count) => count ?? []);
  return all.length < counts.length ? null : all.reduce((sum, count) => sum + count, 0);
}

function stoppedOf({ now, times }: There, before: There | null): Stopped[] {
  return [...times.bySource].flatMap(([source, own]) => {
    const earlier = before?.times.bySource.get(source);
    const gapMs = usualGap([own, ...(earlier ? [earlier] : [])]);
    const last = own.lastAt === null && earlier ? earlier : own;
    const at = stoppedAt(last, now.to, gapMs);
    return at === null || gapMs === null ? [] : [{ source, at, gapMs }];
  });
}

interface Asked extends There {
  lines: LogLine[];
  /** Where it is not what the sources say. */
  looked?: number;
}

async function readAsked(
  question: LogsQuestion,
  kit: Kit,
  counter: LogCounter,
  troubles: Passages,
): Promise<Asked> {
  const progress = kit.progress && progressOf(question, kit);
  const since = async (name: string, sinceAt: number): Promise<Asked> => {
    const args = { ...read(question), sinceAt, limit: MOST_LINES };
    const times = timesBySource({ from: sinceAt, to: kit.now });
    const answers = await countInto(counter, name, args, kit, { most: Infinity, progress, troubles, times });
    const whole = isWhole(answers);
    const now = { name, from: sinceAt, to: kit.now, whole, seen: counter.seen(name) };
    return { answers, now, lines: linesOf(answers), times: times.told() };
  };
  if (question.sinceAt !== undefined) return since('since', question.sinceAt);
  // Which time it is about is told by all lines: the errors of last week are not asked for because there are few today.
  const [recent, last] = await Promise.all([
    since('recent', kit.now - LAST_MS),
    kit.read('logs.search', { ...read({ ...question, errors: false }), limit: LAST_LINES }),
  ]);
  if (recent.now.seen.count >= LAST_LINES) return recent;
  // Of several sources each gave that many.
  const all = linesOf(last).slice(-LAST_LINES);
  const isOlder = all.some(({ at }) => at !== null && at < kit.now - LAST_MS);
  const lines = question.errors ? all.filter(errorLines()) : all;
  const isMore = question.errors ? isOlder : lines.length > recent.now.seen.count;
  if (!isMore && known(recent.answers).length > 0) return recent;
  counter.add('last', lines);
  troubles.take(lines);
  const seen = counter.seen('last');
  const [oldest = null] = all.flatMap(({ at }) => at ?? []);
  const from = (question.errors ? oldest : seen.firstAt) ?? kit.now;
  const now = { name: 'last', from, to: kit.now, whole: true, seen };
  const sources = known(last).map(({ source, result }) => ({ source, lines: result.lines }));
  return { answers: last, now, lines, times: timesOf(sources, now), looked: all.length };
}

function read({ name, instance, grep, errors }: LogsQuestion) {
  return {
    service: name,
    ...(instance === null ? {} : { instance }),
    ...(grep === undefined ? {} : { grep }),
    ...(errors ? { level: 'error' as const } : {}),
  };
}

/** Counts every line of every source that answers; of one that fails midway nothing can be said, and it is named. */
async function countInto(
  counter: LogCounter,
  window: string,
  args: ReadArgs<'logs.search'> & { sinceAt: number },
  kit: Kit,
  {
    most,
    withinMs,
    progress,
    troubles,
    times,
  }: {
    most: number;
    withinMs?: number;
    progress?: Progress | undefined;
    troubles?: Passages;
    times: ReturnType<typeof timesBySource>;
  },
): Promise<ReadAnswer<'logs.search'>[]> {
  const handed = new Set<string>();
  let count = 0;
  const take = (source: string, lines: readonly LogLine[]) => {
    const wanted = lines.filter(({ at }) => isWithin(at, args));
    counter.add(window, wanted);
    times.add(source, wanted);
    troubles?.take(wanted);
    count += wanted.length;
  };
  const answers = await kit.read('logs.search', args, {
    withinMs,
    logs: (source) => ({
      each(lines) {
        handed.add(source);
        take(source, lines);
        return count < most;
      },
      progress: (at) => progress?.(at),
    }),
  });
  for (const { source, result } of known(answers)) if (!handed.has(source)) take(source, result.lines);
  return answers;
}

/** A line without a time is from when it was asked for, but not from an hour of another day. */
function isWithin(
  at: number | null,
  { sinceAt, untilAt }: { sinceAt: number; untilAt?: number | undefined },
): boolean {
  if (at === null) return untilAt === undefined;
  return at >= sinceAt && (untilAt === undefined || at < untilAt);
}

function isWhole(answers: readonly ReadAnswer<'logs.search'>[]): boolean {
  return answers.length > 0 && answers.every((each) => each.ok && !each.result.truncated);
}

/** Of all sources by their times; what has none stays where its source has it. */
function linesOf(answers: readonly ReadAnswer<'logs.search'>[]): LogLine[] {
  const all = known(answers).map(({ result }) => result.lines);
  if (all.length === 1) return all[0] ?? [];
  return all.flat().sort((a, b) => (a.at === null || b.at === null ? 0 : a.at - b.at));
}

type Progress = (read: { bytes: number; backTo: number | null }) => void;

function progressOf({ name, instance }: LogsQuestion, kit: Kit): Progress {
  let furthest: number | null = null;
  return ({ bytes, backTo }) => {
    if (backTo !== null) furthest = Math.min(furthest ?? backTo, backTo);
    const back = furthest === null ? '' : `, back to ${timeText(furthest, kit)}`;
    kit.progress?.(`Reading the logs of ${instance ?? name}: ${formatBytes(bytes)} so far${back}`);
  };
}
