// `logs.search`: the newest matching lines of a service's log groups, merged by time.
import { linePattern } from '../../diagnosis/line-pattern.ts';
import type { ReadArgs } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ReadTool, Tool } from '../../domain/tool.ts';
import { filterEvents } from './log-filter.ts';
import { boundGroups, findLogGroups } from './log-groups.ts';
import { queryEvents } from './log-insights.ts';
import { type LogAnswer, type LogQuery, toLines } from './log-query.ts';
import { streamsOf } from './log-streams.ts';
import { servesKinds } from './place.ts';
import type { AwsSession } from './session.ts';

const MOST_LINES = 10_000;
/** How far back the last lines are looked for where nobody says since when. */
const WEEK_MS = 7 * 86_400_000;
/** As far, where every event of that time has to be looked through (Insights counts the bytes). */
const DAY_MS = 86_400_000;
/** Insights knows events some seconds after they were written; so short a time has few pages. */
const SHORT_MS = 10 * 60_000;

export function logsTools(session: AwsSession): Tool[] {
  return [logsTool(session)];
}

/** Lines oldest first. `truncated` as the host source means it: older lines that fit were left out, or may be there. */
function logsTool(session: AwsSession): ReadTool<'logs.search'> {
  const found = servesKinds(session.source, ['asg', 'ecs', 'rds', 'elasticache', 'ec2']);
  return {
    kind: 'read',
    capability: 'logs.search',
    source: session.source,
    serves: (service) => found(service) || namesGroups(session.source, service),
    read: async (args, service, call) => {
      if (service === undefined)
        throw new ToolError('failed', 'logs are read of a service, and none was named');
      const groups = await findLogGroups(session, service, call);
      const streams =
        args.instance === undefined ? null : await streamsOf(session, groups, args.instance, call);
      const query = await queryOf(args, { groups, streams, now: session.clock.now() });
      const { events, truncated } = await search(session, query, readerFor(args, query), call);
      const lines = toLines(events, query);
      return { lines, truncated: truncated || args.sinceAt === undefined };
    },
  };
}

type Reader = 'filter' | 'insights';

/** The last lines, and a short time, by pages; a long time, or a needle in one, by a query. */
export function readerFor({ grep, level, sinceAt }: ReadArgs<'logs.search'>, { from, to }: LogQuery): Reader {
  if (grep === undefined && level === undefined && sinceAt === undefined) return 'filter';
  return to - from <= SHORT_MS ? 'filter' : 'insights';
}

/** Where one reader is refused (no permission, too many queries at once, a class of group it cannot read), the other. */
async function search(session: AwsSession, query: LogQuery, first: Reader, call: Call): Promise<LogAnswer> {
  const readers = { filter: filterEvents, insights: queryEvents };
  try {
    return await readers[first](session, query, call);
  } catch (error) {
    // Out of reach, or out of time: the other would be as well.
    if (!(error instanceof ToolError) || error.outcome !== 'failed' || call.signal.aborted) throw error;
    const second = first === 'filter' ? 'insights' : 'filter';
    return await readers[second](session, query, call).catch(() => {
      throw error;
    });
  }
}

async function queryOf(
  { sinceAt, untilAt, limit, grep, level }: ReadArgs<'logs.search'>,
  { groups, streams, now }: { groups: string[]; streams: string[] | null; now: number },
): Promise<LogQuery> {
  const to = Math.min(now, untilAt === undefined ? now : untilAt - 1);
  return {
    groups,
    streams,
    from: Math.min(sinceAt ?? to - (grep === undefined && level === undefined ? WEEK_MS : DAY_MS), to),
    to,
    limit: Math.min(limit, MOST_LINES),
    pattern: grep === undefined ? null : await linePattern(grep),
    errors: level === 'error',
  };
}

function namesGroups(source: string, service: Parameters<typeof boundGroups>[1]): boolean {
  try {
    return boundGroups(source, service).length > 0;
  } catch {
    // A list nobody can read is said when the tool is called.
    return true;
  }
}
