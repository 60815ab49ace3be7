// How often a cache is asked, and how often it has the answer: of the last hour as CloudWatch counted it, else since
// its start as it says itself.
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import type { RedisInfo } from '../redis-info.ts';
import type { CacheGroup, CacheMember } from './cache-group.ts';
import { type MetricPart, partQuery, readMetricData, wholePeriods } from './metric-data.ts';
import type { AwsSession } from './session.ts';

export interface Lookups {
  hits: number;
  misses: number;
  perSecond: number;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 5 * 60_000;

export async function readLookups(
  session: AwsSession,
  { members }: CacheGroup,
  infos: readonly RedisInfo[],
  call: Call,
): Promise<Lookups | null> {
  return (await lastHour(session, members, call)) ?? sinceStart(infos);
}

export function cachePart({ id, node }: CacheMember, name: string, stat: string): MetricPart {
  return { namespace: 'AWS/ElastiCache', name, dimensions: { CacheClusterId: id, CacheNodeId: node }, stat };
}

async function lastHour(
  session: AwsSession,
  members: readonly CacheMember[],
  call: Call,
): Promise<Lookups | null> {
  const queries = members.flatMap((member, index) => [
    partQuery(`h${index}`, cachePart(member, 'CacheHits', 'Sum'), STEP_MS, true),
    partQuery(`m${index}`, cachePart(member, 'CacheMisses', 'Sum'), STEP_MS, true),
  ]);
  if (queries.length === 0) return null;
  try {
    const found = await readMetricData(
      session,
      queries,
      wholePeriods(session.clock.now(), HOUR_MS, STEP_MS),
      call,
    );
    const sum = (letter: string) =>
      [...found]
        .filter(([id]) => id.startsWith(letter))
        .reduce((all, [, points]) => all + points.reduce((part, { value }) => part + value, 0), 0);
    const times = new Set([...found.values()].flatMap((points) => points.map(({ at }) => at)));
    const [hits, misses] = [sum('h'), sum('m')];
    return times.size === 0
      ? null
      : { hits, misses, perSecond: ((hits + misses) * 1000) / (times.size * STEP_MS) };
  } catch (error) {
    // The cache itself knows as well, if not of the last hour alone.
    if (error instanceof ToolError && !call.signal.aborted) return null;
    throw error;
  }
}

export function sinceStart(infos: readonly RedisInfo[]): Lookups | null {
  const known = infos.flatMap(({ lookups }) => lookups ?? []);
  if (known.length === 0 || known.length < infos.length) return null;
  return known.reduce<Lookups>(
    (all, { hits, misses, uptimeMs }) => ({
      hits: all.hits + hits,
      misses: all.misses + misses,
      perSecond: all.perSecond + ((hits + misses) * 1000) / uptimeMs,
    }),
    { hits: 0, misses: 0, perSecond: 0 },
  );
}
