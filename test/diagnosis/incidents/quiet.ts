// Incidents with no cause to be named, and those that we made ourselves.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

export const QUIET: readonly IncidentFixture[] = [
  {
    name: 'healthy service with a false alert',
    story: 'The check of the monitoring itself lost its network; the service is well.',
    answer: ['healthy'],
    readings: night({
      startedAt: '03:14',
      service: 'api',
      metric: 'error_rate',
      alerts: ['api error rate critical'],
      about: {
        api: {
          dependsOn: ['orders-db'],
          deploys: [deploy('492', '18:01', 'fix: cache TTL update', 'mike')],
          logs: [
            lines('02:44', '03:15', 2_000, ['api-1', 'api-2'], (i, t) => `${t} INFO GET /p/${i} 200 12ms`),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2]),
            steps('latency', 'ms', ['01:00', 40]),
            steps('request_rate', '/s', ['01:00', 80]),
            steps('up', 'boolean', ['01:00', 1]),
          ],
        },
        'orders-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 20])] },
      },
    }),
  },
  {
    name: 'false alert beside a fresh deploy',
    story: 'A rule with a wrong threshold fires; the deploy of ten minutes ago is innocent.',
    answer: ['healthy'],
    readings: night({
      startedAt: '11:40',
      service: 'blog',
      metric: 'latency',
      alerts: ['blog latency above 30 ms'],
      about: {
        blog: {
          deploys: [deploy('12', '11:30', 'feat: tags', 'uma'), deploy('11', '09:00', 'feat: feeds')],
          comparisons: { 12: files('src/tags.ts') },
          logs: [
            lines('11:10', '11:41', 3_000, ['blog-1'], (i, t) => `${t} INFO GET /posts/${i} 200 3${i % 9}ms`),
            lines('11:12', '11:41', 240_000, ['blog-1'], (_i, t) => `${t} WARN image without alt text`),
          ],
          metrics: [
            steps('latency', 'ms', ['09:30', 36]),
            steps('error_rate', '%', ['09:30', 0.1]),
            steps('request_rate', '/s', ['09:30', 12]),
          ],
        },
      },
    }),
  },
  {
    name: 'nothing answers',
    story: 'The credentials of all sources have expired; only the alert is known.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:14',
      service: 'api',
      alerts: ['api is down'],
      about: { api: { health: null, logsFrom: null } },
      silent: [
        { source: 'AWS Production', what: 'logs of api' },
        { source: 'AWS Production', what: 'metrics of api' },
        { source: 'GitHub', what: 'deploys of api' },
      ],
    }),
  },
  {
    name: 'errors of every day, and latency from nowhere',
    story: 'A switch of the network drops packets; nobody logs anything of it.',
    answer: ['unknown'],
    readings: night({
      startedAt: '05:20',
      service: 'quotes',
      metric: 'latency',
      alerts: ['quotes latency'],
      about: {
        quotes: {
          dependsOn: ['quotes-db'],
          deploys: [deploy('5', '12:00', 'feat: bids')],
          logs: [
            lines(
              '04:50',
              '05:21',
              3_000,
              ['q-1', 'q-2'],
              (i, t) => `${t} INFO quote ${i} in ${8 + (i % 4)}ms`,
            ),
            lines(
              '04:50',
              '05:21',
              30_000,
              ['q-1', 'q-2'],
              (i, t) => `${t} ERROR validation failed: field "amount" is missing request=${i}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['03:20', 30], ['05:16', 900]),
            steps('error_rate', '%', ['03:20', 0.5]),
            steps('request_rate', '/s', ['03:20', 44]),
            steps('cpu_usage', '%', ['03:20', 21]),
          ],
        },
        'quotes-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['03:20', 15]), steps('connections', 'count', ['03:20', 12])],
        },
      },
    }),
  },
  {
    name: 'an auto-fix that made it worse',
    story: 'The fix restarts all workers for a memory alarm; the cold caches then take the service down.',
    answer: ['action services.restart ranking'],
    readings: night({
      startedAt: '03:26',
      service: 'ranking',
      metric: 'latency',
      alerts: ['ranking latency critical'],
      about: {
        ranking: {
          deploys: [deploy('70', '13:15', 'feat: new model')],
          health: {
            desired: 4,
            running: 4,
            healthy: 2,
            instances: [
              { id: 'r-1', state: 'starting' },
              { id: 'r-2', state: 'starting' },
            ],
          },
          logs: [
            lines(
              '03:22:15',
              '03:27',
              4_000,
              ['r-1', 'r-2'],
              (i, t) => `${t} WARN model not warm, computing features for ${i} inline`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:30', 35], ['03:22', 5200]),
            steps('error_rate', '%', ['01:30', 0.1], ['03:23', 3]),
            steps('memory_usage', '%', ['01:30', 78], ['03:22', 30]),
          ],
        },
      },
      doings: [
        {
          capability: 'services.restart',
          service: 'ranking',
          at: at('03:21'),
          state: 'succeeded',
          autoFix: 'Restart on memory',
          scaled: null,
          undone: null,
        },
      ],
    }),
  },
  {
    name: 'somebody scaled down',
    story: 'To save money four of six instances were taken away at 20:55; the evening comes.',
    answer: ['action services.scale video'],
    readings: night({
      startedAt: '21:04',
      service: 'video',
      metric: 'latency',
      alerts: ['video p95'],
      about: {
        video: {
          deploys: [deploy('95', '14:20', 'fix: captions')],
          health: { desired: 2 },
          logs: [
            lines(
              '21:00',
              '21:05',
              2_000,
              ['v-1', 'v-2'],
              (i, t) => `${t} WARN queue full, rejecting request in_flight=${500 + i}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['19:05', 120], ['20:58', 4000]),
            steps('cpu_usage', '%', ['19:05', 45], ['20:57', 99]),
            steps('request_rate', '/s', ['19:05', 400]),
          ],
        },
      },
      doings: [
        {
          capability: 'services.scale',
          service: 'video',
          at: at('20:55'),
          state: 'succeeded',
          autoFix: null,
          scaled: { from: 6, to: 2 },
          undone: null,
        },
      ],
    }),
  },
  {
    name: 'a deploy far before, and a slow leak of connections',
    story: '#77 of six hours ago is not known to be guilty; connections to the database ran out.',
    answer: ['saturation crm-db', 'unknown'],
    readings: night({
      startedAt: '03:45',
      service: 'crm',
      alerts: ['crm error rate'],
      about: {
        crm: {
          dependsOn: ['crm-db'],
          deploys: [deploy('77', '21:40', 'feat: bulk edit', 'zoe')],
          comparisons: { 77: files('app/bulk.rb') },
          logs: [
            lines(
              '03:40:20',
              '03:46',
              3_000,
              ['crm-1', 'crm-2'],
              (_i, t) =>
                `${t} ERROR ActiveRecord::ConnectionNotEstablished: FATAL:  remaining connection slots are reserved for non-replication superuser connections`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:45', 0.1], ['03:40', 20])],
        },
        'crm-db': {
          kind: 'database',
          metrics: [
            slope('connections', 'count', ['01:45', 60], ['03:00', 70], ['03:40', 100], ['03:46', 100]),
          ],
        },
      },
    }),
  },
];
