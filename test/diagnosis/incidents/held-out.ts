// Incidents written before the rules and not looked at while they were made: they show what tuning does not.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

export const HELD_OUT: readonly IncidentFixture[] = [
  {
    name: 'a missing environment variable',
    story: '#1015 needs PRICE_FEED_URL, which nobody set in production.',
    answer: ['deploy pricing #1015'],
    readings: night({
      startedAt: '10:25',
      service: 'pricing',
      metric: 'up',
      alerts: ['pricing unavailable'],
      about: {
        pricing: {
          deploys: [
            deploy('1015', '10:21', 'feat: live price feed', 'nils'),
            deploy('1014', '07:30', 'test: more cases'),
          ],
          comparisons: { 1015: files('pricing/feed.py', 'pricing/main.py') },
          health: {
            desired: 2,
            running: 2,
            healthy: 0,
            notes: ['deployment of pricing:1015 in progress, 0 of 2 tasks, 4 failed to start'],
          },
          logs: [
            lines(
              '10:21:40',
              '10:26',
              15_000,
              ['pricing-1', 'pricing-2'],
              (_i, t) =>
                `${t} CRITICAL pricing.main Traceback (most recent call last):\n  File "/srv/pricing/main.py", line 12, in <module>\n    FEED = os.environ["PRICE_FEED_URL"]\nKeyError: 'PRICE_FEED_URL'`,
            ),
          ],
          metrics: [steps('up', 'boolean', ['08:30', 1], ['10:22', 0])],
        },
      },
    }),
  },
  {
    name: 'a migration that another release does not know',
    story: '#88 dropped a column; the old instances, still half of them, fail.',
    answer: ['deploy tickets #88'],
    readings: night({
      startedAt: '02:31',
      service: 'tickets',
      alerts: ['tickets 5xx ratio'],
      about: {
        tickets: {
          dependsOn: ['tickets-db'],
          deploys: [
            deploy('88', '02:26', 'chore: drop legacy columns', 'ole', { status: 'in-progress' }),
            deploy('87', '15:30', 'fix: filter'),
          ],
          comparisons: {
            88: {
              commits: [{ sha: 'bb1', title: 'chore: drop legacy columns' }],
              files: ['db/migrate/20261122_drop_legacy.rb', 'app/models/ticket.rb'],
              migrations: ['db/migrate/20261122_drop_legacy.rb'],
            },
          },
          logs: [
            lines(
              '02:27:30',
              '02:32',
              2_500,
              ['t-3', 't-4'],
              (i, t) =>
                `${t} ERROR PG::UndefinedColumn: ERROR:  column tickets.legacy_state does not exist LINE 1: SELECT "tickets"."legacy_state" request_id=${i}`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['00:35', 0.2], ['02:27', 46])],
        },
        'tickets-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['00:35', 14])] },
      },
    }),
  },
  {
    name: 'own certificate not renewed, found by clients',
    story:
      'The certificate of the gateway itself expired; the probe reports it. A deploy 12 minutes earlier is innocent.',
    answer: ['certificate edge', 'certificate api.shop.example'],
    readings: night({
      startedAt: '12:02',
      service: 'edge',
      metric: 'up',
      alerts: ['edge is down: SSL certificate problem: certificate has expired'],
      about: {
        edge: {
          deploys: [deploy('640', '11:48', 'chore: access log format', 'per')],
          comparisons: { 640: files('nginx/log_format.conf') },
          logs: [
            lines(
              '12:00:03',
              '12:03',
              2_000,
              ['edge-1', 'edge-2'],
              (i, t) =>
                `${t.slice(0, 10).replaceAll('-', '/')} ${t.slice(11, 19)} [info] 31#31: *${900 + i} SSL_do_handshake() failed (SSL: error:0A000415:SSL routines::sslv3 alert certificate expired:SSL alert number 45) while SSL handshaking, client: 203.0.113.${i % 200}`,
            ),
          ],
          metrics: [steps('up', 'boolean', ['10:05', 1], ['12:00', 0])],
        },
      },
    }),
  },
  {
    name: 'queue broker unreachable',
    story: 'The broker crashed; consumers and producers cannot connect.',
    answer: ['dependency-down broker'],
    readings: night({
      startedAt: '03:07',
      service: 'fulfilment',
      metric: 'error_rate',
      alerts: ['fulfilment stuck'],
      about: {
        fulfilment: {
          dependsOn: ['broker', 'stock-db'],
          deploys: [deploy('31', '14:00', 'feat: labels')],
          logs: [
            lines(
              '03:03:10',
              '03:08',
              2_000,
              ['f-1'],
              (_i, t) => `${t} ERROR pika.exceptions.AMQPConnectionError: [Errno 111] Connection refused`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:10', 0], ['03:03', 100])],
        },
        broker: {
          kind: 'queue',
          health: { desired: 3, running: 0, healthy: 0, notes: ['5m ago: 3 nodes left the cluster'] },
        },
        'stock-db': {
          kind: 'database',
          health: { desired: 1 },
          metrics: [steps('cpu_usage', '%', ['01:10', 30])],
        },
      },
    }),
  },
  {
    name: 'flash sale',
    story: 'Ten times the visitors from 20:00; a deploy of documents at 19:55.',
    answer: ['traffic storefront'],
    readings: night({
      startedAt: '20:06',
      service: 'storefront',
      alerts: ['storefront errors'],
      about: {
        storefront: {
          dependsOn: ['storefront-db'],
          deploys: [
            deploy('700', '19:55', 'docs: sale runbook', 'ria'),
            deploy('699', '13:00', 'feat: banner'),
          ],
          comparisons: { 700: files('docs/sale.md') },
          logs: [
            lines(
              '20:02:30',
              '20:07',
              1_000,
              ['sf-1', 'sf-2', 'sf-3'],
              (i, t) =>
                `${t} level=error msg="timed out waiting for connection from pool" waited=2000ms active=50 path=/sale/${i}`,
            ),
          ],
          metrics: [
            steps('request_rate', '/s', ['18:10', 210], ['20:00', 2300]),
            steps('error_rate', '%', ['18:10', 0.1], ['20:02', 15]),
            steps('latency', 'ms', ['18:10', 70], ['20:01', 2500]),
          ],
        },
        'storefront-db': {
          kind: 'database',
          metrics: [
            steps('connections', 'count', ['18:10', 40], ['20:01', 150]),
            steps('cpu_usage', '%', ['18:10', 25], ['20:01', 93]),
          ],
        },
      },
    }),
  },
  {
    name: 'resolver of the cluster is broken',
    story: 'CoreDNS crashed; no name resolves. A deploy 20 minutes earlier is innocent.',
    answer: ['dns notifications', 'dns push.example.net'],
    readings: night({
      startedAt: '23:20',
      service: 'notifications',
      alerts: ['notifications failing'],
      about: {
        notifications: {
          deploys: [
            deploy('207', '22:59', 'feat: quiet hours', 'tess'),
            deploy('206', '14:00', 'fix: icons'),
          ],
          comparisons: { 207: files('internal/quiet/hours.go') },
          logs: [
            lines(
              '23:16:20',
              '23:21',
              1_500,
              ['n-1', 'n-2'],
              (_i, t) =>
                `${t} ERR push failed error="dial tcp: lookup push.example.net on 10.96.0.10:53: server misbehaving"`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['21:30', 0.2], ['23:16', 100])],
        },
      },
    }),
  },
  {
    name: 'flapping check, everything well',
    story:
      'The alert fired on a single lost probe; all readings are as always. Old errors of every day are in the logs.',
    answer: ['healthy'],
    readings: night({
      startedAt: '06:30',
      service: 'wiki',
      metric: 'up',
      alerts: ['wiki down'],
      about: {
        wiki: {
          deploys: [deploy('3', '12:30', 'chore: theme')],
          health: { desired: 1 },
          logs: [
            lines('06:00', '06:31', 4_000, 'wiki-1', (i, t) => `${t} INFO page ${i} rendered`),
            lines('06:01', '06:31', 90_000, 'wiki-1', (_i, t) => `${t} ERROR favicon.ico not found`),
          ],
          metrics: [
            steps('up', 'boolean', ['04:35', 1]),
            steps('error_rate', '%', ['04:35', 0.9]),
            steps('latency', 'ms', ['04:35', 210]),
          ],
        },
      },
    }),
  },
  {
    name: 'lost network between zones, no trace',
    story: 'Nobody logs anything but the effect; a deploy of documents is a red herring.',
    answer: ['unknown'],
    readings: night({
      startedAt: '04:10',
      service: 'ledger',
      metric: 'latency',
      alerts: ['ledger latency p99'],
      about: {
        ledger: {
          dependsOn: ['ledger-db'],
          deploys: [
            deploy('501', '04:01', 'docs: changelog', 'ivo'),
            deploy('500', '15:10', 'fix: rounding'),
          ],
          comparisons: { 501: files('CHANGELOG.md') },
          logs: [lines('03:40', '04:11', 2_000, ['l-1', 'l-2'], (i, t) => `${t} INFO posted entry ${i}`)],
          metrics: [
            steps('latency', 'ms', ['02:15', 25], ['04:05', 480]),
            steps('error_rate', '%', ['02:15', 0.1]),
            steps('request_rate', '/s', ['02:15', 95]),
          ],
        },
        'ledger-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['02:15', 20]), steps('latency', 'ms', ['02:15', 3])],
        },
      },
    }),
  },
  {
    name: 'disk of the broker full while the app was deployed',
    story: 'Kafka cannot append; the app was deployed 15 minutes earlier with an innocent change.',
    answer: ['disk-full events'],
    readings: night({
      startedAt: '03:55',
      service: 'tracker',
      alerts: ['tracker drops events'],
      about: {
        tracker: {
          dependsOn: ['events'],
          deploys: [deploy('72', '03:37', 'feat: utm tags', 'kai'), deploy('71', '14:20', 'fix: beacon')],
          comparisons: { 72: files('src/tags.ts') },
          logs: [
            lines(
              '03:51:15',
              '03:56',
              3_000,
              ['tr-1', 'tr-2'],
              (i, t) =>
                `${t} WARN [Producer clientId=tracker] Got error produce response with correlation id ${i} on topic-partition clicks-3, retrying: NOT_ENOUGH_REPLICAS`,
            ),
            lines(
              '03:51:40',
              '03:56',
              5_000,
              ['tr-1', 'tr-2'],
              (_i, t) =>
                `${t} ERROR TimeoutException: Expiring 14 record(s) for clicks-3: 120000 ms has passed since batch creation`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['02:00', 0], ['03:51', 44])],
        },
        events: {
          kind: 'queue',
          logs: [
            lines(
              '03:50:50',
              '03:56',
              8_000,
              'kafka-2',
              (_i, t) =>
                `[${t.slice(0, 19).replace('T', ' ')},112] ERROR Error while writing to checkpoint file /data/kafka/recovery-point-offset-checkpoint (kafka.server.LogDirFailureChannel) java.io.IOException: No space left on device`,
            ),
          ],
          metrics: [slope('disk_usage', '%', ['02:00', 90], ['03:50', 100], ['03:56', 100])],
        },
      },
    }),
  },
  {
    name: 'a flushed cache',
    story: 'An engineer flushed the product cache at 19:41; the database carries all reads until it is warm.',
    answer: ['action caches.flush catalog', 'action caches.flush catalog-cache'],
    readings: night({
      startedAt: '19:46',
      service: 'catalog',
      metric: 'latency',
      alerts: ['catalog latency'],
      about: {
        catalog: {
          dependsOn: ['catalog-db', 'catalog-cache'],
          deploys: [deploy('233', '13:30', 'perf: index lookups')],
          logs: [
            lines(
              '19:42:10',
              '19:47',
              2_000,
              ['cat-1', 'cat-2'],
              (i, t) => `${t} WARN cache miss key=product:${i} rebuild took ${900 + i}ms`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['17:50', 40], ['19:42', 1500]),
            steps('error_rate', '%', ['17:50', 0.1]),
          ],
        },
        'catalog-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['17:50', 20], ['19:42', 96])] },
        'catalog-cache': { kind: 'cache', cache: { keys: 800, hitRate: 0.21, rebuildMs: 90_000 } },
      },
      doings: [
        {
          capability: 'caches.flush',
          service: 'catalog-cache',
          at: at('19:41'),
          state: 'succeeded',
          autoFix: null,
          scaled: null,
          undone: null,
        },
      ],
    }),
  },
  {
    name: 'quota of the cloud provider while scaling',
    story: 'The model API throttles since the traffic of a new customer began; no deploy.',
    answer: ['rate-limit bedrock-runtime.eu-west-1.amazonaws.com', 'rate-limit assistant'],
    readings: night({
      startedAt: '15:22',
      service: 'assistant',
      alerts: ['assistant answers fail'],
      about: {
        assistant: {
          deploys: [deploy('58', '12:30', 'feat: tone', 'ada')],
          logs: [
            lines(
              '15:18:05',
              '15:23',
              2_000,
              ['as-1'],
              (i, t) =>
                `${t} ERROR ThrottlingException: Too many requests, please wait before trying again. endpoint=bedrock-runtime.eu-west-1.amazonaws.com attempt=${i % 3}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['13:25', 0.2], ['15:18', 52]),
            steps('request_rate', '/s', ['13:25', 10], ['15:17', 16]),
          ],
        },
      },
    }),
  },
  {
    name: 'a regression of speed that nobody logs',
    story: '#46 renders each list twice; latency doubles a minute after it, nothing is written.',
    answer: ['deploy feed #46'],
    readings: night({
      startedAt: '16:12',
      service: 'feed',
      metric: 'latency',
      alerts: ['feed latency above 500 ms'],
      about: {
        feed: {
          dependsOn: ['feed-db'],
          deploys: [
            deploy('46', '16:04', 'refactor: list rendering', 'gil'),
            deploy('45', '12:20', 'feat: pins'),
          ],
          comparisons: { 46: files('src/render/list.tsx', 'src/render/item.tsx') },
          logs: [lines('15:42', '16:13', 2_000, ['fd-1', 'fd-2'], (i, t) => `${t} INFO GET /feed/${i} 200`)],
          metrics: [
            steps('latency', 'ms', ['14:15', 210], ['16:05', 780]),
            steps('cpu_usage', '%', ['14:15', 35], ['16:05', 81]),
            steps('error_rate', '%', ['14:15', 0.1]),
            steps('request_rate', '/s', ['14:15', 60]),
          ],
        },
        'feed-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['14:15', 20])] },
      },
    }),
  },
];
