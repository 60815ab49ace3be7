// A last part of nights, scored when the rules were done: other software, other words, other orders of things.
import { said } from './blind-again-one.ts';
import { at, deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

export const FIELD_SIX: readonly IncidentFixture[] = [
  {
    name: 'the index of the ledger is read by everybody',
    story: 'The vendor of the CDN purged all; every visitor comes to the origin. Nothing was deployed.',
    answer: ['traffic origin'],
    readings: night({
      startedAt: '20:31',
      now: '20:34',
      service: 'origin',
      metric: 'latency',
      alerts: ['origin: p95 above 1 s'],
      about: {
        origin: {
          dependsOn: ['images-s3'],
          deploys: [deploy('8', '12:00', 'deps')],
          logs: said(`
20:01 20:34 2 | o-1 o-2 | 198.51.100.{4..250} - - [{a}] "GET /img/{h}.webp HTTP/2.0" 200 {8000..30000} "-" "Mozilla/5.0"
20:29:10 20:34 3 | o-1 o-2 | {n} [error] 22#22: *{700000..799999} upstream timed out (110: Connection timed out) while connecting to upstream, client: 198.51.100.7, server: img.example.com, request: "GET /img/{h}.webp HTTP/2.0", upstream: "http://127.0.0.1:9000/img", host: "img.example.com"
`),
          metrics: [
            steps('latency', 'ms', ['18:31', 40], ['20:28', 3200]),
            steps('request_rate', '/s', ['18:31', 90], ['20:28', 1400]),
            steps('cpu_usage', '%', ['18:31', 22], ['20:28', 96]),
          ],
        },
        'images-s3': {},
      },
    }),
  },
  {
    name: 'the queue broker restarts for its patch',
    story:
      'The rented RabbitMQ was patched in its window; for six minutes nobody could publish. The deploy of ten minutes before is innocent.',
    answer: ['dependency-down events-mq'],
    readings: night({
      startedAt: '03:07',
      now: '03:10',
      service: 'signups',
      alerts: ['signups: 5xx above 10%'],
      about: {
        signups: {
          dependsOn: ['events-mq', 'signups-db'],
          deploys: [
            deploy('55', '02:54', 'feat: hint for the zip code', 'li'),
            deploy('54', '13:00', 'deps'),
          ],
          comparisons: { 55: files('src/zip/hint.ts') },
          logs: said(
            `
02:37 03:04 4 | su-1 su-2 | {"level":"info","time":"{t}","msg":"signed up {h}"}
03:04:20 03:10 2 | su-1 su-2 | {"level":"error","time":"{t}","msg":"publish failed","err":{"message":"Connection closed: 320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'""}}
03:04:40 03:10 3 | su-1 su-2 | {"level":"error","time":"{t}","msg":"reconnect failed","err":{"message":"connect ECONNREFUSED events-mq:5671"}}
`
              .replaceAll('"CONNECTION_FORCED', "'CONNECTION_FORCED")
              .replaceAll("'shutdown'\"", "'shutdown'"),
          ),
          metrics: [
            steps('error_rate', '%', ['01:07', 0.1], ['03:04', 44]),
            steps('request_rate', '/s', ['01:07', 6]),
          ],
        },
        'events-mq': {
          kind: 'queue',
          health: { desired: 1, running: 1, healthy: 0, notes: ['RebootInProgress'] },
        },
        'signups-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:07', 9])] },
      },
    }),
  },
  {
    name: 'the key of the webhook was turned',
    story:
      'Security rotated the signing key of partners in the console and forgot the gateway; all its tokens are refused.',
    answer: ['change gateway', 'credentials gateway'],
    readings: night({
      startedAt: '11:44',
      now: '11:47',
      service: 'gateway',
      alerts: ['gateway: 401 above 20%'],
      changes: [
        {
          service: 'gateway',
          title: 'rotated signing key partners-2026 in the console',
          author: 'sec',
          at: at('11:39'),
          source: 'audit',
        },
      ],
      about: {
        gateway: {
          deploys: [deploy('201', '11:21', 'feat: header for tracing', 'ox'), deploy('200', '00:10', 'deps')],
          comparisons: { 201: files('internal/trace/header.go') },
          logs: said(`
11:14 11:47 2 | g-1 g-2 | {"level":"info","ts":"{t}","msg":"accepted {h}"}
11:40:30 11:47 2 | g-1 g-2 | {"level":"warn","ts":"{t}","msg":"refused","err":"square/go-jose: error in cryptographic primitive: signature verification failed"}
`),
          metrics: [
            steps('error_rate', '%', ['09:44', 1], ['11:40', 48]),
            steps('request_rate', '/s', ['09:44', 70]),
          ],
        },
      },
    }),
  },
  {
    name: 'a memory limit for everybody',
    story:
      'A new LimitRange gives 256Mi to whoever asks for nothing. At the next scale-up the new pods of ranker are killed.',
    answer: ['out-of-memory ranker', 'change ranker'],
    readings: night({
      startedAt: '08:26',
      now: '08:30',
      service: 'ranker',
      alerts: ['ranker: restarts'],
      changes: [
        {
          service: 'ranker',
          title: 'kubectl apply limitrange/default memory 256Mi in namespace shop',
          author: 'ops',
          at: at('08:11'),
          source: 'audit',
        },
      ],
      about: {
        ranker: {
          deploys: [deploy('31', '01:00', 'deps')],
          health: {
            desired: 6,
            running: 6,
            healthy: 3,
            instances: [{ id: 'rk-5', state: 'unhealthy', detail: 'CrashLoopBackOff: OOMKilled' }],
          },
          logs: said(`
07:56 08:30 3 | rk-1 rk-2 | {t} INFO ranked {h}
08:22:10 08:30 20 | node-7 | Warning  OOMKilling  node/node-7  Memory cgroup out of memory: Killed process {4000..9000} (python) total-vm:911036kB, anon-rss:261000kB
`),
          metrics: [
            steps('error_rate', '%', ['06:26', 0.1], ['08:22', 24]),
            steps('request_rate', '/s', ['06:26', 31]),
          ],
        },
      },
    }),
  },
  {
    name: 'the feature nobody tried in Turkish',
    story:
      '#640 lowers texts by the language of the machine; for Turkish users keys are not found. The title says nothing.',
    answer: ['deploy tags #640'],
    readings: night({
      startedAt: '09:51',
      now: '09:55',
      service: 'tags',
      alerts: ['tags: error rate above 2%'],
      about: {
        tags: {
          dependsOn: ['tags-db'],
          deploys: [deploy('640', '09:40', 'Merge branch ek/tidy', 'ek'), deploy('639', '01:00', 'deps')],
          comparisons: {
            640: files(
              'src/main/java/com/acme/tags/TagNormalizer.java',
              'src/test/java/com/acme/tags/TagNormalizerTest.java',
            ),
          },
          logs: said(`
09:21 09:55 2 | t-1 t-2 | {c}  INFO 1 --- [nio-8080-exec-{1..40}] com.acme.tags.TagController : found {1..9} tags
09:48:10 09:55 4 | t-1 t-2 | {c} ERROR 1 --- [nio-8080-exec-{1..40}] com.acme.tags.TagController : tag lookup failed for locale tr_TR: com.acme.tags.TagNormalizer could not normalize key
`),
          metrics: [
            steps('error_rate', '%', ['07:51', 0.1], ['09:48', 5]),
            steps('request_rate', '/s', ['07:51', 44]),
          ],
        },
        'tags-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['07:51', 9])] },
      },
    }),
  },
  {
    name: 'the payroll reads the month',
    story: 'payroll runs its month on the shared SQL Server; hr waits in its pool.',
    answer: ['neighbour payroll'],
    readings: night({
      startedAt: '22:09',
      now: '22:13',
      service: 'hr',
      alerts: ['hr: 5xx above 5%'],
      about: {
        hr: {
          dependsOn: ['main-mssql'],
          deploys: [deploy('19', '21:52', 'feat: photo round', 'ga'), deploy('18', '12:00', 'deps')],
          comparisons: { 19: files('ClientApp/src/photo.tsx', 'ClientApp/src/photo.css') },
          logs: said(`
21:39 22:13 4 | hr-1 | {c} info: Hr.Web[0] GET /people 200
22:06:10 22:13 3 | hr-1 | {c} fail: Hr.Web[0] System.InvalidOperationException: Timeout expired.  The timeout period elapsed prior to obtaining a connection from the pool.  This may have occurred because all pooled connections were in use and max pool size was reached.
`),
          metrics: [
            steps('error_rate', '%', ['20:09', 0.1], ['22:06', 14]),
            steps('request_rate', '/s', ['20:09', 9]),
          ],
        },
        payroll: {
          dependsOn: ['main-mssql'],
          deploys: [deploy('4', '12:00', 'deps')],
          metrics: [
            steps('jobs_running', 'count', ['20:09', 0.2], ['22:01', 8]),
            steps('cpu_usage', '%', ['20:09', 2], ['22:01', 40]),
          ],
        },
        'main-mssql': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['20:09', 31], ['22:02', 99]),
            steps('connections', 'count', ['20:09', 40], ['22:06', 140]),
          ],
        },
      },
    }),
  },
  {
    name: 'the sms company counts',
    story:
      'Twilio limits the account after an attack on the login form; codes are not sent. #7 was out one minute before, a text.',
    answer: ['rate-limit api.twilio.com'],
    readings: night({
      startedAt: '04:55',
      now: '04:58',
      service: 'otp',
      alerts: ['otp: unsent codes'],
      about: {
        otp: {
          deploys: [deploy('7', '04:51', 'copy: shorter message', 'mo'), deploy('6', '13:00', 'deps')],
          comparisons: { 7: files('locales/en.yml', 'locales/de.yml') },
          logs: said(`
04:25 04:52 4 | otp-1 | {k} INFO otp.send sent {h}
04:52:20 04:58 2 | otp-1 | {k} ERROR otp.send HTTP 429 error: Unable to create record: Too Many Requests https://api.twilio.com/2010-04-01/Accounts/AC{h}/Messages.json code 20429
`),
          metrics: [
            steps('error_rate', '%', ['02:55', 0.5], ['04:52', 88]),
            steps('request_rate', '/s', ['02:55', 3]),
          ],
        },
      },
    }),
  },
  {
    name: 'the cron that was written twice',
    story:
      'Nobody knows yet: latency doubles, logs and measurements are as always, an innocent deploy nine hours ago.',
    answer: ['unknown'],
    readings: night({
      startedAt: '10:14',
      now: '10:17',
      service: 'prices',
      metric: 'latency',
      alerts: ['prices: p95 above 400 ms'],
      about: {
        prices: {
          dependsOn: ['prices-db'],
          deploys: [deploy('77', '01:10', 'feat: more decimals', 'ye')],
          health: { desired: 3, running: 3, healthy: 3 },
          logs: said(`
09:44 10:17 2 | p-1 p-2 p-3 | {t} INFO priced {h}
09:44 10:17 40 | p-1 p-2 | {t} WARN slow response of rule engine, 210 ms
`),
          metrics: [
            steps('latency', 'ms', ['08:14', 190], ['10:09', 480]),
            steps('error_rate', '%', ['08:14', 0.1]),
            steps('request_rate', '/s', ['08:14', 80]),
          ],
        },
        'prices-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['08:14', 30]), steps('connections', 'count', ['08:14', 40])],
        },
      },
    }),
  },
  {
    name: 'the resolver of the node',
    story:
      'NodeLocal DNS died on one node; whatever runs there resolves nothing. #80 was out seven minutes before.',
    answer: ['dns feeds', 'dns api.partner.example', 'dns feeds-db'],
    readings: night({
      startedAt: '07:35',
      now: '07:38',
      service: 'feeds',
      alerts: ['feeds: errors above 20%'],
      about: {
        feeds: {
          dependsOn: ['feeds-db'],
          deploys: [deploy('80', '07:25', 'feat: atom', 'vo'), deploy('79', '01:00', 'deps')],
          comparisons: { 80: files('feeds/atom.py') },
          logs: said(`
07:05 07:38 3 | fe-1 fe-2 | {k} INFO feeds.fetch {h} ok
07:32:10 07:38 3 | fe-2 | {k} ERROR feeds.fetch HTTPSConnectionPool(host='api.partner.example', port=443): Max retries exceeded with url: /feed (Caused by NameResolutionError("Failed to resolve 'api.partner.example' ([Errno -3] Temporary failure in name resolution)"))
07:32:30 07:38 5 | fe-2 | {k} ERROR feeds.store could not translate host name "feeds-db" to address: Temporary failure in name resolution
`),
          metrics: [
            steps('error_rate', '%', ['05:35', 0.3], ['07:32', 49]),
            steps('request_rate', '/s', ['05:35', 11]),
          ],
        },
        'feeds-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['05:35', 12])] },
      },
    }),
  },
  {
    name: 'the nightly job that grew',
    story:
      'Own batch of #12, deployed in the afternoon, runs first at 02:00 and takes every lock of MySQL for its one big update.',
    answer: ['locks wallet-mysql', 'locks wallet', 'neighbour wallet-batch'],
    readings: night({
      startedAt: '02:08',
      now: '02:12',
      service: 'wallet',
      alerts: ['wallet: 5xx above 5%'],
      about: {
        wallet: {
          dependsOn: ['wallet-mysql', 'wallet-redis'],
          deploys: [deploy('12', '15:00', 'feat: interest job', 'pu')],
          logs: said(`
01:38 02:12 3 | w-1 | {t} INFO booked {h}
02:04:30 02:12 3 | w-1 | {t} ERROR com.mysql.cj.jdbc.exceptions.MySQLTransactionRollbackException: Lock wait timeout exceeded; try restarting transaction
`),
          metrics: [
            steps('error_rate', '%', ['00:08', 0.1], ['02:04', 20]),
            steps('request_rate', '/s', ['00:08', 15]),
          ],
        },
        'wallet-batch': {
          dependsOn: ['wallet-mysql'],
          metrics: [steps('cpu_usage', '%', ['00:08', 3], ['02:00', 21])],
        },
        'wallet-mysql': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['00:08', 20], ['02:01', 34]),
            slope('connections', 'count', ['00:08', 30], ['02:03', 30], ['02:08', 90], ['02:12', 120]),
          ],
        },
        'wallet-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['00:08', 30])] },
      },
    }),
  },
];
