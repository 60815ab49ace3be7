// As nights really are, 2 of 3: deploys that are it and deploys that are not, and what we did ourselves.
import { said } from './blind-again-one.ts';
import { at, deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

export const FIELD_TWO: readonly IncidentFixture[] = [
  {
    name: 'a query without its index',
    story:
      'The migration of #88 dropped an index that looked unused; orders lists scan the table, the pool of Npgsql is empty.',
    answer: ['deploy backoffice #88'],
    readings: night({
      startedAt: '08:14',
      now: '08:17',
      service: 'backoffice',
      alerts: ['backoffice: 5xx above 5%'],
      about: {
        backoffice: {
          dependsOn: ['orders-db'],
          deploys: [
            deploy('88', '08:09', 'Merged PR 4471: cleanup', 'jens'),
            deploy('87', '00:20', 'Merged PR 4468: labels', 'jens'),
          ],
          comparisons: {
            88: {
              ...files('src/Orders/Migrations/20261123_DropUnusedIndexes.cs'),
              migrations: ['20261123_DropUnusedIndexes'],
            },
          },
          logs: said(`
07:44 08:17 6 | bo-1 bo-2 | {c} info: Microsoft.AspNetCore.Hosting.Diagnostics[2] Request finished HTTP/1.1 GET http://bo/orders - 200 - text/html {20..80}.1ms
08:11:20 08:17 2 | bo-1 bo-2 | {c} fail: Microsoft.AspNetCore.Server.Kestrel[13] Connection id "0HN{h}", Request id "0HN{h}:0002": An unhandled exception was thrown by the application. Npgsql.NpgsqlException (0x80004005): The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds) in your connection string.
`),
          metrics: [
            steps('error_rate', '%', ['06:10', 0.1], ['08:11', 22]),
            steps('request_rate', '/s', ['06:10', 11]),
            steps('latency', 'ms', ['06:10', 40], ['08:10', 9000]),
          ],
        },
        'orders-db': {
          kind: 'database',
          logs: said(`
08:10:20 08:17 3 | orders-db-1 | {c} UTC [{300..900}] LOG:  duration: {9000..29000}.114 ms  statement: SELECT * FROM orders WHERE customer_ref = $1 ORDER BY placed_at DESC LIMIT 50
`),
          metrics: [
            steps('cpu_usage', '%', ['06:10', 15], ['08:10', 98]),
            steps('connections', 'count', ['06:10', 30], ['08:11', 200]),
          ],
        },
      },
    }),
  },
  {
    name: 'what we ask changed its answer',
    story:
      'The web was deployed four minutes before, a colour. The real change is #52 of profiles: it answers 500 for accounts without a picture.',
    answer: ['deploy profiles #52'],
    readings: night({
      startedAt: '10:08',
      now: '10:10',
      service: 'web',
      alerts: ['web: 5xx ratio above 3%'],
      about: {
        web: {
          dependsOn: ['profiles', 'feeds'],
          deploys: [deploy('700', '10:02', 'feat: darker header', 'mo'), deploy('699', '01:00', 'deps')],
          comparisons: { 700: files('styles/header.scss') },
          logs: said(`
09:38 10:10 3 | web-1 web-2 | {"level":"info","time":"{t}","msg":"GET /home 200","ms":{20..70}}
10:06:20 10:10 2 | web-1 web-2 | {"level":"error","time":"{t}","msg":"GET http://profiles:7000/me failed: Request failed with status code 500"}
`),
          metrics: [
            steps('error_rate', '%', ['08:10', 0.1], ['10:06', 12]),
            steps('request_rate', '/s', ['08:10', 70]),
          ],
        },
        profiles: {
          deploys: [
            deploy('52', '10:05', 'refactor: picture as its own module', 'vic'),
            deploy('51', '00:10', 'deps'),
          ],
          comparisons: { 52: files('profiles/picture.py', 'profiles/api.py') },
          logs: said(`
09:38 10:10 3 | profiles-1 | {k} INFO profiles.api me {10000..99999} in {3..20} ms
10:06:05 10:10 2 | profiles-1 | {k} ERROR profiles.api Exception on /me [GET] Traceback (most recent call last): File "/app/profiles/api.py", line 41, in me AttributeError: 'NoneType' object has no attribute 'url'
`),
          metrics: [steps('error_rate', '%', ['08:10', 0], ['10:06', 13])],
        },
        feeds: { metrics: [steps('error_rate', '%', ['08:10', 0.1])] },
      },
    }),
  },
  {
    name: 'a restart that made it cold',
    story:
      'The auto-fix for memory restarted the pricing engine, whose tables take minutes to load; until then it answers 503.',
    answer: ['action services.restart quotes'],
    readings: night({
      startedAt: '05:03',
      now: '05:06',
      service: 'quotes',
      alerts: ['quotes: 503 above 10%'],
      doings: [
        {
          capability: 'services.restart',
          service: 'quotes',
          at: at('05:01'),
          state: 'succeeded',
          autoFix: 'restart above 90% memory',
          scaled: null,
          undone: null,
        },
      ],
      about: {
        quotes: {
          dependsOn: ['rates-db'],
          deploys: [deploy('14', '13:00', 'feat: more curves', 'sia')],
          health: {
            desired: 3,
            running: 3,
            healthy: 1,
            instances: [
              { id: 'q-1', state: 'healthy' },
              { id: 'q-2', state: 'starting' },
              { id: 'q-3', state: 'starting' },
            ],
          },
          logs: said(`
04:33 05:01 5 | q-1 q-2 q-3 | {t} INFO priced {h} in {3..9}ms
05:01:30 05:06 10 | q-2 q-3 | {t} INFO loading curve {1..400} of 412
05:01:40 05:06 2 | q-2 q-3 | {t} WARN 503 Service Unavailable: curves not loaded
`),
          metrics: [
            steps('error_rate', '%', ['03:00', 0.1], ['05:02', 60]),
            slope('memory_usage', '%', ['03:00', 70], ['05:01', 91], ['05:02', 30], ['05:06', 40]),
            steps('request_rate', '/s', ['03:00', 30]),
          ],
        },
        'rates-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['03:00', 11])] },
      },
    }),
  },
  {
    name: 'fewer instances, and then the morning',
    story:
      'An auto-fix to save money took the gateway from 8 to 3 at 06:40; with the usual load of that hour they are full.',
    answer: ['action services.scale gateway'],
    readings: night({
      startedAt: '06:52',
      now: '06:55',
      service: 'gateway',
      metric: 'latency',
      alerts: ['gateway: p99 above 2 s'],
      doings: [
        {
          capability: 'services.scale',
          service: 'gateway',
          at: at('06:46'),
          state: 'succeeded',
          autoFix: 'fewer while idle',
          scaled: { from: 8, to: 3 },
          undone: null,
        },
      ],
      about: {
        gateway: {
          deploys: [deploy('90', '15:00', 'deps')],
          health: { desired: 3, running: 3, healthy: 3 },
          logs: said(`
06:22 06:55 3 | gw-1 gw-2 gw-3 | {t} INFO proxied {h} {10..30}ms
06:48:20 06:55 3 | gw-1 gw-2 gw-3 | {t} WARN worker pool saturated, 512 requests waiting
`),
          metrics: [
            steps('latency', 'ms', ['04:50', 35], ['06:48', 2600]),
            steps('cpu_usage', '%', ['04:50', 34], ['06:47', 96]),
            steps('request_rate', '/s', ['04:50', 190]),
          ],
        },
      },
    }),
  },
  {
    name: 'a firewall that closed the way',
    story:
      'terraform apply changed the security group of the database; packets are dropped. The app was deployed 25 minutes earlier and worked.',
    answer: ['change ledger-db'],
    readings: night({
      startedAt: '21:40',
      now: '21:43',
      service: 'ledger',
      alerts: ['ledger: 5xx ratio above 50%'],
      changes: [
        {
          service: 'ledger-db',
          title: 'terraform apply: aws_security_group.ledger_db, 1 to change',
          author: 'omar',
          at: at('21:36'),
          source: 'terraform',
        },
      ],
      about: {
        ledger: {
          dependsOn: ['ledger-db'],
          deploys: [deploy('212', '21:13', 'feat: column widths', 'ema'), deploy('211', '13:10', 'deps')],
          comparisons: { 212: files('web/table.ts') },
          logs: said(`
21:10 21:36 4 | ledger-1 | {t} INFO booked {h}
21:36:40 21:43 5 | ledger-1 | {t} ERROR org.postgresql.util.PSQLException: The connection attempt failed. Caused by: java.net.SocketTimeoutException: Connect timed out
`),
          metrics: [
            steps('error_rate', '%', ['19:40', 0.1], ['21:37', 97]),
            steps('request_rate', '/s', ['19:40', 9]),
          ],
        },
        'ledger-db': {
          kind: 'database',
          database: {
            cluster: 'ledger',
            engine: 'postgres',
            primary: 'ledger-1',
            status: 'available',
            replicas: [],
            downtimeMs: null,
            events: [],
          },
          metrics: [
            steps('connections', 'count', ['19:40', 22], ['21:37', 2]),
            steps('cpu_usage', '%', ['19:40', 14], ['21:37', 3]),
          ],
        },
      },
    }),
  },
  {
    name: 'a leak of the afternoon',
    story:
      '#405 of 20:00 keeps every response in a map; at 01:30 the kernel kills the first. #406, two minutes before that, changed a text.',
    answer: ['deploy bff #405'],
    readings: night({
      startedAt: '01:33',
      now: '01:36',
      service: 'bff',
      alerts: ['bff: 502 ratio above 5%'],
      about: {
        bff: {
          deploys: [
            deploy('406', '01:28', 'copy: thank you page', 'ray'),
            deploy('405', '23:40', 'feat: remember answers of the CMS', 'kit'),
            deploy('404', '12:00', 'deps'),
          ],
          comparisons: { 406: files('locales/en.json'), 405: files('src/cms/client.ts') },
          health: {
            desired: 2,
            running: 2,
            healthy: 1,
            notes: ['bff-2: last state terminated, exit code 137 (OOMKilled)'],
          },
          logs: said(`
01:03 01:36 4 | bff-1 bff-2 | {t} info GET /home 200 {9..30}ms
01:31:10 01:36 50 | node-3 | {j} node-3 kernel: Memory cgroup out of memory: Killed process {4000..9000} (node) total-vm:1411036kB, anon-rss:1048000kB
`),
          metrics: [
            steps('error_rate', '%', ['23:36', 0.1], ['01:31', 14]),
            slope('memory_usage', '%', ['22:00', 41], ['23:41', 41], ['01:30', 99], ['01:36', 99]),
            steps('request_rate', '/s', ['22:00', 33]),
          ],
        },
      },
    }),
  },
  {
    name: 'a password that was changed',
    story:
      'The nightly rotation gave the database a new password; reports reads its own from a file that nobody renewed.',
    answer: ['credentials reports', 'credentials reports-db', 'change reports-db'],
    readings: night({
      startedAt: '00:34',
      now: '00:36',
      service: 'reports',
      alerts: ['reports: job failures'],
      changes: [
        {
          service: 'reports-db',
          title: 'secretsmanager: rotation of prod/reports-db succeeded',
          author: null,
          at: at('00:30'),
          source: 'aws',
        },
      ],
      about: {
        reports: {
          dependsOn: ['reports-db'],
          deploys: [deploy('9', '14:00', 'feat: csv')],
          logs: said(`
00:04 00:30 6 | reports-1 | {k} INFO reports.job done {h}
00:31:02 00:36 5 | reports-1 | {k} ERROR reports.job (mysql.connector.errors.ProgrammingError) 1045 (28000): Access denied for user 'reports'@'10.4.0.7' (using password: YES)
`),
          metrics: [steps('error_rate', '%', ['22:30', 0], ['00:31', 100])],
        },
        'reports-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['22:30', 9])] },
      },
    }),
  },
  {
    name: 'a flag that opened too much',
    story:
      'A flag turned the new ranking on for all; the code behind it, deployed yesterday, fails on an empty list.',
    answer: ['change feed'],
    readings: night({
      startedAt: '07:26',
      now: '07:29',
      service: 'feed',
      alerts: ['feed: error rate above 2%'],
      changes: [
        {
          service: 'feed',
          title: 'flag ranking-v3 turned on for 100% of users',
          author: 'ines',
          at: at('07:22'),
          source: 'unleash',
        },
      ],
      about: {
        feed: {
          deploys: [deploy('611', '18:00', 'feat: ranking v3 behind a flag', 'ines')],
          logs: said(`
06:56 07:29 3 | feed-1 feed-2 | {t} INFO feed of {10000..99999} in {9..40}ms
07:22:40 07:29 3 | feed-1 feed-2 | {t} ERROR panic recovered: runtime error: index out of range [0] with length 0 goroutine {100..900} [running]: feed/rank.v3(...)
`),
          metrics: [
            steps('error_rate', '%', ['05:20', 0.1], ['07:22', 9]),
            steps('request_rate', '/s', ['05:20', 55]),
          ],
        },
      },
    }),
  },
  {
    name: 'a setting nobody can read',
    story: 'The config map of #77 has a tab in it; each new instance stops at once.',
    answer: ['deploy router #77'],
    readings: night({
      startedAt: '09:31',
      now: '09:33',
      service: 'router',
      alerts: ['router: availability below 99%'],
      about: {
        router: {
          deploys: [deploy('77', '09:28', 'ROUT-88', 'pia'), deploy('76', '02:00', 'ROUT-80', 'pia')],
          comparisons: { 77: files('config/routes.yaml') },
          health: {
            desired: 4,
            running: 4,
            healthy: 2,
            instances: [{ id: 'r-5', state: 'unhealthy', detail: 'CrashLoopBackOff' }],
          },
          logs: said(`
09:01 09:33 3 | r-1 r-2 | {t} INFO routed {h}
09:28:40 09:33 20 | r-5 r-6 | {t} FATAL config: yaml: line 14: found character that cannot start any token
`),
          metrics: [
            steps('error_rate', '%', ['07:30', 0.1], ['09:29', 34]),
            steps('request_rate', '/s', ['07:30', 88]),
          ],
        },
      },
    }),
  },
];
