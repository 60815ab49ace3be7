// Events by CloudWatch Logs Insights: the newest first, over long times and many groups, some seconds later.
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { ERROR_INSIGHTS } from './log-errors.ts';
import { insightsNames, insightsPattern } from './log-pattern.ts';
import { isWanted, type LogAnswer, type LogEvent, type LogQuery } from './log-query.ts';
import type { AwsSession } from './session.ts';

/** Insights gives no more. */
export const MOST_RESULTS = 10_000;
/** How long after one look the next is taken: most queries take a second or two. */
const LOOKS_MS = [200, 300, 500, 500, 1_000];
/** Given up before a chat's own deadline of 8 s, so that the sentence is ours and the query is stopped. */
const PATIENCE_MS = 6_500;
const STOP_LIMIT_MS = 3_000;

/** The text of the query; everything of it that a person wrote is a pattern of code points. */
export function insightsQuery(query: Omit<LogQuery, 'groups' | 'from' | 'to'>): string {
  const { pattern, errors, streams } = query;
  return [
    'fields @timestamp, @message, @logStream, @ptr',
    ...(pattern?.texts ? [`filter @message like ${insightsPattern(pattern.texts)}`] : []),
    ...(errors ? [`filter @message like ${ERROR_INSIGHTS}`] : []),
    ...(streams === null ? [] : [`filter @logStream like ${insightsNames(streams)}`]),
    'sort @timestamp desc',
    `limit ${wanted(query)}`,
  ].join(' | ');
}

/** One more than are shown tells that there are more. Of what it cannot search for exactly, many may have to be looked at. */
function wanted({ pattern, errors, limit }: Pick<LogQuery, 'pattern' | 'errors' | 'limit'>): number {
  return errors || (pattern !== null && !pattern.isText) ? MOST_RESULTS : Math.min(limit + 1, MOST_RESULTS);
}

/** Errors: ToolError, also where the query fails or is not done in time; it is stopped then. */
export async function queryEvents(session: AwsSession, query: LogQuery, call: Call): Promise<LogAnswer> {
  const cloudWatchLogs = await session.cloudWatchLogs();
  const what = `the log groups ${query.groups.slice(0, 3).join(', ')}`;
  const giveUpAt = session.clock.now() + PATIENCE_MS;
  const { queryId } = await session.ask(
    what,
    (options) =>
      cloudWatchLogs.startQuery(
        {
          logGroupNames: [...query.groups],
          startTime: Math.floor(query.from / 1000),
          endTime: Math.ceil(query.to / 1000),
          queryString: insightsQuery(query),
        },
        options,
      ),
    call,
  );
  if (queryId === undefined) throw new ToolError('retry', `${session.source} began no query of ${what}`);
  let done = false;
  try {
    for (let look = 0; ; look += 1) {
      await session.wait(LOOKS_MS[look] ?? 1_000, call.signal);
      if (call.signal.aborted || session.clock.now() >= giveUpAt)
        throw new ToolError(
          'retry',
          `${session.source} did not finish its query of ${what} in time: a shorter --since is quicker`,
        );
      const {
        status,
        results = [],
        nextToken,
      } = await session.ask(what, (options) => cloudWatchLogs.getQueryResults({ queryId }, options), call);
      if (status === 'Scheduled' || status === 'Running' || status === 'Unknown') continue;
      done = true;
      if (status !== 'Complete')
        throw new ToolError(
          'retry',
          `${session.source} ended its query of ${what} with "${status ?? 'nothing'}"`,
        );
      const rows = [
        ...results,
        ...(await furtherRows(
          session,
          { queryId, nextToken, what, wanted: wanted(query) - results.length },
          call,
        )),
      ];
      const events = rows.flatMap((fields) => eventOf(fields, query));
      return { events, truncated: rows.length >= wanted(query) || events.length > query.limit };
    }
  } finally {
    if (!done) await stop(session, queryId);
  }
}

/** Of a complete query whose answer has several pages. */
async function furtherRows(
  session: AwsSession,
  asked: { queryId: string; nextToken: string | undefined; what: string; wanted: number },
  call: Call,
): Promise<Fields[]> {
  const cloudWatchLogs = await session.cloudWatchLogs();
  const { queryId, what, wanted } = asked;
  const rows: Fields[] = [];
  for (let nextToken = asked.nextToken; nextToken !== undefined && rows.length < wanted; ) {
    const token = nextToken;
    const page = await session.ask(
      what,
      (options) => cloudWatchLogs.getQueryResults({ queryId, nextToken: token }, options),
      call,
    );
    const found = page.results ?? [];
    rows.push(...found);
    // A page without rows would be asked for again and again.
    nextToken = found.length === 0 ? undefined : page.nextToken;
  }
  return rows;
}

/** A query that nobody waits for any more counts against those that may run at once. Its own end matters to nobody. */
async function stop(session: AwsSession, queryId: string): Promise<void> {
  const cloudWatchLogs = await session.cloudWatchLogs();
  const signal = AbortSignal.timeout(STOP_LIMIT_MS);
  cloudWatchLogs.stopQuery({ queryId }, { abortSignal: signal }).catch(() => {});
}

type Fields = readonly { field?: string | undefined; value?: string | undefined }[];

/** Times are written as `2026-11-28 03:14:05.123`, in UTC. What is no event of the question is left out. */
function eventOf(fields: Fields, query: LogQuery): LogEvent[] {
  const of = (name: string) => fields.find(({ field }) => field === name)?.value;
  const [time, message, stream = ''] = [of('@timestamp'), of('@message'), of('@logStream')];
  const { from, to } = query;
  const at = Date.parse(`${(time ?? '').replace(' ', 'T')}Z`);
  if (message === undefined || Number.isNaN(at) || at < from || at > to) return [];
  const event = { at, message, stream };
  return isWanted(event, query) ? [event] : [];
}
