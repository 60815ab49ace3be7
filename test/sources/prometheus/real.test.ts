// A real Prometheus with a past of eight days, where Debian's package is installed; else it says that it did not run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KNOWN_METRICS } from '../../../src/domain/promql/known-metrics.ts';
import { selectorText } from '../../../src/domain/promql/selector.ts';
import type { ReadTool } from '../../../src/domain/tool.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import { freePort } from '../../support/free-port.ts';
import { findProgram, startProgram } from '../../support/program.ts';
import { untilWithin } from '../../support/until.ts';
import { service } from './fake-prometheus.ts';

const prometheus = findProgram('prometheus');
const promtool = findProgram('promtool');
const MINUTE = 60;
const DAY = 86_400;
/** A name that would be PromQL if it were not a string, with a control character and a direction mark. */
const HOSTILE = 'a"} or vector(1) #\\\n\u202e';

describe('a real Prometheus', () => {
  test('has what its samples say, and takes every query of ours', { timeout: 120_000 }, async ({ skip }) => {
    if (prometheus === null || promtool === null)
      return skip('prometheus and promtool are not installed: apt-get install prometheus');
    const now = Math.floor(Date.now() / 1000 / MINUTE) * MINUTE;
    const { url } = await startPrometheus(prometheus, promtool, samplesUntil(now));
    const services = [
      service('api', { instances: ['api-prod-*'] }),
      service('web', { bindings: { Prometheus: '{app=~"w.b",app!=""  ,team="a"}' } }),
      service('gone'),
      service('odd', { bindings: { Prometheus: `service:${HOSTILE}` } }),
    ];
    const [api, web, gone, odd] = services;
    const source = createPrometheusSource({
      name: 'Prometheus',
      settings: {
        url,
        'metric.queue': 'max(queue_depth{service="$service"})',
        'metric.pods': 'queue_depth',
        'metric.broken': 'sum(rate(queue_depth{service="$service"}))',
        'metric.seven': '7',
      },
      secrets: {},
      services: () => services,
      clock: { now: () => now * 1000 },
      tellsAlerts: false,
    });
    onTestFinished(() => source.close());
    const call = { signal: AbortSignal.timeout(60_000) };
    const tool = source.tools[0] as ReadTool<'metrics.query'>;
    const read = async (which: (typeof services)[number] | undefined, more: object = {}) =>
      tool.read({ service: which?.name ?? '', sinceMs: 3_600_000, ...more }, which, call);

    const found = new Map((await read(api)).map((series) => [series.metric, series]));
    expect(found.get('error_rate')?.current).toBeCloseTo(10, 1);
    expect(found.get('request_rate')?.current).toBeCloseTo(2, 1);
    // All within the bucket of 0.5 s.
    expect(found.get('latency')?.current).toBeCloseTo(480, 0);
    expect(found.get('cpu_usage')?.current).toBeCloseTo(75, 0);
    expect(found.get('memory_usage')?.current).toBeCloseTo(60, 1);
    expect(found.get('disk_usage')?.current).toBeCloseTo(71, 1);
    expect(found.get('up')?.current).toBe(1);
    expect(found.get('queue')?.current).toBe(5);
    expect(found.get('broken')?.note).toContain('refuses the query');
    // The same hour of the days before: the queue had the number of the day.
    expect(found.get('queue')?.sameHour?.map(({ value }) => value)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(found.get('queue')?.points.length).toBeGreaterThan(50);

    const one = new Map(
      (await read(api, { instance: 'api-prod-2' })).map((series) => [series.metric, series]),
    );
    expect(one.get('disk_usage')?.current).toBeCloseTo(50, 1);
    expect(one.has('queue')).toBe(false);

    expect((await read(web)).find(({ metric }) => metric === 'up')).toMatchObject({ current: 0 });
    expect(await read(gone)).toEqual([]);
    expect(await read(odd, { metric: 'up' })).toEqual([]);
    expect(await read(api, { metric: 'queue_depth' })).toMatchObject([{ current: 5 }]);

    const measured = await source.measure?.({
      ...call,
      metrics: ['error_rate', 'up', 'broken', 'seven', 'pods'],
    });
    expect(
      measured?.map(({ metric, service: of, value }) => [of, metric, Math.round(Number(value))]),
    ).toEqual([
      ['api', 'error_rate', 10],
      ['api', 'up', 1],
      ['web', 'up', 0],
      [null, 'seven', 7],
    ]);

    const check = await source.check?.(call);
    expect(check?.facts.find(({ name }) => name === 'version')?.value).toMatch(/^[23]\./);
    expect(check?.problems.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('pods gives 2 time series'),
        expect.stringContaining('broken: Prometheus refuses the query'),
        expect.stringContaining('odd is bound to'),
      ]),
    );

    // Each of the table, whether its metrics are there or not: a query that cannot be read would be refused.
    const selector = selectorText([{ label: 'service', op: '=', value: HOSTILE }]);
    for (const { name, candidates } of KNOWN_METRICS)
      for (const { expression } of candidates) {
        const query = expression(selector, '5m', 'code');
        const answer = await fetch(`${url}/api/v1/query`, {
          method: 'POST',
          body: new URLSearchParams({ query }),
        });
        expect({ name, query, said: await answer.text() }).toMatchObject({
          said: expect.stringContaining('"status":"success"'),
        });
      }
  });
});

