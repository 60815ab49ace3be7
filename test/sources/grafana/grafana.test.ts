// Metrics, dashboards and the check of a Grafana of ours.
import { describe, expect, test } from 'vitest';
import { json } from '../../support/scripted-server.ts';
import { fakeGrafana, frame, grafanaSource, NOW, service, TOKEN } from './fake-grafana.ts';

const DAY_MS = 86_400_000;

describe('metrics', () => {
  test('come from the only Prometheus it has, with steps that end now', async () => {
    const { read, queries, asked } = await grafanaSource(fakeGrafana({ values: [['up{', 1]] }));
    const [up] = await read();
    expect(up).toMatchObject({ metric: 'up', unit: 'boolean', current: 1 });
    expect(up?.points.at(-1)).toEqual({ at: NOW, value: 1 });
    expect(up?.sameHour?.map(({ at }) => (NOW - at) / DAY_MS)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(queries().every(({ datasource }) => datasource.uid === 'prom1')).toBe(true);
    expect(
      asked.every(
        ({ headers, path, query }) =>
          headers.authorization === `Bearer ${TOKEN}` && !(path + query).includes(TOKEN),
      ),
    ).toBe(true);
    expect(asked.filter(({ path }) => path === '/api/datasources')).toHaveLength(1);
  });

  test('between two seconds the last step is the current one all the same', async () => {
    const clock = { now: () => NOW + 12_345 };
    const { read } = await grafanaSource(fakeGrafana({ values: [['up{', 1]] }), [service()], { clock });
    for (const sinceMs of [3_600_000, 7_200_000, 86_400_000]) {
      const [up] = await read({ sinceMs });
      expect(up?.current).toBe(1);
      expect(clock.now() - (up?.points.at(-1)?.at ?? 0)).toBeLessThan(1000);
      expect(up?.sameHour).toHaveLength(7);
    }
  });

  test('days at another hour are not compared', async () => {
    const fake = fakeGrafana({ values: [['up{', 1]] });
    // One that puts its steps at midnight, whatever it is told.
    fake.instead = ({ path, body }) => {
      if (path !== '/api/ds/query' || !body.includes('avg_over_time')) return undefined;
      const midnight = NOW - (NOW % DAY_MS);
      return json({ results: { A: { frames: [frame([midnight - DAY_MS, midnight], [1, 1])] } } });
    };
    const { read } = await grafanaSource(fake);
    expect((await read())[0]).not.toHaveProperty('sameHour');
  });

  test('of several services in one request, for conditions', async () => {
    const fake = fakeGrafana({
      names: { 'service="': ['up'] },
      values: [
        ['service="api"', 0],
        ['service="web"', 1],
      ],
    });
    const { measure, queries } = await grafanaSource(fake, [service('api'), service('web')]);
    expect((await measure(['up']))?.map(({ service: of, value }) => [of, value])).toEqual([
      ['api', false],
      ['web', true],
    ]);
    expect(queries()).toHaveLength(1);
  });

  test('in odd frames: nulls, texts, no time, other fields', async () => {
    const frames = [
      { schema: { fields: [{ type: 'number' }] }, data: { values: [[1]] } },
      { schema: {}, data: {} },
      null,
      {
        schema: {
          fields: [{ type: 'string' }, { type: 'time' }, { type: 'number', labels: { a: 'x\u001b[2J' } }],
        },
        data: {
          values: [
            ['a', 'b', 'c'],
            [NOW - 5000, 'x', NOW],
            [null, 3, 7],
          ],
        },
      },
    ];
    const { read } = await grafanaSource(
      fakeGrafana({ values: [['', json({ results: { A: { frames } } })]] }),
    );
    expect(await read({ metric: 'queue_depth' })).toMatchObject([
      { current: 7, points: [{ at: NOW, value: 7 }] },
    ]);
  });

  test('a query that is refused is said in its words', async () => {
    const refused = json({ results: { A: { status: 400, error: 'bad_data: parse error' } } }, 400);
    const { read } = await grafanaSource(fakeGrafana({ values: [['', refused]] }));
    await expect(read({ metric: 'up' })).rejects.toThrow('Grafana refuses the query: bad_data: parse error');
  });
});

describe('the data source', () => {
  const two = [
    { uid: 'a1', type: 'prometheus', name: 'A', isDefault: false },
    { uid: 'b1', type: 'grafana-amazonprometheus-datasource', name: 'B', isDefault: false },
  ];
  test('of several is asked about, none is guessed', async () => {
    const { read } = await grafanaSource(fakeGrafana({ datasources: two }));
    await expect(read()).rejects.toThrow(
      'Grafana has 2 data sources for Prometheus and none is the default: --set datasource=UID, of A (a1), B (b1)',
    );
  });
  test('by default, or as it is set', async () => {
    const [first, second] = two;
    const byDefault = await grafanaSource(
      fakeGrafana({ datasources: [{ ...first }, { ...second, isDefault: true }], values: [['', 1]] }),
    );
    await byDefault.read();
    expect(byDefault.queries()[0]?.datasource.uid).toBe('b1');
    const set = await grafanaSource(fakeGrafana({ values: [['', 1]] }), [service()], {
      settings: { datasource: 'x9' },
    });
    await set.read();
    expect(set.queries()[0]?.datasource.uid).toBe('x9');
    expect(set.asked.some(({ path }) => path === '/api/datasources')).toBe(false);
  });
  test('that may not be listed is named with what to do', async () => {
    const { read } = await grafanaSource(
      fakeGrafana({ instead: ({ path }) => (path === '/api/datasources' ? { status: 403 } : undefined) }),
    );
    await expect(read()).rejects.toThrow(/refuses us \(403\): may its service account list data sources/);
  });
  test.each([[[]], [[{ uid: '../x', type: 'prometheus' }]]])('none: %j', async (datasources) => {
    const { read } = await grafanaSource(fakeGrafana({ datasources }));
    await expect(read()).rejects.toThrow('Grafana has no data source for Prometheus');
  });
});

describe('dashboards', () => {
  const dashboards = [
    {
      uid: 'over1',
      title: 'API overview\u202e\u001b[31m',
      tags: ['api'],
      panels: [
        { id: 1, type: 'text', title: 'Welcome' },
        { id: 2, type: 'timeseries', title: 'CPU' },
        { id: 3, type: 'row', title: 'Requests', panels: [{ id: 4, title: 'Error rate' }] },
        { id: 'x', title: 'Latency' },
      ],
    },
    { uid: 'two2', title: 'Everything about api, more', tags: [] },
    { uid: 'rapid', title: 'Rapid rollout', tags: [] },
    { uid: 'bad uid/..', title: 'api', tags: ['api'] },
  ];

  test('of a service by tag, then by title as a word, with the panels that matter', async () => {
    const { dashboards: find, url } = await grafanaSource(fakeGrafana({ dashboards }));
    const links = await find({ metric: 'error_rate', sinceAt: NOW - 1000 });
    const range = `?from=${NOW - 1000}&to=now&var-service=api`;
    expect(links).toEqual([
      { title: 'API overview  [31m', href: `${url}/d/over1${range}` },
      { title: 'Everything about api, more', href: `${url}/d/two2${range}` },
      { title: 'API overview  [31m › Error rate', href: `${url}/d/over1${range}&viewPanel=4` },
      { title: 'API overview  [31m › CPU', href: `${url}/d/over1${range}&viewPanel=2` },
    ]);
  });

  test('none is no error', async () => {
    const { dashboards: find } = await grafanaSource(fakeGrafana());
    expect(await find()).toEqual([]);
  });

  test('one that is gone meanwhile has its link still', async () => {
    const fake = fakeGrafana({ dashboards });
    fake.instead = ({ path }) =>
      path.startsWith('/api/dashboards') ? json({ message: 'gone' }, 404) : undefined;
    const { dashboards: find } = await grafanaSource(fake);
    expect(await find()).toHaveLength(2);
  });
});

describe('source test', () => {
  test('says version, data sources and services', async () => {
    const { check } = await grafanaSource(fakeGrafana({ values: [['', 1]] }));
    expect(await check()).toMatchObject({
      facts: expect.arrayContaining([
        { name: 'version', value: '11.6.0' },
        { name: 'data sources', value: 'Prom (prom1)' },
        { name: 'api', value: '2 metrics by {service="api"}: up' },
      ]),
      problems: [{ text: expect.stringContaining('api has no error_rate and no latency') }],
    });
  });

  test('a token that may not write annotations, a uid that is none', async () => {
    const fake = fakeGrafana({ permissions: { 'datasources:query': [] }, names: {} });
    const { check } = await grafanaSource(fake, [service()], { settings: { datasource: 'nope' } });
    expect((await check())?.problems).toEqual([
      {
        text: 'there is no data source nope for Prometheus',
        fix: 'openclaw source edit "Grafana" --set datasource=prom1',
      },
      {
        text: 'its token may not write annotations, so incidents are not marked there',
        fix: 'give its service account the role Editor, or: openclaw source edit "Grafana" --set annotations=no',
      },
    ]);
  });

  test('a wrong token is the answer', async () => {
    const { check } = await grafanaSource(fakeGrafana(), [service()], { secrets: { 'api-token': 'wrong' } });
    await expect(check()).rejects.toThrow(/^Grafana refuses us \(401\)/);
  });
});
