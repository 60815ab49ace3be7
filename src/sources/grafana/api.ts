// PromQL through Grafana: its query API, and the data source's own resources.
// https://grafana.com/docs/grafana/latest/developers/http_api/data_source/#query-a-data-source
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { type JsonClient, theirWords } from '../json-client.ts';
import { isRecord, labelsOf, type PromqlApi, readEnvelope, readNames, type Series } from '../promql-api.ts';
import type { Datasources } from './datasources.ts';

const QUERY_PATH = '/api/ds/query';
const LOOK_BACK_MS = 3_600_000;
/** More than any query of ours asks for: else Grafana takes a longer step than it was told. */
const MOST_POINTS = 11_000;
const MOST_FRAMES = 20_000;

export function createGrafanaApi(
  name: string,
  client: JsonClient,
  datasources: Datasources,
  now: () => number,
): PromqlApi {
  const query = async (expression: string, span: { from: number; to: number }, how: object, call: Call) => {
    const { uid, type } = await datasources.chosen(call);
    const one = { refId: 'A', datasource: { uid, type }, expr: expression, format: 'time_series', ...how };
    const answer = await client.ask(
      {
        method: 'POST',
        path: QUERY_PATH,
        body: { queries: [one], from: String(span.from), to: String(span.to) },
      },
      call,
    );
    return { series: readFrames(name, answer), warnings: noticesOf(answer.json) };
  };
  const list = async (path: string, matchers: string, call: Call) => {
    const { uid } = await datasources.chosen(call);
    const span = { start: String((now() - LOOK_BACK_MS) / 1000), end: String(now() / 1000) };
    const answer = await client.ask(
      {
        method: 'GET',
        path: `/api/datasources/uid/${uid}/resources${path}`,
        query: new URLSearchParams({ 'match[]': matchers, ...span }),
      },
      call,
    );
    return readNames(name, readEnvelope(name, answer).data);
  };
  return {
    names: (matchers, call) => list('/api/v1/label/__name__/values', matchers, call),
    labels: (matchers, call) => list('/api/v1/labels', matchers, call),
    instant: (expression, at, call) =>
      query(expression, { from: at - LOOK_BACK_MS, to: at }, { instant: true, range: false }, call),
    range: (expression, { from, to, stepMs }, call) =>
      query(
        expression,
        { from, to },
        {
          instant: false,
          range: true,
          interval: `${stepMs / 1000}s`,
          intervalMs: stepMs,
          maxDataPoints: MOST_POINTS,
          // It puts the steps on multiples of the step; moved so that the last one is `to`, or less than a second before.
          utcOffsetSec: Math.ceil(((stepMs - (to % stepMs)) % stepMs) / 1000),
        },
        call,
      ),
  };
}

/**
 * Data frames of refId A, in any shape: each field of numbers is a series, with the time field of its frame. What is
 * no finite number comes as null. https://grafana.com/developers/dataplane
 */
export function readFrames(source: string, { status, json }: { status: number; json: unknown }): Series[] {
  const result = isRecord(json) && isRecord(json.results) ? json.results.A : undefined;
  if (!isRecord(result))
    throw new ToolError(
      'failed',
      status >= 400
        ? `${source} refuses the query (${status}): ${theirWords(isRecord(json) ? json.message : '')}`
        : `${source} does not answer as Grafana does: its \`url\` may not be right`,
    );
  if (typeof result.error === 'string' && result.error !== '')
    throw new ToolError('failed', `${source} refuses the query: ${theirWords(result.error)}`);
  const frames = Array.isArray(result.frames) ? result.frames : [];
  if (frames.length > MOST_FRAMES)
    throw new ToolError(
      'failed',
      `${source} found ${frames.length} time series for one query: sum() or max() makes one of them`,
    );
  return frames.flatMap(seriesOf);
}

function seriesOf(frame: unknown): Series[] {
  const schema = isRecord(frame) && isRecord(frame.schema) ? frame.schema.fields : null;
  const values = isRecord(frame) && isRecord(frame.data) ? frame.data.values : null;
  if (!Array.isArray(schema) || !Array.isArray(values)) return [];
  const fields = schema.filter(isRecord);
  const times: unknown = values[fields.findIndex(({ type }) => type === 'time')];
  if (!Array.isArray(times)) return [];
  return fields.flatMap((field, index): Series[] => {
    const column: unknown = values[index];
    if (field.type !== 'number' || !Array.isArray(column)) return [];
    const points = times.flatMap((at: unknown, row) => {
      const value: unknown = column[row];
      return typeof at === 'number' &&
        Number.isFinite(at) &&
        typeof value === 'number' &&
        Number.isFinite(value)
        ? [{ at, value }]
        : [];
    });
    return [{ labels: labelsOf(field.labels), points }];
  });
}

/** Of the first frame: what the data source says of its answer. */
function noticesOf(json: unknown): string[] {
  const result = isRecord(json) && isRecord(json.results) ? json.results.A : undefined;
  const [frame] = isRecord(result) && Array.isArray(result.frames) ? result.frames : [];
  const meta = isRecord(frame) && isRecord(frame.schema) ? frame.schema.meta : undefined;
  const notices = isRecord(meta) && Array.isArray(meta.notices) ? meta.notices : [];
  return notices
    .slice(0, 3)
    .map((notice) => theirWords(isRecord(notice) ? notice.text : ''))
    .filter((text) => text !== '');
}
