// What a service's metrics are found as, over a Prometheus of ours.
import { describe, expect, test } from 'vitest';
import { json } from '../../support/scripted-server.ts';
import { fakePrometheus, NOW, parametersOf, prometheusSource, service } from './fake-prometheus.ts';

const DAY_MS = 86_400_000;

describe('a service found by its label', () => {
  test('has its error rate, latency and requests by the usual names, in our units', async () => {
    const fake = fakePrometheus({
      values: [
        ['code=~"5.."', '12.3'],
        ['histogram_quantile', '840'],
        ['sum(rate(http_requests_total', '31.5'],
        ['up{', '1'],
      ],
    });
    const { read, queries } = await prometheusSource(fake);
    const found = await read();
    expect(found.map(({ metric, unit, current }) => [metric, unit, current])).toEqual([
      ['error_rate', '%', 12.3],
      ['latency', 'ms', 840],
      ['request_rate', '/s', 31.5],
      ['up', 'boolean', 1],
    ]);
    expect(queries()).toContain(
      '100 * (sum(rate(http_requests_total{service="api",code=~"5.."}[5m])) or vector(0)) / (sum(rate(http_requests_total{service="api"}[5m])) > 0)',
    );
  });

  test('without a label of the status it has no error rate, rather than one of 0', async () => {
    const fake = fakePrometheus({
      labels: { http_requests_total: ['__name__', 'service'] },
      values: [['', '0']],
    });
    const { read } = await prometheusSource(fake);
    expect((await read()).map(({ metric }) => metric)).toEqual(['latency', 'request_rate', 'up']);
  });

  test('the first label of the setting that has it counts', async () => {
    const fake = fakePrometheus({ names: { 'app="api"': ['up'] }, values: [['up{app="api"}', '1']] });
    const { read } = await prometheusSource(fake);
    expect(await read()).toMatchObject([{ metric: 'up', current: 1 }]);
    const other = await prometheusSource(fake, [service()], { settings: { labels: 'team,service' } });
    expect(await other.read()).toEqual([]);
  });

  test('an unknown service has nothing, which is no error: another source may know it', async () => {
    const { read, tool } = await prometheusSource(fakePrometheus({ names: {} }));
    expect(tool.serves?.(service())).toBe(true);
    expect(await read()).toEqual([]);
    expect(await read({ metric: 'latency' })).toEqual([]);
  });

  test('what was found is asked for again only after two minutes, a new binding at once', async () => {
    let now = NOW;
    const fake = fakePrometheus({ values: [['up{', '1']] });
    const { read, asked } = await prometheusSource(fake, [service()], { clock: { now: () => now } });
    const looks = () => asked.filter(({ path }) => path.includes('__name__')).length;
    await read();
    const first = looks();
    await read();
    expect(looks()).toBe(first);
    await read({}, service('api', { bindings: { Prometheus: 'job:api-prod' } }));
    // Its own series, and its containers.
    expect(looks()).toBe(first + 2);
    now += 120_000;
    await read();
    expect(looks()).toBe(first * 2 + 2);
  });
});

test('a service that has just come is found within 15 seconds', async () => {
  let now = NOW;
  const fake = fakePrometheus({ names: {}, values: [['up{', '1']] });
  const { measure } = await prometheusSource(fake, [service()], { clock: { now: () => now } });
  expect(await measure(['up'])).toEqual([]);
  fake.names = { 'service="api"': ['up'] };
  now += 15_000;
  expect(await measure(['up'])).toHaveLength(1);
});

describe('a service that is bound', () => {
  test('by a label', async () => {
    const fake = fakePrometheus({
      names: { 'job="api-prod"': ['up'] },
      values: [['up{job="api-prod"}', '1']],
    });
    const { read } = await prometheusSource(fake, [
      service('api', { bindings: { Prometheus: 'job:api-prod' } }),
    ]);
    expect(await read()).toMatchObject([{ metric: 'up', current: 1 }]);
  });

  test('by a selector, which is written anew', async () => {
    const bound = service('api', { bindings: { Prometheus: `{ namespace = "prod", app=~'api-.*' }` } });
    const fake = fakePrometheus({
      names: { 'namespace="prod",app=~"api-.*"': ['up'] },
      values: [['up{namespace="prod",app=~"api-.*"}', '0']],
    });
    const { read } = await prometheusSource(fake, [bound]);
    expect(await read()).toMatchObject([{ metric: 'up', current: 0 }]);
  });

  test.each(['api-prod', 'job:', '{app=~"api"}', '{__name__="up"}', '{app="x"} or up{', '{app="x"}[5m]'])(
    '%s is no binding',
    async (binding) => {
      const { read } = await prometheusSource(fakePrometheus(), [
        service('api', { bindings: { Prometheus: binding } }),
      ]);
      await expect(read()).rejects.toThrow(/the binding of api at Prometheus/);
    },
  );

  test('in another source alone is looked for by name; to a host its binding is not ours', async () => {
    const { tool } = await prometheusSource(fakePrometheus());
    expect(tool.serves?.(service('api', { bindings: { 'AWS Production': 'asg:api' } }))).toBe(true);
    expect(tool.serves?.(service('api', { bindings: { Prometheus: { health: ['x'] } } }))).toBe(false);
  });
});

