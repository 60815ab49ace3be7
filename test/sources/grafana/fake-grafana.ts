// A Grafana of ours: its query API over a few values, dashboards, and annotations that it keeps.
import { onTestFinished } from 'vitest';
import type { Service } from '../../../src/domain/resource.ts';
import type { ReadTool } from '../../../src/domain/tool.ts';
import { createGrafanaSource } from '../../../src/sources/grafana/grafana.ts';
import type { PromqlSourceOptions } from '../../../src/sources/promql-source.ts';
import { type Asked, json, type Reply, scriptedServer } from '../../support/scripted-server.ts';

export const NOW = Date.parse('2026-03-07T03:20:00Z');
export const TOKEN = 'glsa-of-no-known-shape';

export interface Annotation {
  id: number;
  time: number;
  timeEnd: number;
  tags: string[];
  text: string;
}

export interface FakeGrafana {
  datasources: object[];
  names: Record<string, string[]>;
  values: [part: string, value: number | Reply][];
  dashboards: { uid: string; title: string; tags: string[]; panels?: object[] }[];
  annotations: Annotation[];
  permissions: Record<string, string[]>;
  /** Before anything else; undefined: the usual answer. */
  instead?: (asked: Asked) => Reply | undefined;
}

export function fakeGrafana(more: Partial<FakeGrafana> = {}): FakeGrafana {
  return {
    datasources: [
      { uid: 'loki1', type: 'loki', name: 'Loki', isDefault: true },
      { uid: 'prom1', type: 'prometheus', name: 'Prom', isDefault: false },
    ],
    names: { 'service="api"': ['up', 'queue_depth'] },
    values: [],
    dashboards: [],
    annotations: [],
    permissions: { 'annotations:create': ['annotations:type:*'] },
    ...more,
  };
}

export interface DsQuery {
  expr: string;
  datasource: { uid: string };
  instant: boolean;
  range: boolean;
  intervalMs: number;
  utcOffsetSec: number;
}

export function queryOf({ body }: Asked): DsQuery & { from: number; to: number } {
  const { queries, from, to } = JSON.parse(body) as { queries: DsQuery[]; from: string; to: string };
  const [query] = queries;
  if (query === undefined) throw new Error('no query');
  return { ...query, from: Number(from), to: Number(to) };
}

export function frame(times: number[], values: (number | null)[], labels: object = {}): object {
  return {
    schema: {
      fields: [
        { name: 'Time', type: 'time' },
        { name: 'Value', type: 'number', labels },
      ],
    },
    data: { values: [times, values] },
  };
}

export function answerOf(fake: FakeGrafana, asked: Asked): Reply {
  const odd = fake.instead?.(asked);
  if (odd !== undefined) return odd;
  const { path, query, method, headers } = asked;
  if (path === '/api/health') return json({ database: 'ok', version: '11.6.0' });
  if (headers.authorization !== `Bearer ${TOKEN}`) return json({ message: 'Unauthorized' }, 401);
  if (path === '/api/datasources') return json(fake.datasources);
  if (path === '/api/access-control/user/permissions') return json(fake.permissions);
  if (path.endsWith('/api/v1/label/__name__/values')) {
    const matchers = query.get('match[]') ?? '';
    const found = Object.entries(fake.names).find(([part]) => matchers.includes(part))?.[1] ?? [];
    return json({ status: 'success', data: found });
  }
  if (path.endsWith('/api/v1/labels')) return json({ status: 'success', data: ['code'] });
  if (path === '/api/ds/query') return dsQuery(fake, asked);
  if (path === '/api/search') {
    const tag = query.get('tag');
    const title = query.get('query')?.toLowerCase();
    const found = fake.dashboards.filter((one) =>
      tag === null ? one.title.toLowerCase().includes(title ?? '') : one.tags.includes(tag),
    );
    return json(
      found.map(({ uid, title: name, tags }) => ({ uid, title: name, tags, url: 'javascript:alert(1)' })),
    );
  }
  if (path.startsWith('/api/dashboards/uid/')) {
    const found = fake.dashboards.find(({ uid }) => path.endsWith(`/${uid}`));
    return found ? json({ dashboard: { panels: found.panels ?? [] } }) : json({ message: 'not found' }, 404);
  }
  if (path.startsWith('/api/annotations')) return annotations(fake, asked, method);
  return json({ message: 'Not found' }, 404);
}

