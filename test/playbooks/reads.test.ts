import { describe, expect, test } from 'vitest';
import { logs } from '../../src/playbooks/logs.ts';
import { metrics } from '../../src/playbooks/metrics.ts';
import { status } from '../../src/playbooks/status.ts';
import { at, incident, NOW, series, service, shopWorld, shown, silent, type } from './fake-kit.ts';

const [DAY, QUARTER] = [86_400_000, 15 * 60_000];

describe('/logs', () => {
  test('asked for a time after the trouble began, it still says when that was', async () => {
    const whole = shown(await type(logs, '/logs shop --since 03:01', { about: incident() }));
    const late = shown(await type(logs, '/logs shop --since 03:14:10', { about: incident() }));
    const seen = (text: string) => /First seen .*/.exec(text)?.[0];
    expect(seen(late)).toBe(seen(whole));
    expect(late).not.toContain('so it may be an effect');
  });

  test('says what the lines say: errors first, counted, since when, after which deploy, and what to type', async () => {
    const proposal = await type(logs, '/logs shop --since 03:01', { about: incident() });
    expect(proposal).toMatchObject({
      kind: 'answer',
      message: { title: '38 errors and 1 warning in the logs of shop', tone: 'warning' },
    });
    const text = shown(proposal);
    expect(text).toContain('Read: 40 lines since 2026-03-07 03:01 UTC');
    expect(text).toContain('ERROR connection pool exhausted after 0ms  ×38\n');
    expect(text).toContain(
      'Likely cause: connection pool exhausted after <n>ms, 38×, at 03:14 UTC, only on shop-prod-01',
    );
    expect(text).toContain('First seen 13 minutes after deploy #492 (@mike — "fix: cache TTL update")');
    expect(text).toContain('It began with incident #43');
    expect(text).toContain('/rollback shop #492');
    // Nobody measures what it depends on.
    expect(text).toContain('/metrics shop — see what is measured of it');
    expect(text).not.toContain('/metrics orders-db');
    expect(text).toContain('/logs shop --grep "connection pool exhausted after"');
    expect(text.indexOf('ERROR')).toBeLessThan(text.indexOf('WARN '));
    expect(text).not.toContain('GET /items');
  });

  test('a deploy after the one that the lines follow is the only one that a rollback can undo: it is not offered', async () => {
    const world = shopWorld();
    const [host] = Object.values(world.sources).filter((source) => source['deploys.list']);
    const listed = host?.['deploys.list'];
    if (!host || !listed) throw new Error('somebody knows the deploys');
    host['deploys.list'] = (args) => {
      const found = listed(args) ?? [];
      return found.flatMap((each) =>
        each.number === '492' ? [each, { ...each, number: '493', at: at('03:16') }] : [each],
      );
    };
    const text = shown(await type(logs, '/logs shop --since 03:01', { about: incident(), world }));
    expect(text).toContain('First seen 13 minutes after deploy #492');
    expect(text).not.toContain('/rollback');
  });

  test('the times asked for reach the sources; without one it is a quarter of an hour or a hundred lines', async () => {
    const asked: unknown[] = [];
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) {
      host['logs.search'] = (args) => {
        asked.push(args);
        return { lines: [], truncated: false };
      };
    }
    for (const line of [
      '/logs shop',
      '/logs shop --since 2h',
      '/logs shop --since 03:01',
      '/logs shop --since 03:21',
      '/logs shop-prod-01 --grep "a b"',
    ]) {
      await type(logs, line, { world });
    }
    const first = asked.filter((args) => !Object.hasOwn(args as object, 'untilAt'));
    expect(first).toEqual([
      { service: 'shop', limit: 5_000, sinceAt: NOW - 15 * 60_000 },
      { service: 'shop', limit: 100 },
      { service: 'shop', limit: 5_000, sinceAt: NOW - 7_200_000 },
      { service: 'shop', limit: 5_000, sinceAt: at('03:01') },
      // Later than now by the clock on the wall: yesterday's.
      { service: 'shop', limit: 5_000, sinceAt: at('03:21') - 86_400_000 },
      { service: 'shop', instance: 'shop-prod-01', limit: 5_000, grep: 'a b', sinceAt: NOW - 15 * 60_000 },
      { service: 'shop', instance: 'shop-prod-01', limit: 100, grep: 'a b' },
      // Whether the log had lines at all.
      { service: 'shop', instance: 'shop-prod-01', limit: 2_000, sinceAt: NOW - 15 * 60_000 },
    ]);
    // The hour before, and the same quarter of an hour on three earlier days.
    const compared = asked.slice(2, 6);
    const ends = [0, DAY, 2 * DAY, 7 * DAY].map((ago) => (ago === 0 ? NOW - QUARTER : NOW - ago));
    expect(compared).toEqual(
      ends.map((untilAt, index) => ({
        service: 'shop',
        limit: 2_000,
        sinceAt: untilAt - (index === 0 ? 3_600_000 : QUARTER),
        untilAt,
      })),
    );
  });

  test.each([
    [['cpu_usage', 'db_connections'], '/metrics orders-db db_connections — check its connections'],
    [['cpu_usage'], '/metrics orders-db — check what shop depends on'],
    [null, '/metrics orders-db — check what shop depends on'],
  ])('of what it depends on, measured by %j, it offers what there is to see', async (names, step) => {
    const world = shopWorld();
    world.sources.Prometheus = {
      'metrics.query': ({ service: name }) => {
        if (names === null) throw new Error('timed out');
        return name === 'orders-db' ? names.map((each) => series(each, 1, 2)) : [];
      },
    };
    const text = shown(await type(logs, '/logs shop', { world }));
    expect(text).toContain(`  ${step}\n`);
  });

  describe('against the hour before', () => {
    /** Of the pool five lines at 03:14, and others every ten seconds within `[from, to)`. */
    const logsOf = (from: number, to: number) => {
      const world = shopWorld();
      const line = (when: number, text: string, level: 'info' | 'error') => ({
        at: when,
        level,
        text,
        instance: 'shop-prod-01',
      });
      const all = [
        ...Array.from({ length: Math.floor((to - from) / 10_000) }, (_, index) =>
          line(from + index * 10_000, `GET /items 200 in ${index}ms`, 'info'),
        ),
        ...[0, 1, 2, 3, 4].map((index) => line(at('03:14') + index, 'pool exhausted', 'error')),
      ].sort((a, b) => a.at - b.at);
      world.sources['This host'] = {
        'logs.search': ({ grep, sinceAt = 0, untilAt = Infinity, limit }) => {
          const fits = all.filter(
            (each) =>
              each.at >= sinceAt && each.at < untilAt && (grep === undefined || each.text.includes(grep)),
          );
          return { lines: fits.slice(-limit), truncated: fits.length > limit };
        },
      };
      return world;
    };
    const answer = async (line: string, from: number, to = NOW) =>
      shown(await type(logs, line, { world: logsOf(from, to) }));

    test.each(['', ' --grep pool'])(
      'that none came is said only where the log had lines then (%s)',
      async (grep) => {
        const known = await answer(`/logs shop --since 03:10${grep}`, at('02:00'));
        expect(known).toContain('30 an hour over the last 10 minutes, 0 in the hour before');
        const begun = await answer(`/logs shop --since 03:10${grep}`, at('03:10'));
        expect(begun).toContain('How often it came before is not known');
        expect(begun).toContain('Compared with: nothing: no lines from earlier were found');
        expect(begun).not.toContain('hour before');
        const part = await answer(`/logs shop --since 03:10${grep}`, at('03:00'));
        expect(part).toContain('0 in the hour before (of which 10 minutes have lines)');
      },
    );

    test('more lines than tell that it was there do not hide that it was there all along', async () => {
      const world = logsOf(at('02:00'), NOW);
      const read = world.sources['This host']?.['logs.search'];
      if (read)
        world.sources['This host'] = {
          'logs.search': (args) =>
            read({ ...args, limit: args.grep ? args.limit : Math.min(20, args.limit) }),
        };
      const text = shown(await type(logs, '/logs shop --since 03:10 --grep pool', { world }));
      expect(text).toMatch(/, 0 in the hour before$/m);
    });

    test('what stopped is said, and the rate is over the time there were lines', async () => {
      const text = await answer('/logs shop --since 02:20', at('02:00'), at('02:50'));
      expect(text).not.toContain('No lines since');
      const stopped = await answer('/logs shop --since 02:20', at('01:00'), at('03:15'));
      expect(stopped).toContain('No lines since 03:14 UTC; before that it was never silent for longer than');
      expect(stopped).toContain('5 an hour over the 55 minutes that have lines (until 03:14 UTC)');
      const grep = await answer('/logs shop --since 02:20 --grep nothing', at('01:00'), at('03:15'));
      const dull = await answer('/logs shop --since 02:20 --grep GET', at('01:00'), at('03:15'));
      expect(dull).toContain('nothing in these lines explains a failure');
      expect(dull).toContain('No lines since 03:14 UTC');
      expect(grep).toContain('No lines since 03:14 UTC');
    });
  });

  test('several sources are merged, and the one that does not answer is named', async () => {
    const world = shopWorld();
    world.sources.Loki = { 'logs.search': silent('502 from the gateway') };
    world.sources.Old = {
      'logs.search': () => ({
        lines: [{ at: null, level: 'unknown', text: 'FATAL out of memory', instance: 'x' }],
        truncated: true,
      }),
    };
    const text = shown(await type(logs, '/logs shop --since 1h', { world }));
    expect(text).toContain('39 errors');
    expect(text).toContain('From: This host, Old');
    expect(text).toContain('Loki did not answer: 502 from the gateway');
    expect(text).toContain('there are more lines than the 41 that were read, back to 2026-03-07 03:09 UTC');
  });

  test('quiet logs and no logs are different answers', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['logs.search'] = () => ({ lines: [], truncated: false });
    expect(shown(await type(logs, '/logs shop', { world }))).toContain(
      'No errors or warnings in the logs of shop',
    );
    expect(await type(logs, '/logs api')).toMatchObject({ kind: 'refusal', why: 'no-logs' });
    if (host) host['logs.search'] = silent();
    expect(shown(await type(logs, '/logs shop', { world }))).toContain('This host did not answer');
  });

  test('a hostile log makes a short card that cannot write lines of its own', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) {
      host['logs.search'] = () => ({
        truncated: false,
        lines: Array.from({ length: 5_000 }, (_, index) => ({
          at: NOW - index,
          level: 'error' as const,
          text: `${String.fromCharCode(97 + (index % 26)).repeat((index % 90) + 1)}\n/approve 7\u202e "${'x'.repeat(3_000)}`,
          instance: `i${index}`,
        })),
      });
    }
    const text = shown(await type(logs, '/logs shop', { world }));
    expect(text).not.toMatch(/^\s*\/approve/m);
    expect(text).not.toContain('\u202e');
    expect(text.length).toBeLessThan(5_000);
    expect(text).toMatch(/and [\d,]+ more kinds/);
  });

  test.each([
    ['/logs shop --since tomorrow', 'is not a time'],
    ['/logs shop --since 25:00', 'is not a time'],
    ['/logs shop --since 03:99', 'is not a time'],
    ['/logs shop --since 2027-01-01', 'in the future'],
    ['/logs shop --since 5', 'is not a time'],
    ['/logs shop --since 2h5', 'is not a duration'],
    ['/logs shop --since', '--since needs a value'],
    ['/logs shop --since --grep x', '--since needs a value'],
    [`/logs shop --grep ${'x'.repeat(501)}`, 'at most 500'],
    ['/logs shop --grep "pool ("', 'is not a pattern: missing closing )'],
    ['/logs shop api', 'one word too many'],
    ['/logs shop --follow', 'unknown flag'],
  ])('%s is a usage error', async (line, message) => {
    await expect(type(logs, line)).rejects.toMatchObject({
      type: 'usage',
      message: expect.stringContaining(message),
    });
  });
});

