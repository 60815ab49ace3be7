// Events by FilterLogEvents: at once and without a delay, but oldest first, so the time is read backwards in steps.
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../domain/tool.ts';
import { ERROR_FILTER } from './log-errors.ts';
import { filterPattern } from './log-pattern.ts';
import { isWanted, type LogAnswer, type LogEvent, type LogQuery, linesOf } from './log-query.ts';
import type { AwsSession } from './session.ts';

/** Of one search: a page holds 10,000 events or 1 MB. */
const MOST_PAGES = 80;
/** Of one step and group; a step with more is halved, as its newest events come last. */
const PAGES_A_STEP = 8;
const GROUPS_AT_ONCE = 4;
/** FilterLogEvents takes no more names of streams. */
const MOST_STREAMS = 100;
const FIRST_STEP_MS = 60_000;

export interface TimeRange {
  from: number;
  to: number;
}

/** From the newest minute back, each step four times as long as the one before. Both ends are included. */
export function* stepsBack({ from, to }: TimeRange): Generator<TimeRange> {
  let length = FIRST_STEP_MS;
  for (let end = to; end >= from; length *= 4) {
    const begin = Math.max(from, end - length + 1);
    yield { from: begin, to: end };
    end = begin - 1;
  }
}

/** The newest events that have `limit` lines together. Errors: ToolError of `session.ask`. */
export async function filterEvents(session: AwsSession, query: LogQuery, call: Call): Promise<LogAnswer> {
  const reading: Reading = { session, query, call, pages: 0, events: new Map(), lines: 0 };
  for (const step of stepsBack(query)) {
    await readStep(reading, step);
    if (isDone(reading)) {
      const events = [...reading.events.values()];
      return {
        events,
        truncated: step.from > query.from || reading.pages >= MOST_PAGES || reading.lines > query.limit,
      };
    }
  }
  return { events: [...reading.events.values()], truncated: false };
}

interface Reading {
  session: AwsSession;
  query: LogQuery;
  call: Call;
  pages: number;
  /** By group and id: pages may repeat one. */
  events: Map<string, LogEvent>;
  lines: number;
}

function isDone({ lines, pages, query }: Reading): boolean {
  return lines >= query.limit || pages >= MOST_PAGES;
}

async function readStep(reading: Reading, step: TimeRange): Promise<void> {
  const found = new Map<string, LogEvent>();
  const waiting = [...reading.query.groups];
  let whole = true;
  const worker = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      if (!(await readGroup(reading, group, step, found))) whole = false;
    }
  };
  await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, worker));
  const middle = Math.floor((step.from + step.to) / 2);
  if (!whole && middle < step.to && reading.pages < MOST_PAGES) {
    await readStep(reading, { from: middle + 1, to: step.to });
    if (!isDone(reading)) await readStep(reading, { from: step.from, to: middle });
    return;
  }
  for (const [id, event] of found) {
    if (reading.events.has(id)) continue;
    reading.events.set(id, event);
    reading.lines += linesOf(event, reading.query).length;
  }
}

/** False: there are more pages than are read of one step. */
async function readGroup(
  reading: Reading,
  group: string,
  step: TimeRange,
  found: Map<string, LogEvent>,
): Promise<boolean> {
  const { session, query, call } = reading;
  const cloudWatchLogs: CloudWatchLogs = await session.cloudWatchLogs();
  // One pattern is taken: the words somebody typed are in fewer events.
  const pattern = filterPattern(query.pattern?.texts ?? []) ?? (query.errors ? ERROR_FILTER : null);
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_A_STEP && reading.pages < MOST_PAGES; page += 1) {
    reading.pages += 1;
    const answer = await session.ask(
      `the log group ${group}`,
      (options) =>
        cloudWatchLogs.filterLogEvents(
          {
            logGroupName: group,
            startTime: step.from,
            endTime: step.to,
            ...(query.streams === null ? {} : { logStreamNames: query.streams.slice(0, MOST_STREAMS) }),
            ...(pattern === null ? {} : { filterPattern: pattern }),
            ...(nextToken === undefined ? {} : { nextToken }),
          },
          options,
        ),
      call,
    );
    for (const [index, { eventId, timestamp, message, logStreamName = '' }] of (
      answer.events ?? []
    ).entries()) {
      if (timestamp === undefined || message === undefined) continue;
      const id = `${group} ${eventId ?? `${page}/${index}`}`;
      const event = { at: timestamp, message, stream: logStreamName };
      if (isWanted(event, query)) found.set(id, event);
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) return true;
  }
  return false;
}