function dsQuery(fake: FakeGrafana, asked: Asked): Reply {
  const { expr, instant, intervalMs, utcOffsetSec, from, to } = queryOf(asked);
  const parts = instant ? expr.split(/ or (?=label_replace)/) : [expr];
  const frames: object[] = [];
  for (const part of parts) {
    const value = fake.values.find(([each]) => part.includes(each))?.[1];
    if (value === undefined) continue;
    if (typeof value !== 'number') return value;
    const mark = /"openclaw_query", "(\d+)"/.exec(part)?.[1];
    const labels = mark === undefined ? {} : { openclaw_query: mark };
    const times: number[] = [];
    // Grafana puts the steps on multiples of the step, moved by the offset.
    const offset = (utcOffsetSec ?? 0) * 1000;
    const first = Math.floor((from + offset) / intervalMs) * intervalMs - offset;
    if (instant) times.push(to);
    else for (let at = first; at <= to; at += intervalMs) times.push(at);
    frames.push(
      frame(
        times,
        times.map(() => value),
        labels,
      ),
    );
  }
  return json({ results: { A: { status: 200, frames } } });
}

function annotations(fake: FakeGrafana, { path, query, body }: Asked, method: string): Reply {
  if (method === 'GET') {
    const tags = query.getAll('tags');
    return json(fake.annotations.filter((one) => tags.every((tag) => one.tags.includes(tag))));
  }
  const given = JSON.parse(body) as Partial<Annotation>;
  if (method === 'POST') {
    const time = given.time ?? 0;
    const id = fake.annotations.length + 1;
    const { tags = [], text = '', timeEnd = time } = given;
    fake.annotations.push({ id, time, timeEnd, tags, text });
    return json({ id, message: 'Annotation added' });
  }
  const known = fake.annotations.find(({ id }) => path.endsWith(`/${id}`));
  if (known) Object.assign(known, given);
  return json({ message: 'Annotation patched' }, known ? 200 : 404);
}

export function service(name = 'api', more: Partial<Service> = {}): Service {
  return { name, kind: 'app', bindings: {}, instances: [], dependsOn: [], ...more };
}

export async function grafanaSource(
  fake: FakeGrafana,
  services: Service[] = [service()],
  options: Partial<PromqlSourceOptions> = {},
) {
  const server = await scriptedServer((asked) => answerOf(fake, asked));
  const source = createGrafanaSource({
    name: 'Grafana',
    secrets: { 'api-token': TOKEN },
    services: () => services,
    clock: { now: () => NOW },
    tellsAlerts: false,
    wait: async () => {},
    ...options,
    settings: { url: server.url, ...options.settings },
  });
  onTestFinished(() => source.close());
  const call = { signal: AbortSignal.timeout(10_000) };
  const tool = <T>(capability: string) => source.tools.find((one) => one.capability === capability) as T;
  const metrics = tool<ReadTool<'metrics.query'>>('metrics.query');
  const dashboards = tool<ReadTool<'dashboards.find'>>('dashboards.find');
  return {
    ...server,
    source,
    call,
    read: (args: { metric?: string; sinceMs?: number } = {}) =>
      metrics.read({ service: services[0]?.name ?? '', ...args }, services[0], call),
    dashboards: (args: { metric?: string; sinceAt?: number } = {}) =>
      dashboards.read({ service: services[0]?.name ?? '', ...args }, services[0], call),
    measure: (names?: string[]) => source.measure?.({ ...call, metrics: names }),
    check: () => source.check?.(call),
    queries: () => server.asked.filter(({ path }) => path === '/api/ds/query').map(queryOf),
  };
}
