// Incidents that a deploy caused, and some beside which one only lies.
import { deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const api = ['api-prod-01', 'api-prod-02'];
const hex = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');

export const DEPLOYS: readonly IncidentFixture[] = [
  {
    name: 'a deploy reads a field that is not there',
    story: '#812 renamed a column in code only; the checkout throws since.',
    answer: ['deploy checkout #812'],
    readings: night({
      startedAt: '03:14',
      service: 'checkout',
      alerts: ['checkout error rate critical'],
      about: {
        checkout: {
          dependsOn: ['orders-db'],
          deploys: [
            deploy('812', '03:09', 'feat: gift cards', 'lena'),
            deploy('811', '15:20', 'chore: bump deps'),
          ],
          comparisons: { 812: files('src/checkout/total.ts', 'src/checkout/gift-card.ts') },
          logs: [
            lines(
              '02:45',
              '03:15',
              2_000,
              ['checkout-a', 'checkout-b'],
              (i, t) =>
                `{"time":"${t}","level":30,"msg":"request completed","req":{"id":"${hex(i)}"},"responseTime":${20 + (i % 30)}}`,
            ),
            lines(
              '03:10:05',
              '03:15',
              3_000,
              ['checkout-a', 'checkout-b'],
              (i, t) =>
                `{"time":"${t}","level":50,"msg":"TypeError: Cannot read properties of undefined (reading 'amount')","req":{"id":"${hex(i)}"}}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:10', 9.4]),
            steps('latency', 'ms', ['01:00', 44]),
            steps('request_rate', '/s', ['01:00', 120]),
          ],
        },
        'orders-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 22])] },
      },
    }),
  },
  {
    name: 'cache stampede after a change of the lifetime',
    story: '#492 keeps pages for 60 ms instead of 60 s; all requests hit the database, its pool runs out.',
    answer: ['deploy api #492'],
    readings: night({
      startedAt: '03:14',
      service: 'api',
      alerts: ['api-prod-01 error rate critical'],
      about: {
        api: {
          dependsOn: ['orders-db', 'pages-cache'],
          deploys: [
            deploy('492', '03:01', 'fix: cache TTL update', 'mike'),
            deploy('491', '17:10', 'feat: faster checkout'),
          ],
          comparisons: { 492: files('src/cache.ts', 'settings.json') },
          logs: [
            lines(
              '02:44',
              '03:15',
              1_500,
              api,
              (i, t) => `${t} INFO  [${hex(i)}] GET /p/${i % 40} 200 ${9 + (i % 9)}ms`,
            ),
            lines(
              '03:04:10',
              '03:15',
              1_200,
              api,
              (i, t) =>
                `${t} ERROR [${hex(i)}] pool: connection pool exhausted (10/10 in use, waited ${200 + (i % 7)}ms) path=/p/${i % 40}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:04', 12.3]),
            steps('latency', 'ms', ['01:00', 18], ['03:03', 840]),
            steps('request_rate', '/s', ['01:00', 42]),
          ],
        },
        'orders-db': {
          kind: 'database',
          logs: [
            lines(
              '03:04',
              '03:15',
              5_000,
              'db-prod-01',
              (i, t) =>
                `${t} WARN  [-] saturated: 4/4 workers busy, ${60 + (i % 20)} queries waiting, 20 connections`,
            ),
          ],
          metrics: [steps('cpu_usage', '%', ['01:00', 12], ['03:03', 97])],
        },
        'pages-cache': { kind: 'cache', cache: { keys: 3, hitRate: 0.02, rebuildMs: 900 } },
      },
    }),
  },
  {
    name: 'bad configuration goes out',
    story: '#77 broke the YAML of the limits; new pods do not start, the old ones are being replaced.',
    answer: ['deploy gateway #77'],
    readings: night({
      startedAt: '04:02',
      service: 'gateway',
      metric: 'up',
      alerts: ['gateway: too few healthy instances'],
      about: {
        gateway: {
          deploys: [
            deploy('77', '03:58', 'ops: raise upload limits', 'tom'),
            deploy('76', '21:00', 'docs: readme'),
          ],
          comparisons: { 77: files('config/limits.yaml') },
          health: {
            desired: 4,
            running: 4,
            healthy: 1,
            notes: ['deployment of gateway:77 in progress, 1 of 4 tasks, 6 failed to start'],
            instances: [
              { id: 'gw-1', state: 'healthy' },
              { id: 'gw-2', state: 'unhealthy', detail: 'exit code 1' },
            ],
          },
          logs: [
            lines(
              '03:59:20',
              '04:03',
              20_000,
              ['gw-2', 'gw-3', 'gw-4'],
              (_i, t) =>
                `${t} level=fatal msg="failed to load configuration: yaml: line 14: did not find expected key" file=/etc/gateway/limits.yaml`,
            ),
          ],
          metrics: [
            steps('up', 'boolean', ['02:00', 1], ['04:01', 0]),
            steps('request_rate', '/s', ['02:00', 900], ['04:01', 240]),
          ],
        },
      },
    }),
  },
  {
    name: 'memory leak that a deploy brought, hours later',
    story:
      '#340 keeps every session in a map; memory climbs since, the first OOM kill comes 90 minutes later.',
    answer: ['deploy search #340'],
    readings: night({
      startedAt: '05:31',
      service: 'search',
      metric: 'error_rate',
      alerts: ['search 5xx above 2%'],
      about: {
        search: {
          deploys: [
            deploy('340', '04:00', 'feat: remember sessions', 'kim'),
            deploy('339', '18:00', 'fix: sort order'),
          ],
          comparisons: { 340: files('internal/session/store.go') },
          health: {
            desired: 3,
            running: 3,
            healthy: 2,
            notes: [
              '3m ago: task 8f2a stopped: OutOfMemoryError: Container killed due to memory usage, exit code 137',
            ],
          },
          logs: [
            lines(
              '05:05',
              '05:32',
              4_000,
              ['search-1', 'search-2'],
              (i, t) => `${t} INFO query took ${12 + (i % 5)}ms`,
            ),
            lines(
              '05:28:30',
              '05:32',
              60_000,
              'search-2',
              (_i, t) =>
                `${t} kernel: Memory cgroup out of memory: Killed process 4121 (search) total-vm:2461230kB, anon-rss:2095104kB`,
            ),
          ],
          metrics: [
            slope('memory_usage', '%', ['02:00', 38], ['04:00', 38], ['05:28', 99], ['05:32', 60]),
            steps('error_rate', '%', ['02:00', 0.1], ['05:29', 4.2]),
            steps('service_oom_killed', 'boolean', ['02:00', 0], ['05:28', 1]),
          ],
        },
      },
    }),
  },
  {
    name: 'rollback was done already',
    story: '#55 broke it and was rolled back two minutes ago; the alert only now crosses its time.',
    answer: ['deploy profile #55'],
    readings: night({
      startedAt: '02:20',
      now: '02:27',
      service: 'profile',
      alerts: ['profile errors above 5% for 5m'],
      about: {
        profile: {
          deploys: [
            deploy('55', '02:12', 'refactor: avatars', 'joe', { rolledBack: true }),
            deploy('54', '16:45', 'fix: typo in mail'),
          ],
          comparisons: { 55: files('app/avatars.py', 'app/views.py') },
          logs: [
            lines(
              '02:14:02',
              '02:24',
              5_000,
              ['profile-1', 'profile-2'],
              (i, t) =>
                `${t} ERROR django.request: Internal Server Error: /u/${i}/avatar\nTraceback (most recent call last):\n  File "/app/views.py", line 88, in avatar\nAttributeError: 'NoneType' object has no attribute 'url'`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.3], ['02:14', 14], ['02:25', 6])],
        },
      },
      doings: [
        {
          capability: 'deploys.rollback',
          service: 'profile',
          at: Date.parse('2026-11-23T02:24:00Z'),
          state: 'succeeded',
          autoFix: null,
          scaled: null,
          undone: '55',
        },
      ],
    }),
  },
  {
    name: 'the deploy of what it depends on',
    story: 'inventory #19 answers slowly since it scans a table; shop times out.',
    answer: ['deploy inventory #19'],
    readings: night({
      startedAt: '03:22',
      service: 'shop',
      metric: 'latency',
      alerts: ['shop p95 latency'],
      about: {
        shop: {
          dependsOn: ['inventory'],
          deploys: [deploy('400', '12:15', 'feat: wishlists')],
          logs: [
            lines(
              '03:18:40',
              '03:23',
              4_000,
              ['shop-1', 'shop-2'],
              (i, t) =>
                `time=${t} level=error msg="inventory call failed" err="Get http://inventory:8080/stock/${i}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:30', 80], ['03:18', 3100]),
            steps('error_rate', '%', ['01:30', 0.1], ['03:19', 7]),
          ],
        },
        inventory: {
          deploys: [
            deploy('19', '03:16', 'feat: stock by warehouse', 'raj'),
            deploy('18', '15:00', 'fix: log level'),
          ],
          comparisons: { 19: files('stock/query.sql', 'stock/handler.go') },
          logs: [
            lines(
              '03:17:30',
              '03:23',
              5_000,
              'inv-1',
              (i, t) =>
                `time=${t} level=warn msg="slow query" took=${2800 + i * 3}ms sql="SELECT * FROM stock"`,
            ),
          ],
          metrics: [steps('latency', 'ms', ['01:30', 12], ['03:17', 2900])],
        },
      },
    }),
  },
];
