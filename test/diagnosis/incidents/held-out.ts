// Incidents written before the rules and not looked at while they were made: they show what tuning does not.
import { deploy, files, type IncidentFixture, lines, night, steps } from './night.ts';

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
];
