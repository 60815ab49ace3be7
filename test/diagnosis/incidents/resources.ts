// Incidents of something running out: disk, memory, connections, time.
import { deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

export const RESOURCES: readonly IncidentFixture[] = [
  {
    name: 'pool exhausted by queries that hang',
    story: 'A report of the analysts locks rows; the pool of the app runs out. No deploy for days.',
    answer: ['saturation ledger-db', 'locks ledger-db', 'locks ledger'],
    readings: night({
      startedAt: '03:30',
      service: 'ledger',
      alerts: ['ledger 5xx'],
      about: {
        ledger: {
          dependsOn: ['ledger-db'],
          deploys: [deploy('88', '12:10', 'fix: currency list')],
          logs: [
            lines(
              '03:26:31',
              '03:31',
              2_500,
              ['ledger-7c9', 'ledger-x2v'],
              (i, t) =>
                `${t} ERROR 1 --- [nio-8080-exec-${i % 50}] com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Connection is not available, request timed out after 3000${i % 9}ms (total=10, active=10, idle=0, waiting=${30 + (i % 40)})`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:30', 0.1], ['03:26', 22]),
            steps('latency', 'ms', ['01:30', 60], ['03:25', 30000]),
          ],
        },
        'ledger-db': {
          kind: 'database',
          logs: [
            lines(
              '03:24:10',
              '03:31',
              8_000,
              'ledger-db-1',
              (i, t) =>
                `${t} UTC [${9000 + i}] LOG:  process ${9000 + i} still waiting for ShareLock on transaction 88123 after 1000.${i % 90} ms`,
            ),
          ],
          metrics: [
            steps('connections', 'count', ['01:30', 22], ['03:24', 98]),
            steps('cpu_usage', '%', ['01:30', 31]),
          ],
        },
      },
    }),
  },
  {
    name: 'disk full on the machine itself',
    story: 'Logs filled /var; nothing can be written.',
    answer: ['disk-full web'],
    readings: night({
      startedAt: '03:51',
      service: 'web',
      alerts: ['web-prod-01 disk_usage 97%', 'web error rate'],
      about: {
        web: {
          deploys: [deploy('1201', '14:00', 'feat: search box')],
          logs: [
            lines(
              '03:47:01',
              '03:52',
              7_000,
              'web-prod-01',
              (i, t) =>
                `${t.slice(0, 10).replaceAll('-', '/')} ${t.slice(11, 19)} [crit] 812#812: *${4400 + i} pwrite() "/var/lib/nginx/body/00000${i}" failed (28: No space left on device), client: 10.0.3.${i % 250}`,
            ),
          ],
          metrics: [
            slope('disk_usage', '%', ['01:30', 80], ['03:47', 100], ['03:52', 100]),
            steps('error_rate', '%', ['01:30', 0.1], ['03:47', 18]),
          ],
        },
      },
      disks: [{ mount: '/var', totalBytes: 40e9, usedBytes: 40e9, percent: 100 }],
    }),
  },
  {
    name: 'OOM loop without a deploy',
    story: 'A customer uploads huge images; workers are killed again and again.',
    answer: ['out-of-memory thumbnails'],
    readings: night({
      startedAt: '04:20',
      service: 'thumbnails',
      metric: 'up',
      alerts: ['thumbnails instances restarting'],
      about: {
        thumbnails: {
          deploys: [deploy('66', '13:00', 'chore: node 20')],
          health: {
            desired: 3,
            running: 3,
            healthy: 1,
            notes: [
              '1m ago: task 17 stopped: essential container exited, exit code 137',
              '4m ago: task 16 stopped: exit code 137',
            ],
            instances: [
              { id: 't-1', state: 'healthy', detail: 'started again 4 times' },
              { id: 't-2', state: 'starting' },
              { id: 't-3', state: 'unhealthy', detail: 'OOMKilled' },
            ],
          },
          logs: [
            lines(
              '04:16:10',
              '04:21',
              50_000,
              ['t-1', 't-2', 't-3'],
              (_i, t) =>
                `${t} FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory`,
            ),
          ],
          metrics: [
            steps('memory_usage', '%', ['02:20', 55], ['04:16', 99]),
            steps('up', 'boolean', ['02:20', 1], ['04:17', 0]),
            steps('service_oom_killed', 'boolean', ['02:20', 0], ['04:16', 1]),
          ],
        },
      },
    }),
  },
  {
    name: 'noisy neighbour on the shared database',
    story: 'A nightly import of reports takes the database; checkout waits.',
    answer: ['neighbour reports', 'saturation main-db'],
    readings: night({
      startedAt: '02:07',
      service: 'checkout',
      metric: 'latency',
      alerts: ['checkout latency above 2 s'],
      about: {
        checkout: {
          dependsOn: ['main-db'],
          deploys: [deploy('812', '13:30', 'feat: gift cards')],
          logs: [
            lines(
              '02:03:30',
              '02:08',
              6_000,
              ['checkout-a', 'checkout-b'],
              (i, t) =>
                `{"time":"${t}","level":40,"msg":"slow query: 4${i % 10}12 ms SELECT * FROM carts WHERE id = $1"}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['00:30', 70], ['02:03', 4400]),
            steps('request_rate', '/s', ['00:30', 60]),
          ],
        },
        'main-db': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['00:30', 25], ['02:02', 99]),
            steps('iops', 'count', ['00:30', 300], ['02:02', 3000]),
          ],
        },
        reports: {
          dependsOn: ['main-db'],
          deploys: [],
          metrics: [steps('request_rate', '/s', ['00:30', 1], ['02:01', 85])],
        },
      },
    }),
  },
  {
    name: 'traffic surge',
    story: 'A newsletter goes out; six times the visitors, all instances at their limit.',
    answer: ['traffic landing'],
    readings: night({
      startedAt: '13:09',
      service: 'landing',
      metric: 'latency',
      alerts: ['landing p95 above 1 s'],
      about: {
        landing: {
          deploys: [deploy('9', '12:00', 'copy: headline', 'pia')],
          comparisons: { 9: files('content/headline.md') },
          logs: [
            lines(
              '13:05',
              '13:10',
              3_000,
              ['l-1', 'l-2'],
              (i, t) => `${t} WARN upstream request timeout after 5000ms path=/ in_flight=${200 + i}`,
            ),
          ],
          metrics: [
            steps('request_rate', '/s', ['12:00', 55], ['13:04', 340]),
            steps('latency', 'ms', ['12:00', 90], ['13:05', 2300]),
            steps('cpu_usage', '%', ['12:00', 30], ['13:04', 98]),
          ],
        },
      },
    }),
  },
  {
    name: 'a database that a new release of its user overloads',
    story: 'web #55 asks once per row; the incident is of the database.',
    answer: ['deploy web #55'],
    readings: night({
      startedAt: '10:34',
      service: 'main-db',
      metric: 'cpu_usage',
      about: {
        'main-db': {
          kind: 'database',
          logs: [
            lines(
              '10:30:40',
              '10:35',
              3_000,
              'db-1',
              (i, t) =>
                `${t} UTC [${300 + i}] LOG:  duration: ${2100 + i} ms  statement: SELECT * FROM items WHERE id = $1 (slow query)`,
            ),
          ],
          metrics: [
            steps('cpu_usage', '%', ['08:35', 30], ['10:30', 99]),
            steps('connections', 'count', ['08:35', 20], ['10:31', 90]),
          ],
        },
        web: {
          dependsOn: ['main-db'],
          deploys: [deploy('55', '10:28', 'feat: item lists', 'wu'), deploy('54', '07:00', 'fix: menu')],
          metrics: [steps('request_rate', '/s', ['08:35', 90])],
        },
        batch: {
          dependsOn: ['main-db'],
          deploys: [deploy('3', '06:00', 'feat: nightly')],
          metrics: [steps('request_rate', '/s', ['08:35', 2])],
        },
      },
    }),
  },
  {
    name: 'the group shrank by itself',
    story: 'A scaling rule of the cloud took four of six instances away at 19:55; the evening comes.',
    answer: ['scaling player'],
    readings: night({
      startedAt: '20:04',
      service: 'player',
      metric: 'latency',
      about: {
        player: {
          deploys: [deploy('14', '13:00', 'fix: subtitles')],
          health: {
            desired: 2,
            notes: [
              '10m ago: Terminating EC2 instance: i-0a1 (a monitor alarm low-cpu in state ALARM triggered policy night changing the desired capacity from 6 to 2. an instance was taken out of service, shrinking the capacity from 6 to 2.)',
            ],
          },
          logs: [
            lines(
              '20:00',
              '20:05',
              2_000,
              ['pl-1', 'pl-2'],
              (i, t) => `${t} WARN overloaded, shedding request ${i}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['18:05', 90], ['19:59', 2600]),
            steps('cpu_usage', '%', ['18:05', 35], ['19:57', 99]),
            steps('request_rate', '/s', ['18:05', 300]),
          ],
        },
      },
    }),
  },
  {
    name: 'file descriptors run out',
    story: 'Sockets leak; after days the limit is reached.',
    answer: ['file-descriptors relay'],
    readings: night({
      startedAt: '05:03',
      service: 'relay',
      alerts: ['relay errors'],
      about: {
        relay: {
          deploys: [],
          logs: [
            lines(
              '05:00:20',
              '05:04',
              2_000,
              'relay-1',
              (i, t) => `${t} [error] accept4: too many open files; retrying in ${5 + (i % 5)}ms`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['03:00', 0.2], ['05:00', 40])],
        },
      },
    }),
  },
  {
    name: 'a small deploy an hour before, and a disk that fills',
    story: '#71 changed a colour an hour ago; Redis cannot save to its full disk and refuses writes.',
    answer: ['disk-full sessions-cache', 'disk-full sessions'],
    readings: night({
      startedAt: '03:00',
      service: 'sessions',
      alerts: ['sessions write failures'],
      about: {
        sessions: {
          dependsOn: ['sessions-cache'],
          deploys: [deploy('71', '02:20', 'style: button colour', 'flo')],
          comparisons: { 71: files('src/theme.css') },
          logs: [
            lines(
              '02:56:12',
              '03:01',
              3_000,
              ['s-1', 's-2'],
              (_i, t) =>
                `${t} ERROR ReplyError: MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.1], ['02:56', 50])],
        },
        'sessions-cache': {
          kind: 'cache',
          logs: [
            lines(
              '02:55:50',
              '03:01',
              6_000,
              'redis-1',
              (i, t) =>
                `1:M 23 Nov 2026 ${t.slice(11, 19)}.${100 + i} # Background saving error: Write error saving DB on disk: No space left on device`,
            ),
          ],
          metrics: [slope('disk_usage', '%', ['01:00', 93], ['02:55', 100], ['03:02', 100])],
        },
      },
    }),
  },
];
