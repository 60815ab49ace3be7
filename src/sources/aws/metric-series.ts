// Questions as one request to CloudWatch, and its answer as series with their gaps left open.
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MetricSeries } from '../../domain/capability.ts';
import type { Call } from '../../domain/tool.ts';
import { type Point, partQuery, periodFor, readMetricData, wholePeriods } from './metric-data.ts';
import type { Question, SearchPart } from './metric-questions.ts';
import type { AwsSession } from './session.ts';

const MINUTE_MS = 60_000;
/** Basic monitoring writes every five minutes, and some minutes late. An older value is not "now". */
const FRESH_MS = 12 * MINUTE_MS;

/** In the order of the questions. `current` is the last value, null where there is none of the last minutes. */
export async function readSeries(
  session: AwsSession,
  questions: readonly Question[],
  sinceMs: number,
  call: Call,
): Promise<MetricSeries[]> {
  const now = session.clock.now();
  const periodMs = periodFor(sinceMs);
  // Asked for by several questions, answered once.
  const ids = new Map<string, string>();
  const queries: MetricDataQuery[] = [];
  for (const part of questions.flatMap(({ parts }) => parts)) {
    const key = JSON.stringify(part);
    if (ids.has(key)) continue;
    const id = `q${ids.size}`;
    const query = 'schema' in part ? searchQuery(id, part, periodMs) : partQuery(id, part, periodMs, true);
    if (query === null) continue;
    ids.set(key, id);
    queries.push(query);
  }
  if (queries.length === 0) return [];
  const found = await readMetricData(session, queries, wholePeriods(now, sinceMs, periodMs), call);
  return questions.map((question) => {
    const parts = question.parts.map((part) => found.get(ids.get(JSON.stringify(part)) ?? '') ?? []);
    const points = combined(question, parts, periodMs);
    const last = points.at(-1);
    const fresh = last !== undefined && now - last.at <= Math.max(FRESH_MS, 3 * periodMs);
    return { metric: question.metric, unit: question.unit, current: fresh ? last.value : null, points };
  });
}

/** At each moment any part has a value. A moment without one stays a gap. */
export function combined(
  { combine }: Pick<Question, 'combine'>,
  parts: readonly (readonly Point[])[],
  periodMs: number,
): Point[] {
  const byTime = parts.map((points) => new Map(points.map(({ at, value }) => [at, value])));
  const moments = [...new Set(parts.flatMap((points) => points.map(({ at }) => at)))].sort((a, b) => a - b);
  return moments.flatMap((at) => {
    const value = combine(
      byTime.map((values) => values.get(at)),
      periodMs / MINUTE_MS,
    );
    return value === null || !Number.isFinite(value) ? [] : [{ at, value: Number(value.toPrecision(6)) }];
  });
}

/** Null: a name that cannot stand within the quotes of a search. */
function searchQuery(
  id: string,
  { of, schema, where, name }: SearchPart,
  periodMs: number,
): MetricDataQuery | null {
  const values = Object.entries(where);
  if (values.some(([, value]) => !/^[\w .:/@+=-]{1,255}$/.test(value))) return null;
  const terms = [...values.map(([key, value]) => `${key}="${value}"`), `MetricName="${name}"`].join(' ');
  return {
    Id: id,
    Expression: `${of}(SEARCH('{${schema}} ${terms}', 'Average', ${periodMs / 1000}))`,
    ReturnData: true,
  };
}