/** Eight days of a queue each five minutes, and of all else the last hour and a quarter each minute. */
function samplesUntil(now: number): string {
  const lines: string[] = [];
  const family = (
    name: string,
    series: [labels: string, at: (time: number) => number][],
    times: number[],
  ) => {
    lines.push(
      `# TYPE ${name.replace(/_total$|_bucket$/, '')} ${/_total$/.test(name) ? 'counter' : 'gauge'}`,
    );
    for (const [labels, value] of series)
      for (const time of times) lines.push(`${name}{${labels}} ${value(time)} ${time}`);
  };
  const every = (step: number, from: number) =>
    Array.from({ length: Math.floor((now - from) / step) + 1 }, (_, index) => from + index * step);
  const recent = every(MINUTE, now - 75 * MINUTE);
  const since = (time: number) => time - (now - 75 * MINUTE);
  family(
    'queue_depth',
    [
      [
        'service="api",pod="1"',
        (time) => (now - time < 2 * 3600 ? 5 : Math.floor((now - time + 3700) / DAY)),
      ],
      ['service="other",pod="2"', () => 1],
    ],
    every(5 * MINUTE, now - 8 * DAY).filter((time) => (now - time) % DAY <= 3900 || now - time < 2 * 3600),
  );
  family(
    'http_requests_total',
    [
      ['service="api",code="200"', (time) => since(time) * 1.8],
      ['service="api",code="503"', (time) => since(time) * 0.2],
    ],
    recent,
  );
  family(
    'http_request_duration_seconds_bucket',
    [
      ['service="api",le="0.1"', () => 0],
      ['service="api",le="0.5"', (time) => since(time) * 2],
      ['service="api",le="+Inf"', (time) => since(time) * 2],
    ],
    recent,
  );
  family(
    'node_cpu_seconds_total',
    ['1', '2'].flatMap((nth): [string, (time: number) => number][] => [
      [`instance="api-prod-${nth}:9100",cpu="0",mode="idle"`, (time) => since(time) * 0.25],
      [`instance="api-prod-${nth}:9100",cpu="0",mode="user"`, (time) => since(time) * 0.75],
    ]),
    recent,
  );
  family('node_memory_MemAvailable_bytes', [['instance="api-prod-1:9100"', () => 4e9]], recent);
  family('node_memory_MemTotal_bytes', [['instance="api-prod-1:9100"', () => 1e10]], recent);
  const disk = (nth: string, more: string) => `instance="api-prod-${nth}:9100",mountpoint="/",${more}`;
  family(
    'node_filesystem_avail_bytes',
    [
      [disk('1', 'fstype="ext4"'), () => 29],
      [disk('2', 'fstype="ext4"'), () => 50],
      [disk('2', 'fstype="tmpfs"'), () => 1],
    ],
    recent,
  );
  family(
    'node_filesystem_size_bytes',
    [
      [disk('1', 'fstype="ext4"'), () => 100],
      [disk('2', 'fstype="ext4"'), () => 100],
      [disk('2', 'fstype="tmpfs"'), () => 100],
    ],
    recent,
  );
  family(
    'up',
    [
      ['service="api",instance="a"', () => 0],
      ['service="api",instance="b"', () => 1],
      ['app="web",team="a"', () => 0],
      ['app="web",team="b"', () => 1],
    ],
    recent,
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

async function startPrometheus(program: string, tool: string, samples: string): Promise<{ url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'samples.txt'), samples);
  writeFileSync(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
  execFileSync(tool, ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples.txt'), data], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await freePort();
  const server = startProgram(program, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=30d',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}`;
  await untilWithin('prometheus answers', 30_000, async () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  ).catch((cause: unknown) => {
    throw new Error(server.talk(), { cause });
  });
  return { url };
}
