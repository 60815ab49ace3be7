// Incidents written when the rules were done, and scored once: what they got wrong stays wrong here unless a rule that
// has nothing to do with them changes it. Sources know less in them, as they do in life.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const well = (...instances: string[]) =>
  lines('02:44', '03:20', 4_000, instances, (i, t) => `${t} [info] ok ${i}`);

export const JUDGED_ONCE: readonly IncidentFixture[] = [
  {
    name: 'PHP cannot write its sessions',
    story: '/tmp is full on one of two machines; no disk is measured.',
    answer: ['disk-full forum'],
    readings: night({
      startedAt: '03:14',
      service: 'forum',
      about: {
        forum: {
          deploys: [deploy('210', '02:55', 'feat: badges', 'ju'), deploy('209', '14:00', 'fix: quotes')],
          logs: [
            well('f-1', 'f-2'),
            lines(
              '03:10:05',
              '03:15',
              5_000,
              'f-2',
              (i, t) =>
                `[${t}] PHP Warning:  session_write_close(): write failed: No space left on device (28) in /srv/forum/index.php on line ${i}`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:20', 0.2], ['03:10', 45])],
        },
      },
    }),
  },
  {
    name: 'a regression, and only the newest lines are given',
    story: '#88 of four minutes ago throws; the logs reach back 40 seconds.',
    answer: ['deploy board #88'],
    readings: night({
      startedAt: '03:14',
      service: 'board',
      about: {
        board: {
          deploys: [deploy('88', '03:10', 'feat: drag and drop', 'ky'), deploy('87', '09:00', 'chore: lint')],
          logs: [
            lines(
              '03:14:20',
              '03:15',
              500,
              ['b-1', 'b-2'],
              (i, t) =>
                `${t} level=error err="interface conversion: interface {} is nil, not string" goroutine=${i}\npanic: runtime error`,
            ),
          ],
          logsFrom: '03:14:20',
          metrics: [steps('error_rate', '%', ['01:20', 0.1], ['03:11', 70])],
        },
      },
    }),
  },
  {
    name: 'no measurements at all',
    story: 'Only logs and deploys: the queue refuses connections, the deploy is of yesterday.',
    answer: ['dependency-down jobs-queue'],
    readings: night({
      startedAt: '03:14',
      service: 'worker',
      metric: null,
      about: {
        worker: {
          dependsOn: ['jobs-queue'],
          deploys: [deploy('40', '13:00', 'feat: retries')],
          logs: [
            well('w-1'),
            lines(
              '03:12:10',
              '03:15',
              1_000,
              'w-1',
              (_i, t) => `${t} ERROR dial tcp: connecting to jobs-queue:5672: connect: connection refused`,
            ),
          ],
        },
        'jobs-queue': { kind: 'queue', health: null },
      },
    }),
  },
  {
    name: 'an index was dropped by hand',
    story: 'Told as a change by the person; queries are slow since, no error anywhere.',
    answer: ['change orders-db'],
    readings: night({
      startedAt: '03:14',
      service: 'orders',
      metric: 'latency',
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [deploy('7', '10:00', 'feat: notes')],
          logs: [well('o-1')],
          metrics: [
            steps('latency', 'ms', ['01:20', 50], ['03:09', 2500]),
            steps('request_rate', '/s', ['01:20', 30]),
          ],
        },
        'orders-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:20', 20], ['03:09', 99])] },
      },
      changes: [
        {
          service: 'orders-db',
          title: 'dropped index orders_by_day (cleanup)',
          author: 'dba',
          at: at('03:08'),
          source: 'Changelog',
        },
      ],
    }),
  },
  {
    name: 'a bot crawls',
    story: 'Three times the requests; the deploy of 25 minutes ago is innocent.',
    answer: ['traffic catalog'],
    readings: night({
      startedAt: '03:14',
      service: 'catalog',
      metric: 'latency',
      about: {
        catalog: {
          deploys: [deploy('19', '02:45', 'feat: sizes', 'bo'), deploy('18', '08:00', 'fix: svg')],
          comparisons: { 19: files('src/sizes.ts') },
          logs: [well('c-1')],
          metrics: [
            steps('request_rate', '/s', ['01:20', 80], ['03:08', 260]),
            steps('latency', 'ms', ['01:20', 60], ['03:09', 900]),
            steps('cpu_usage', '%', ['01:20', 40], ['03:08', 97]),
          ],
        },
      },
    }),
  },
  {
    name: 'a rule of the firewall',
    story: 'Told as a change of nobody; the service times out to its database, which is well.',
    answer: ['unknown', 'dependency-down crm-db'],
    readings: night({
      startedAt: '03:14',
      service: 'crm',
      about: {
        crm: {
          dependsOn: ['crm-db'],
          deploys: [deploy('5', '10:00', 'feat: calls')],
          logs: [
            well('c-1'),
            lines(
              '03:11:30',
              '03:15',
              3_000,
              'c-1',
              (_i, t) =>
                `${t} ERROR connection to server at "crm-db" (10.0.9.4), port 5432 failed: Connection timed out`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:20', 0], ['03:11', 100])],
        },
        'crm-db': {
          kind: 'database',
          health: { desired: 1 },
          metrics: [steps('cpu_usage', '%', ['01:20', 9])],
        },
      },
      changes: [
        {
          service: null,
          title: 'security group sg-1: tighten ingress',
          author: 'net',
          at: at('03:10'),
          source: 'Terraform',
        },
      ],
    }),
  },
  {
    name: 'a leak of threads since the deploy of the morning',
    story: '#61 starts a thread for each request and never ends it; five hours later none can be started.',
    answer: ['deploy chat #61'],
    readings: night({
      startedAt: '03:14',
      service: 'chat',
      about: {
        chat: {
          deploys: [
            deploy('61', '02:00', 'feat: typing indicator', 'su'),
            deploy('60', '12:00', 'fix: emoji'),
          ],
          logs: [
            well('ch-1'),
            lines(
              '03:12:00',
              '03:15',
              2_000,
              'ch-1',
              (_i, t) =>
                `${t} ERROR java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached`,
            ),
          ],
          metrics: [
            slope('threads', 'count', ['01:20', 200], ['02:00', 200], ['03:12', 32_000], ['03:20', 32_000]),
            steps('error_rate', '%', ['01:20', 0.1], ['03:12', 60]),
          ],
        },
      },
    }),
  },
  {
    name: 'errors of a scanner, and a slow database',
    story:
      'A scanner asks for nonsense since 03:00, which is logged as errors; the database is slow by its backup.',
    answer: ['saturation wiki-db'],
    readings: night({
      startedAt: '03:14',
      service: 'wiki',
      metric: 'latency',
      about: {
        wiki: {
          dependsOn: ['wiki-db'],
          deploys: [deploy('90', '11:00', 'feat: toc')],
          logs: [
            well('w-1'),
            lines(
              '03:07:00',
              '03:15',
              2_500,
              'w-1',
              (i, t) => `${t} ERROR NotFoundError: /wp-admin/${i}.php`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:20', 90], ['03:10', 3000]),
            steps('request_rate', '/s', ['01:20', 20]),
          ],
        },
        'wiki-db': {
          kind: 'database',
          logs: [
            lines(
              '03:09:30',
              '03:15',
              6_000,
              'db',
              (i, t) =>
                `${t} [Warning] InnoDB: page_cleaner: 1000ms intended loop took ${4000 + i}ms. slow query`,
            ),
          ],
          metrics: [steps('iops', 'count', ['01:20', 200], ['03:09', 4000])],
        },
      },
    }),
  },
  {
    name: 'quota of a partner beside a fresh deploy',
    story: 'Their limit of the day is reached; ours of three minutes ago changed the footer.',
    answer: ['rate-limit api.weather.example'],
    readings: night({
      startedAt: '03:14',
      service: 'travel',
      about: {
        travel: {
          deploys: [deploy('301', '03:07', 'style: footer', 'ze'), deploy('300', '12:00', 'feat: maps')],
          comparisons: { 301: files('src/footer.vue') },
          logs: [
            well('t-1'),
            lines(
              '03:10:15',
              '03:15',
              3_000,
              't-1',
              (i, t) =>
                `${t} ERROR AxiosError: Request failed with status code 429 url=https://api.weather.example/v2/${i}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.2], ['03:10', 34]),
            steps('request_rate', '/s', ['01:20', 15]),
          ],
        },
      },
    }),
  },
  {
    name: 'wrong alarm while a neighbour burns',
    story: 'The neighbour on the same database is down; we are well.',
    answer: ['healthy'],
    readings: night({
      startedAt: '03:14',
      service: 'portal',
      metric: 'up',
      about: {
        portal: {
          dependsOn: ['main-db'],
          deploys: [deploy('4', '10:00', 'feat: a')],
          health: { desired: 3 },
          logs: [well('p-1')],
          metrics: [
            steps('up', 'boolean', ['01:20', 1]),
            steps('error_rate', '%', ['01:20', 0.3]),
            steps('latency', 'ms', ['01:20', 44]),
          ],
        },
        'main-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:20', 25])] },
        billing: {
          dependsOn: ['main-db'],
          metrics: [steps('request_rate', '/s', ['01:20', 30], ['03:12', 0])],
        },
      },
      incidents: [{ id: 31, service: 'billing', title: 'billing is down', startedAt: at('03:12') }],
    }),
  },
  {
    name: 'a scale-down that the fix made for costs',
    story: 'The auto-fix took two of three instances away at 03:06.',
    answer: ['action services.scale render'],
    readings: night({
      startedAt: '03:14',
      service: 'render',
      metric: 'latency',
      about: {
        render: {
          deploys: [deploy('77', '12:00', 'feat: webgl')],
          health: { desired: 1 },
          logs: [
            well('r-1'),
            lines('03:08:20', '03:15', 2_000, 'r-1', (i, t) => `${t} WARN job ${i} waits, queue is full`),
          ],
          metrics: [
            steps('latency', 'ms', ['01:20', 300], ['03:08', 9000]),
            steps('request_rate', '/s', ['01:20', 14]),
          ],
        },
      },
      doings: [
        {
          capability: 'services.scale',
          service: 'render',
          at: at('03:06'),
          state: 'succeeded',
          autoFix: 'Night size',
          scaled: { from: 3, to: 1 },
          undone: null,
        },
      ],
    }),
  },
  {
    name: 'nobody knows, and the deploy is too far away',
    story: 'A switch drops packets: latency, nothing in logs, the deploy was 50 minutes before.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:14',
      service: 'pay',
      metric: 'latency',
      about: {
        pay: {
          dependsOn: ['pay-db'],
          deploys: [deploy('12', '02:20', 'feat: receipts', 'ho'), deploy('11', '12:00', 'fix: vat')],
          comparisons: { 12: files('src/receipt.ts') },
          logs: [well('p-1')],
          metrics: [
            steps('latency', 'ms', ['01:20', 40], ['03:10', 700]),
            steps('error_rate', '%', ['01:20', 0.1]),
            steps('request_rate', '/s', ['01:20', 60]),
          ],
        },
        'pay-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:20', 11])] },
      },
    }),
  },
];
