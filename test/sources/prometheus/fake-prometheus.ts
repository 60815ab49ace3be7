// A Prometheus of ours: the answers of its API over a few time series, or whatever a test wants instead.
import { onTestFinished } from 'vitest';
import type { Service } from '../../../src/domain/resource.ts';
import type { ReadTool } from '../../../src/domain/tool.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import type { PromqlSourceOptions } from '../../../src/sources/promql-source.ts';
import { type Asked, json, type Reply, scriptedServer } from '../../support/scripted-server.ts';

export const NOW = Date.parse('2026-03-07T03:20:00Z');

export interface FakePrometheus {
  /** Metric names by a part of their matchers, such as `service="api"`. */
  names: Record<string, string[]>;
  /** Labels by the name of the metric. */
  labels: Record<string, string[]>;
  /** Values by a part of the expression; the first that fits. Texts as Prometheus writes them. */
  values: [part: string, value: string | Reply][];
  /** Before anything else; undefined: the usual answer. */
  instead?: (asked: Asked) => Reply | undefined;
}

export const success = (data: unknown, more: object = {}): Reply =>
  json({ status: 'success', data, ...more });
export const vector = (value: string, labels: object = {}): object => ({
  resultType: 'vector',
  result: [{ metric: labels, value: [NOW / 1000, value] }],
});

export function fakePrometheus(more: Partial<FakePrometheus> = {}): FakePrometheus {
  return {
    names: {
      '{service="api"}': ['http_requests_total', 'http_request_duration_seconds_bucket', 'queue_depth', 'up'],
    },
    labels: { http_requests_total: ['__name__', 'code', 'service'] },
    values: [],
    ...more,
  };
}

/** The parameters, wherever they are. */
export function parametersOf({ method, query, body }: Asked): URLSearchParams {
  return method === 'POST' ? new URLSearchParams(body) : query;
}

export function answerOf(fake: FakePrometheus, asked: Asked): Reply {
  const odd = fake.instead?.(asked);
  if (odd !== undefined) return odd;
  const given = parametersOf(asked);
  const matchers = given.get('match[]') ?? '';
  const expression = given.get('query') ?? '';
  switch (asked.path) {
    case '/api/v1/label/__name__/values':
      return success(Object.entries(fake.names).find(([part]) => matchers.includes(part))?.[1] ?? []);
    case '/api/v1/labels':
      return success(
        Object.entries(fake.labels).find(([name]) => matchers.startsWith(`${name}{`))?.[1] ?? [],
      );
    case '/api/v1/status/buildinfo':
      return success({ version: '2.53.3' });
    case '/api/v1/query_range': {
      const value = givenFor(fake, expression);
      if (value === undefined) return success({ resultType: 'matrix', result: [] });
      if (typeof value !== 'string') return value;
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(given.get(name)));
      const values: [number, string][] = [];
      for (let at = start ?? 0; at <= (end ?? 0) + 0.0005; at += step ?? 1) values.push([at, value]);
      return success({ resultType: 'matrix', result: [{ metric: {}, values }] });
    }
    case '/api/v1/query': {
      const parts = expression.split(/ or (?=label_replace)/);
      const found = parts.flatMap((part) => {
        const value = givenFor(fake, part);
        const mark = /"openclaw_query", "(\d+)"/.exec(part)?.[1];
        return value === undefined
          ? []
          : [{ value, labels: mark === undefined ? {} : { openclaw_query: mark } }];
      });
      const other = found.find(({ value }) => typeof value !== 'string');
      if (other) return other.value as Reply;
      const result = found.map(({ value, labels }) => ({ metric: labels, value: [NOW / 1000, value] }));
      return success({ resultType: 'vector', result });
    }
    default:
      return json({}, 404);
  }
}

function givenFor({ values }: FakePrometheus, expression: string): string | Reply | undefined {
  return values.find(([part]) => expression.includes(part))?.[1];
}

export function service(name = 'api', more: Partial<Service> = {}): Service {
  return { name, kind: 'app', bindings: {}, instances: [], dependsOn: [], ...more };
}

/** A source on it. `waits` holds how long it would have waited between tries. */
export async function prometheusSource(
  fake: FakePrometheus,
  services: Service[] = [service()],
  options: Partial<PromqlSourceOptions> = {},
) {
  const server = await scriptedServer((asked) => answerOf(fake, asked));
  const waits: number[] = [];
  const source = createPrometheusSource({
    name: 'Prometheus',
    secrets: {},
    services: () => services,
    clock: { now: () => NOW },
    tellsAlerts: false,
    wait: async (ms) => {
      waits.push(ms);
    },
    ...options,
    settings: { url: server.url, ...options.settings },
  });
  onTestFinished(() => source.close());
  const call = { signal: AbortSignal.timeout(10_000) };
  const tool = source.tools.find(
    ({ capability }) => capability === 'metrics.query',
  ) as ReadTool<'metrics.query'>;
  return {
    ...server,
    source,
    waits,
    call,
    tool,
    read: (args: { metric?: string; instance?: string; sinceMs?: number } = {}, which = services[0]) =>
      tool.read({ service: which?.name ?? '', ...args }, which, call),
    measure: (metrics?: string[]) => source.measure?.({ ...call, metrics }),
    check: () => source.check?.(call),
    queries: () => server.asked.flatMap((one) => parametersOf(one).get('query') ?? []),
  };
}