test.each([
  [logs, '/logs'],
  [metrics, '/metrics'],
  [status, '/status web-prod-01'],
] as const)('%o asks when several services may be meant', async (playbook, line) => {
  const world = shopWorld();
  world.services = [service('a', { instances: ['web-*'] }), service('b', { instances: ['web-prod-*'] })];
  expect((await type(playbook, line, { world })).kind).toBe('question');
});

describe('/metrics', () => {
  test('a name that is a service is its service, in an incident too; the first source counts', async () => {
    const world = shopWorld();
    world.sources.Grafana = {
      'metrics.query': ({ service: name }) => [series('error_rate', 1, name === 'api' ? 77 : 99)],
    };
    expect(shown(await type(metrics, '/metrics api', { world, about: incident() }))).toContain(
      'error_rate of api: 77%',
    );
    expect(shown(await type(metrics, '/metrics shop error_rate', { world }))).toContain(
      'error_rate of shop: 12.3%',
    );
  });

  test('all metrics of a service, against normal, with trend and onset', async () => {
    const proposal = await type(metrics, '/metrics shop');
    expect(proposal).toMatchObject({
      kind: 'answer',
      message: { title: 'Metrics of shop: 2 unusual', tone: 'warning' },
    });
    const text = shown(proposal);
    expect(text).toContain('error_rate  12.3%  0.2%');
    expect(text).toContain('latency of shop: 900 ms since 03:14 UTC, normally 80 ms');
    expect(text).toMatch(/▁+█+/);
  });

  test('one metric: its value in the title, and what moved with it', async () => {
    const text = shown(await type(metrics, '/metrics shop error_rate', { about: incident() }));
    expect(text).toContain('error_rate of shop: 12.3%');
    expect(text).toContain('Moved as well\n  latency of shop: 900 ms');
    expect(shown(await type(metrics, '/metrics latency', { about: incident() }))).toContain(
      'latency of shop: 900 ms',
    );
  });

  test('what it depends on is looked at as well', async () => {
    const world = shopWorld();
    world.sources.Grafana = {
      'metrics.query': ({ service: name }) =>
        name === 'orders-db' ? [series('connections', 10, 100)] : null,
    };
    expect(shown(await type(metrics, '/metrics shop error_rate', { world }))).toContain(
      'connections of orders-db: 100% since ',
    );
  });

  test('a slip in the metric', async () => {
    await expect(type(metrics, '/metrics shop eror_rate')).rejects.toMatchObject({
      type: 'not-found',
      hint: expect.stringContaining('did you mean error_rate? /metrics shop error_rate'),
    });
    await expect(type(metrics, '/metrics shop zzz')).rejects.toMatchObject({
      hint: expect.stringContaining('it has error_rate, latency'),
    });
  });

  test('a source that does not answer is named beside one that does; none at all is a refusal', async () => {
    const world = shopWorld();
    world.sources.Grafana = { 'metrics.query': silent('401') };
    expect(shown(await type(metrics, '/metrics shop', { world }))).toContain('Grafana did not answer: 401');
    expect(await type(metrics, '/metrics api', { world })).toMatchObject({
      kind: 'refusal',
      why: 'no-metrics',
    });
  });

  test('short history has no normal, and a value may be missing', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['metrics.query'] = () => [{ metric: 'up', unit: 'boolean', current: null, points: [] }];
    const text = shown(await type(metrics, '/metrics shop', { world }));
    expect(text).toContain('up  not measured now  not known yet  not known');
  });
});

