// Prometheus's HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/
import type { Clock } from '../../domain/clock.ts';
import type { Call } from '../../domain/tool.ts';
import type { JsonClient } from '../json-client.ts';
import { type PromqlApi, readEnvelope, readNames, readResult } from '../promql-api.ts';

/** Longer queries go in a body; some proxies let reads through by GET alone. */
const LONGEST_GET = 1500;
const LOOK_BACK_MS = 3_600_000;
/** Told the server, so that it does not work on for nobody. */
const TIMEOUT = '10s';

export function createPrometheusApi(name: string, client: JsonClient, clock: Clock): PromqlApi {
  const query = async (path: string, parameters: Record<string, string>, call: Call) => {
    const form = new URLSearchParams({ ...parameters, timeout: TIMEOUT });
    const answer =
      form.toString().length > LONGEST_GET
        ? await client.ask({ method: 'POST', path, body: form }, call)
        : await client.ask({ method: 'GET', path, query: form }, call);
    const { data, warnings } = readEnvelope(name, answer);
    return { series: readResult(name, data), warnings };
  };
  const list = async (path: string, matchers: string, call: Call) => {
    const now = clock.now();
    const span = { 'match[]': matchers, start: seconds(now - LOOK_BACK_MS), end: seconds(now) };
    const answer = await client.ask({ method: 'GET', path, query: new URLSearchParams(span) }, call);
    return readNames(name, readEnvelope(name, answer).data);
  };
  return {
    names: (matchers, call) => list('/api/v1/label/__name__/values', matchers, call),
    labels: (matchers, call) => list('/api/v1/labels', matchers, call),
    instant: (expression, at, call) => query('/api/v1/query', { query: expression, time: seconds(at) }, call),
    range: (expression, { from, to, stepMs }, call) =>
      query(
        '/api/v1/query_range',
        { query: expression, start: seconds(from), end: seconds(to), step: seconds(stepMs) },
        call,
      ),
  };
}

/** Seconds, with milliseconds behind the point. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