describe('instances', () => {
  const names = {
    'service="api",instance=~"(?:api-prod-3)(?::[0-9]+)?"': [
      'http_requests_total',
      'process_cpu_seconds_total',
    ],
    'service="api"': ['http_requests_total', 'up'],
    '{instance=~"(?:api-prod-3)(?::[0-9]+)?",__name__=~"node_.+"}': [
      'node_cpu_seconds_total',
      'node_memory_MemAvailable_bytes',
      'node_memory_MemTotal_bytes',
      'node_filesystem_avail_bytes',
      'node_filesystem_size_bytes',
    ],
  };

  test('CPU, memory and disk of /metrics api-prod-3 are its machine’s, the errors its own', async () => {
    const fake = fakePrometheus({ names, values: [['', '41']] });
    const { read, queries } = await prometheusSource(fake, [service('api', { instances: ['api-prod-*'] })]);
    const found = await read({ instance: 'api-prod-3' });
    expect(found.map(({ metric }) => metric)).toEqual([
      'error_rate',
      'request_rate',
      'cpu_usage',
      'memory_usage',
      'disk_usage',
    ]);
    expect(queries().find((query) => query.includes('node_cpu'))).toBe(
      '100 * (1 - avg(rate(node_cpu_seconds_total{instance=~"(?:api-prod-3)(?::[0-9]+)?",mode="idle"}[5m])))',
    );
  });

  test('one that has nothing of its own is not shown the numbers of all', async () => {
    const { read } = await prometheusSource(fakePrometheus({ values: [['', '1']] }));
    expect(await read({ instance: 'api-prod-9' })).toEqual([]);
  });
});

