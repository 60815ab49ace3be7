// GetMetricData of CloudWatch: several series at once, page by page.
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import type { AwsSession } from './session.ts';

export interface Point {
  at: number;
  value: number;
}

export interface MetricRange {
  /** Instants; `to` is not included. */
  from: number;
  to: number;
}

/** One series of CloudWatch, before anything is computed from it. */
export interface MetricPart {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  stat: string;
}

/** GetMetricData takes 500 queries at once. */
const AT_ONCE = 500;
const MOST_PAGES = 20;
const MINUTE_MS = 60_000;

/** The whole periods before now: the one that is going on is not counted to its end yet. */
export function wholePeriods(now: number, sinceMs: number, periodMs: number): MetricRange {
  const to = Math.floor(now / periodMs) * periodMs;
  return { from: Math.min(to - periodMs, Math.floor((now - sinceMs) / periodMs) * periodMs), to };
}

/** As fine as is kept and readable: minutes for 15 days, five minutes for 63 (CloudWatch, "Metrics retention"). */
export function periodFor(sinceMs: number): number {
  if (sinceMs <= 6 * 60 * MINUTE_MS) return MINUTE_MS;
  return sinceMs <= 2 * 24 * 60 * MINUTE_MS ? 5 * MINUTE_MS : 60 * MINUTE_MS;
}

export function partQuery(
  id: string,
  part: MetricPart,
  periodMs: number,
  returned: boolean,
): MetricDataQuery {
  const Dimensions = Object.entries(part.dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: part.namespace, MetricName: part.name, Dimensions },
      Period: periodMs / 1000,
      Stat: part.stat,
    },
    ReturnData: returned,
  };
}

/**
 * Points by the query's id, oldest first; an id without data has none. A part that CloudWatch may not or cannot
 * answer is an error: a gap would read as "nothing happened". Errors: ToolError.
 */
export async function readMetricData(
  session: AwsSession,
  queries: readonly MetricDataQuery[],
  { from, to }: MetricRange,
  call: Call,
): Promise<Map<string, Point[]>> {
  const found = new Map<string, Point[]>();
  const cloudWatch = await session.cloudWatch();
  for (let first = 0; first < queries.length; first += AT_ONCE) {
    let NextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await session.ask(
        'its metrics',
        (options) =>
          cloudWatch.getMetricData(
            {
              MetricDataQueries: queries.slice(first, first + AT_ONCE),
              StartTime: new Date(from),
              EndTime: new Date(to),
              ScanBy: 'TimestampAscending',
              ...(NextToken === undefined ? {} : { NextToken }),
            },
            options,
          ),
        call,
      );
      for (const { Id = '', StatusCode, Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
        if (StatusCode === 'InternalError' || StatusCode === 'Forbidden')
          throw new ToolError('retry', `${session.source} could not read all of its metrics (${StatusCode})`);
        const points = found.get(Id) ?? [];
        found.set(Id, points);
        for (const [index, at] of Timestamps.entries()) {
          const value = Values[index];
          if (value !== undefined && Number.isFinite(value)) points.push({ at: at.getTime(), value });
        }
      }
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
  }
  for (const points of found.values()) points.sort((a, b) => a.at - b.at);
  return found;
}