describe('/status', () => {
  test.each([
    [{ desired: 2, running: 2, healthy: 0 }, '🔴  shop  0 of 2 healthy'],
    [{ desired: 2, running: 2, healthy: null }, '❔  shop  2 running, health unknown'],
    [{ desired: null, running: null, healthy: null }, '❔  shop  health unknown'],
    [{ desired: null, running: null, healthy: 2 }, '✅  shop  2 healthy'],
    [{ desired: 0, running: 0, healthy: 0 }, '✅  shop  0 of 0 healthy'],
  ])('%o', async (counts, row) => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['services.health'] = () => ({ service: 'shop', instances: [], ...counts });
    expect(shown(await type(status, '/status shop', { world }))).toContain(row);
  });

  test('services, incidents, approvals, the freeze, warnings and who did not answer', async () => {
    const world = shopWorld();
    world.sources.AWS = { 'services.health': silent('throttled') };
    world.overview = {
      openIncidents: [
        { id: 43, title: 'error rate critical', severity: 'critical', ackedBy: null, openedAt: at('03:14') },
        { id: 44, title: 'slow', severity: 'warning', ackedBy: '@sarah', openedAt: at('03:15') },
      ],
      waitingApprovals: [{ id: 7, title: 'Roll back deploy #492' }],
      frozen: { reason: 'release day', by: '@ann' },
      warnings: ['no contact can approve'],
    };
    const proposal = await type(status, '/status', { world });
    const text = shown(proposal);
    expect(proposal).toMatchObject({
      message: { tone: 'critical', title: 'Status: 1 of 3 services in trouble, 2 open incidents' },
    });
    expect(text).toContain('🟡  shop  2 of 3 healthy, release 492');
    expect(text).toContain('✅  api  2 of 2 healthy');
    expect(text).toContain(
      '✅  orders-db  primary db-1, replica db-2 (2 seconds behind), replica db-3 (120 ms behind)',
    );
    expect(text).toContain('replica db-4 (lag unknown)');
    expect(text).toContain('🔴 #43 error rate critical, since 03:14 UTC, nobody has it yet: /ack 43');
    expect(text).toContain('with @sarah');
    expect(text).toContain('Roll back deploy #492: /approve 7 or /deny 7');
    expect(text).toContain('Frozen by @ann: release day');
    expect(text).toContain('AWS did not answer: throttled');
    expect(text).toContain('no contact can approve');
  });

  test.each([
    ['storage-full', '🟡  orders-db  primary db-1 (storage-full), no replica'],
    [undefined, '❔  orders-db  primary db-1, no replica'],
  ])('a database whose primary is %s', async (status_, row) => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host)
      host['databases.describe'] = () => ({
        cluster: 'c',
        engine: 'postgres 16',
        primary: 'db-1',
        status: status_,
        replicas: [],
        downtimeMs: null,
      });
    expect(shown(await type(status, '/status orders-db', { world }))).toContain(row);
  });

  test('what nobody measures, and what did not answer', async () => {
    const world = shopWorld();
    world.sources = {};
    expect(shown(await type(status, '/status api', { world }))).toContain(
      '❔  api  unknown: no source of this command measures it',
    );
    world.sources = {
      AWS: { 'services.health': silent('throttled'), 'databases.describe': silent('throttled') },
    };
    const text = shown(await type(status, '/status orders-db', { world }));
    expect(text).toMatch(/❔ {2}orders-db {2}unknown$/m);
    expect(text).toContain('AWS did not answer: throttled');
  });

  test('one service alone, and a quiet house', async () => {
    const text = shown(await type(status, '/status api'));
    expect(text).toContain('api');
    expect(text).not.toContain('shop');
    expect(await type(status, '/status api')).toMatchObject({
      message: { tone: 'ok', title: 'Status: 1 service, no open incident' },
    });
  });

  test('no service configured yet', async () => {
    expect(shown(await type(status, '/status', { world: { ...shopWorld(), services: [] } }))).toContain(
      'openclaw service add',
    );
  });

  test('hundreds of services are cut and said', async () => {
    const world = shopWorld();
    world.services = Array.from({ length: 500 }, (_, index) => service(`s${index}`));
    expect(shown(await type(status, '/status', { world }))).toContain('450 more services');
  });
});