describe('the past', () => {
  test('comes in at most 240 points that end now, with the same hour of seven days', async () => {
    const fake = fakePrometheus({ names: { 'service="api"': ['up'] }, values: [['up{', '1']] });
    const { read, asked } = await prometheusSource(fake);
    const [up] = await read({ sinceMs: 2 * 3_600_000 });
    expect(up?.points).toHaveLength(241);
    expect(up?.points.at(-1)).toEqual({ at: NOW, value: 1 });
    expect(up?.sameHour?.map(({ at }) => (NOW - at) / DAY_MS)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const daily = asked.map(parametersOf).find((given) => given.get('step') === '86400.000');
    expect(daily?.get('query')).toBe('avg_over_time((max(up{service="api"}))[1h:5m])');
  });

  test('that cannot be read hides nothing of now', async () => {
    const refused = json({ status: 'error', errorType: 'execution', error: 'too far back' }, 422);
    const fake = fakePrometheus({
      names: { 'service="api"': ['up'] },
      values: [
        ['avg_over_time', refused],
        ['up{', '1'],
      ],
    });
    const { read } = await prometheusSource(fake);
    const [up] = await read();
    expect(up).toMatchObject({ current: 1 });
    expect(up).not.toHaveProperty('sameHour');
  });
});

describe('metrics by name', () => {
  test.each([
    ['queue_depth', 'sum(queue_depth{service="api"})', '', 7],
    ['http_requests_total', 'sum(rate(http_requests_total{service="api"}[5m]))', '/s', 7],
    [
      'http_request_duration_seconds',
      'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="api"}[5m])))',
      'ms',
      7000,
    ],
  ])('%s', async (metric, expression, unit, current) => {
    const { read, queries } = await prometheusSource(fakePrometheus({ values: [['', '7']] }));
    expect(await read({ metric })).toMatchObject([{ metric, unit, current }]);
    expect(queries()).toContain(expression);
  });

  test('one the service does not have is not there', async () => {
    const { read } = await prometheusSource(fakePrometheus({ values: [['', '7']] }));
    expect(await read({ metric: 'node_load1' })).toEqual([]);
  });
});

describe('queries of the operator', () => {
  const settings = {
    'metric.error_rate': 'sum(rate(errors{service="$service"}[$window])) / sum(rate(all{$selector}[1m]))',
    'metric.queue': 'max(rabbit_queue{queue=~"$service-.*"})',
    'metric.queue.unit': 'count',
    'metric.lag_seconds': 'max(replication_lag)',
  };

  test('replace and add, and their ratios and seconds become ours', async () => {
    const fake = fakePrometheus({
      names: { 'job="api.v1"': ['up'] },
      values: [
        ['errors{', '0.123'],
        ['rabbit_queue', '9'],
        ['up{', '1'],
      ],
    });
    const bound = service('api', { bindings: { Prometheus: 'job:api.v1' } });
    const { read, queries } = await prometheusSource(fake, [bound], {
      settings: { ...settings, window: '1m' },
    });
    expect((await read()).map(({ metric, unit, current }) => [metric, unit, current])).toEqual([
      ['error_rate', '%', 12.3],
      ['queue', 'count', 9],
      ['up', 'boolean', 1],
    ]);
    expect(queries()).toContain(
      'sum(rate(errors{service="api.v1"}[60s])) / sum(rate(all{job="api.v1"}[1m]))',
    );
    expect(queries()).toContain('max(rabbit_queue{queue=~"api\\\\.v1-.*"})');
  });

  test('one that gives several series is said, and measured as nothing', async () => {
    const two = json({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [1, 2].map((value) => ({ metric: { pod: String(value) }, values: [[NOW / 1000, '1']] })),
      },
    });
    const fake = fakePrometheus({ values: [['rabbit_queue', two]] });
    const { read } = await prometheusSource(fake, [service()], { settings });
    expect((await read()).find(({ metric }) => metric === 'queue')).toMatchObject({
      current: null,
      points: [],
      note: 'its query gives 2 time series: sum() or max() makes one of them',
    });
  });

  test('one that is refused is said beside the others, and alone is the answer', async () => {
    const refused = json(
      { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected "}"' },
      400,
    );
    const fake = fakePrometheus({
      values: [
        ['rabbit_queue', refused],
        ['', '1'],
      ],
    });
    const { read } = await prometheusSource(fake, [service()], { settings });
    const found = await read();
    expect(found.find(({ metric }) => metric === 'queue')?.note).toContain('refuses the query: parse error');
    expect(found.find(({ metric }) => metric === 'up')?.current).toBe(1);
    await expect(read({ metric: 'queue' })).rejects.toMatchObject({
      outcome: 'failed',
      message: 'Prometheus refuses the query: parse error: unexpected "}"',
    });
  });
});

describe('what conditions look at', () => {
  const settings = { 'metric.lag_seconds': 'max(replication_lag)' };

  test('only what they speak of, of all services in one request', async () => {
    const fake = fakePrometheus({
      names: { 'service="api"': ['http_requests_total', 'up'], 'service="web"': ['up', 'Go_Threads'] },
      values: [
        ['service="api",code=~"5.."', '7.5'],
        ['Go_Threads', '12'],
        ['replication_lag', '2'],
        ['up{', '0'],
      ],
    });
    const { measure, asked } = await prometheusSource(
      fake,
      [service('api'), service('web'), service('none')],
      {
        settings,
      },
    );
    expect(await measure(['error_rate', 'go_threads', 'lag_seconds', 'up', 'disk_usage'])).toEqual([
      { metric: 'error_rate', unit: '%', value: 7.5, service: 'api', target: 'api' },
      { metric: 'up', unit: 'boolean', value: false, service: 'api', target: 'api' },
      { metric: 'go_threads', unit: '', value: 12, service: 'web', target: 'web' },
      { metric: 'up', unit: 'boolean', value: false, service: 'web', target: 'web' },
      { metric: 'lag_seconds', unit: 'ms', value: 2000, service: null, target: 'Prometheus' },
    ]);
    expect(asked.filter(({ path }) => path === '/api/v1/query')).toHaveLength(1);
    expect(await measure([])).toEqual([]);
  });

  test('a wrong query takes no other one with it', async () => {
    const refused = json({ status: 'error', errorType: 'bad_data', error: 'no' }, 400);
    const fake = fakePrometheus({
      names: { 'service="api"': ['up'] },
      values: [
        ['wrong', refused],
        ['up{', '1'],
      ],
    });
    const { measure } = await prometheusSource(fake, [service()], {
      settings: { 'metric.mine': 'wrong{service="$service"}' },
    });
    expect(await measure()).toEqual([
      { metric: 'up', unit: 'boolean', value: true, service: 'api', target: 'api' },
    ]);
  });

  test('what is no number is not measured', async () => {
    const fake = fakePrometheus({ names: { 'service="api"': ['up', 'load', 'heat'] } });
    fake.values = [
      ['load{', 'NaN'],
      ['heat{', '+Inf'],
    ];
    const { measure } = await prometheusSource(fake);
    expect(await measure(['load', 'heat', 'up'])).toEqual([]);
  });

  test('a server that is away is an error, not a silence', async () => {
    const { measure } = await prometheusSource(fakePrometheus({ instead: () => ({ status: 503 }) }));
    await expect(measure(['up'])).rejects.toMatchObject({ outcome: 'retry' });
  });
});
