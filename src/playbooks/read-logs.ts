// Reads what `/logs` speaks about: the lines asked for, however many, and for comparison the hour before and this hour of
// earlier days, each within fixed bounds.
import { type CountedGroup, type LogCounter, logCounter } from '../diagnosis/log-counter.ts';
import type { ReadSpan } from '../diagnosis/log-trend.ts';
import type { LogLine, ReadArgs } from '../domain/capability.ts';
import type { Kit, ReadAnswer } from '../domain/playbook.ts';
import { formatBytes } from '../domain/value-text.ts';
import { known } from './answers.ts';
import { type Passages, passages } from './logs-file.ts';
import { timeText } from './text.ts';

export interface LogsQuestion {
  /** The service. */
  name: string;
  instance: string | null;
  /** Undefined: the last 100 lines or 15 minutes, whichever are more. */
  sinceAt: number | undefined;
  grep: string | undefined;
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
  /** Null: no source counts them. */
  bytes: number | null;
  /** Of the sources that did not answer about earlier times. */
  compared: ReadAnswer<'logs.search'>[];
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

export async function readLogs(question: LogsQuestion, kit: Kit): Promise<LogsRead> {
  const counter = logCounter();
  const troubles = passages();
  const { answers, now, lines } = await readAsked(question, kit, counter, troubles);
  const base = { ...read(question), limit: COMPARED.lines };
  const length = Math.min(Math.max(now.to - now.from, LAST_MS), HOUR_MS);
  const earlier =
    known(answers).length === 0
      ? []
      : [
          { name: 'before', sinceAt: now.from - HOUR_MS, untilAt: now.from, most: COMPARED.before },
          ...DAYS_AGO.map((days) => ({
            name: `${days} days ago`,
            sinceAt: now.to - length - days * DAY_MS,
            untilAt: now.to - days * DAY_MS,
            most: COMPARED.day,
          })).filter(({ untilAt }) => untilAt <= now.from),
        ];
  const spans = await Promise.all(
    earlier.map(async ({ name, sinceAt, untilAt, most }) => {
      const asked = await countInto(counter, name, { ...base, sinceAt, untilAt }, kit, {
        most,
        withinMs: COMPARED.withinMs,
      });
      return { asked, span: spanOf(counter, { name, from: sinceAt, to: untilAt }, asked, question) };
    }),
  );
  const of = (wanted: (name: string) => boolean) =>
    spans.map(({ span }) => span).filter((span) => wanted(span.name) && isKnown(span));
  const days = of((name) => name !== 'before');
  const [before = null] = of((name) => name === 'before');
  const others = [...(before ? [before] : []), ...days].map(({ name }) => name);
  const sizes = known(answers).flatMap(({ result }) => result.bytes ?? []);
  return {
    answers,
    lines,
    found: troubles.found(),
    now,
    before,
    days,
    groups: counter.groups(now.name, others),
    bytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
    compared: spans.flatMap(({ asked }) => asked),
  };
}

interface Asked {
  answers: ReadAnswer<'logs.search'>[];
  now: ReadSpan;
  lines: LogLine[];
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
    const answers = await countInto(counter, name, args, kit, { most: Infinity, progress, troubles });
    const now = spanOf(counter, { name, from: sinceAt, to: kit.now }, answers, question);
    return { answers, now, lines: linesOf(answers) };
  };
  if (question.sinceAt !== undefined) return since('since', question.sinceAt);
  const [recent, last] = await Promise.all([
    since('recent', kit.now - LAST_MS),
    kit.read('logs.search', { ...read(question), limit: LAST_LINES }),
  ]);
  if (recent.now.seen.count >= LAST_LINES) return recent;
  // Of several sources each gave that many.
  const lines = linesOf(last).slice(-LAST_LINES);
  if (lines.length <= recent.now.seen.count && known(recent.answers).length > 0) return recent;
  counter.add('last', lines);
  troubles.take(lines);
  const seen = counter.seen('last');
  const from = seen.firstAt ?? kit.now;
  const now = { name: 'last', from, to: kit.now, whole: true, seen, filtered: question.grep !== undefined };
  return { answers: last, now, lines };
}

function read({ name, instance, grep }: LogsQuestion) {
  return {
    service: name,
    ...(instance === null ? {} : { instance }),
    ...(grep === undefined ? {} : { grep }),
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
  }: {
    most: number;
    withinMs?: number;
    progress?: Progress | undefined;
    troubles?: Passages;
  },
): Promise<ReadAnswer<'logs.search'>[]> {
  const handed = new Set<string>();
  let count = 0;
  const take = (lines: readonly LogLine[]) => {
    const wanted = lines.filter(({ at }) => isWithin(at, args));
    counter.add(window, wanted);
    troubles?.take(wanted);
    count += wanted.length;
  };
  const answers = await kit.read('logs.search', args, {
    withinMs,
    logs: (source) => ({
      each(lines) {
        handed.add(source);
        take(lines);
        return count < most;
      },
      progress: (at) => progress?.(at),
    }),
  });
  for (const { source, result } of known(answers)) if (!handed.has(source)) take(result.lines);
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

function spanOf(
  counter: LogCounter,
  { name, from, to }: { name: string; from: number; to: number },
  answers: readonly ReadAnswer<'logs.search'>[],
  { grep }: LogsQuestion,
): ReadSpan {
  const whole = answers.length > 0 && answers.every((each) => each.ok && !each.result.truncated);
  return { name, from, to, whole, seen: counter.seen(name), filtered: grep !== undefined };
}

function isKnown({ seen, whole, filtered }: ReadSpan): boolean {
  return seen.count > 0 || (whole && filtered);
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
