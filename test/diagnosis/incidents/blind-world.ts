// Incidents by somebody who had not read the rules, worded as real software words them: what ran out, expired or went away.
import { deploy, files, GB, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const well = (every: number, ...instances: string[]) =>
  lines('02:44', '03:40', every, instances, (i, t) => `${t} INFO handled request ${i} in ${9 + (i % 11)} ms`);

export const BLIND_WORLD: readonly IncidentFixture[] = [
  {
    name: 'Hikari runs dry behind a lock',
    story:
      'Somebody began an ALTER TABLE in psql and left it waiting; all queries queue behind it, the pool is empty. No deploy for a day.',
    answer: ['locks orders-db'],
    readings: night({
      startedAt: '03:08',
      service: 'orders',
      alerts: ['orders: error rate above 5%'],
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [deploy('1180', '12:05', 'Bump Spring Boot to 3.3.4')],
          logs: [
            well(6_000, 'orders-0', 'orders-1'),
            lines(
              '03:05:30',
              '03:09',
              2_000,
              ['orders-0', 'orders-1'],
              (i, t) =>
                `${t} ERROR 1 --- [nio-8080-exec-${i % 200}] o.h.engine.jdbc.spi.SqlExceptionHelper : HikariPool-1 - Connection is not available, request timed out after 30000ms (total=20, active=20, idle=0, waiting=${100 + (i % 80)})`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:05', 64]),
            steps('request_rate', '/s', ['01:00', 44]),
            steps('cpu_usage', '%', ['01:00', 31], ['03:05', 6]),
          ],
        },
        'orders-db': {
          kind: 'database',
          logs: [
            lines(
              '03:04:50',
              '03:09',
              5_000,
              'orders-db-1',
              (i, t) =>
                `${t.slice(0, 10)} ${t.slice(11, 23)} UTC [${8812 + i}] LOG:  process ${8812 + i} still waiting for AccessShareLock on relation 16412 of database 16385 after 1000.${100 + i} ms\nDETAIL:  Process holding the lock: 7710. Wait queue: 7733, ${8812 + i}.`,
            ),
          ],
          metrics: [
            steps('cpu_usage', '%', ['01:00', 24], ['03:05', 3]),
            steps('connections', 'count', ['01:00', 28], ['03:05', 41]),
          ],
        },
      },
    }),
  },
  {
    name: 'inodes are used up, bytes are not',
    story: 'Millions of small thumbnails: df says 41%, df -i says 100%.',
    answer: ['disk-full thumbs'],
    readings: night({
      startedAt: '03:12',
      service: 'thumbs',
      alerts: ['thumbs 5xx rate'],
      disks: [{ mount: '/var/cache', totalBytes: 200 * GB, usedBytes: 82 * GB, percent: 41 }],
      about: {
        thumbs: {
          deploys: [
            deploy('61', '02:50', 'feat: avif for small screens', 'kim'),
            deploy('60', '13:10', 'chore: deps'),
          ],
          comparisons: { 61: files('src/formats.js') },
          logs: [
            well(5_000, 'thumbs-1'),
            lines(
              '03:09:10',
              '03:13',
              1_500,
              'thumbs-1',
              (i, t) =>
                `${t} error: Error: ENOSPC: no space left on device, mkdir '/var/cache/thumbs/${(i * 7919) % 4096}/${i}'\n    at Object.mkdir (node:internal/fs/promises:852:10) {\n  errno: -28,\n  code: 'ENOSPC',\n  syscall: 'mkdir' }`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:09', 27]),
            steps('disk_usage', '%', ['01:00', 41]),
          ],
        },
      },
    }),
  },
  {
    name: 'the broker has no room for its log',
    story:
      'kafka filled its log directory and halted; the producer, deployed 12 minutes earlier, only waits.',
    answer: ['disk-full events-kafka'],
    readings: night({
      startedAt: '03:12',
      service: 'clicks',
      alerts: ['clicks: events not accepted'],
      about: {
        clicks: {
          dependsOn: ['events-kafka'],
          deploys: [
            deploy('44', '02:57', 'Rename a metric label', 'jo'),
            deploy('43', '14:00', 'Less logging'),
          ],
          comparisons: { 44: files('src/main/java/io/clicks/Metrics.java') },
          logs: [
            well(5_000, 'clicks-a', 'clicks-b'),
            lines(
              '03:09:40',
              '03:13',
              2_000,
              ['clicks-a', 'clicks-b'],
              (i, t) =>
                `${t} ERROR [kafka-producer-network-thread] i.c.Sender - send failed: org.apache.kafka.common.errors.TimeoutException: Expiring ${1 + (i % 30)} record(s) for clicks-${i % 12}:120000 ms has passed since batch creation`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0], ['03:09', 100]),
            steps('request_rate', '/s', ['01:00', 400]),
          ],
        },
        'events-kafka': {
          kind: 'queue',
          logs: [
            lines(
              '03:07:30',
              '03:08:10',
              4_000,
              ['kafka-0', 'kafka-1', 'kafka-2'],
              (i, t) =>
                `[${t.slice(0, 10)} ${t.slice(11, 19)},114] ERROR Error while appending records to clicks-${i % 12} in dir /var/lib/kafka/data (org.apache.kafka.storage.internals.log.LogDirFailureChannel)\njava.io.IOException: No space left on device`,
            ),
            lines(
              '03:08:12',
              '03:08:20',
              3_000,
              ['kafka-0', 'kafka-1', 'kafka-2'],
              (_i, t) =>
                `[${t.slice(0, 10)} ${t.slice(11, 19)},220] ERROR Shutdown broker because all log dirs in /var/lib/kafka/data have failed (kafka.log.LogManager)`,
            ),
          ],
          health: { desired: 3, running: 0, healthy: 0 },
          metrics: [slope('disk_usage', '%', ['01:00', 88], ['03:07', 100], ['03:13', 100])],
        },
      },
    }),
  },
  {
    name: 'the nightly export eats the shared database',
    story: 'exports and checkout share main-db; the export of 03:00 asks for everything at once.',
    answer: ['neighbour exports', 'neighbour main-db'],
    readings: night({
      startedAt: '03:06',
      service: 'checkout',
      metric: 'latency',
      alerts: ['checkout p99 above 3s'],
      about: {
        checkout: {
          dependsOn: ['main-db'],
          deploys: [deploy('300', '12:00', 'feat: vouchers')],
          logs: [
            well(5_000, 'checkout-1', 'checkout-2'),
            lines(
              '03:02:30',
              '03:07',
              3_000,
              ['checkout-1', 'checkout-2'],
              (i, t) =>
                `${t} ERROR pymysql.err.OperationalError: (3024, 'Query execution was interrupted, maximum statement execution time exceeded') order=${70_000 + i}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:00', 210], ['03:02', 5_400]),
            steps('request_rate', '/s', ['01:00', 25]),
            steps('error_rate', '%', ['01:00', 0.1], ['03:03', 4]),
          ],
        },
        exports: {
          dependsOn: ['main-db'],
          health: null,
          deploys: [deploy('88', '12:00', 'chore: deps')],
          metrics: [
            steps('cpu_usage', '%', ['01:00', 2], ['03:00', 71]),
            steps('request_rate', '/s', ['01:00', 1], ['03:00', 340]),
          ],
        },
        'main-db': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['01:00', 19], ['03:01', 99]),
            steps('connections', 'count', ['01:00', 40], ['03:01', 72]),
          ],
        },
      },
    }),
  },
  {
    name: 'an internal certificate ran out on the hour',
    story: 'The certificate of tokens.internal ended at 03:00:00. The deploy of 02:52 changed a style sheet.',
    answer: ['certificate gateway', 'certificate tokens.internal', 'certificate tokens'],
    readings: night({
      startedAt: '03:03',
      service: 'gateway',
      alerts: ['gateway: login failures'],
      about: {
        gateway: {
          deploys: [
            deploy('512', '02:52', 'Dark mode for the error page', 'sam'),
            deploy('511', '12:30', 'deps'),
          ],
          comparisons: { 512: files('static/error.css', 'static/error.html') },
          logs: [
            well(4_000, 'gw-1', 'gw-2'),
            lines(
              '03:00:01',
              '03:04',
              900,
              ['gw-1', 'gw-2'],
              (_i, t) =>
                `${t} ERR introspect token error="Post \\"https://tokens.internal/introspect\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${t.slice(0, 19)}Z is after 2026-11-23T03:00:00Z"`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:00', 92]),
            steps('request_rate', '/s', ['01:00', 90]),
          ],
        },
      },
    }),
  },
  {
    name: 'the cache of what we need is gone',
    story:
      'api needs auth, auth needs auth-redis, which crashed and is restarted over and over. Only auth says so.',
    answer: ['dependency-down auth-redis'],
    readings: night({
      startedAt: '03:11',
      service: 'api',
      alerts: ['api 5xx above 20%'],
      incidents: [],
      about: {
        api: {
          dependsOn: ['auth'],
          deploys: [deploy('730', '13:45', 'feat: bulk endpoint')],
          logs: [
            well(4_000, 'api-1', 'api-2'),
            lines(
              '03:09:05',
              '03:12',
              1_000,
              ['api-1', 'api-2'],
              (i, t) =>
                `${t} error [req-${i}] AxiosError: Request failed with status code 503 GET http://auth:4000/session`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.3], ['03:09', 88]),
            steps('request_rate', '/s', ['01:00', 120]),
          ],
        },
        auth: {
          dependsOn: ['auth-redis'],
          deploys: [deploy('201', '12:15', 'fix: typo')],
          logs: [
            lines(
              '03:09',
              '03:12',
              1_500,
              ['auth-1', 'auth-2'],
              (_i, t) =>
                `${t} error session store: redis connect to auth-redis failed: dial tcp 10.0.4.12:6379: connect: connection refused`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0], ['03:09', 100])],
        },
        'auth-redis': { kind: 'cache', health: null },
      },
    }),
  },
  {
    name: 'a push message to everybody',
    story: 'Marketing told all phones at 03:01. Ten times the requests; nothing was deployed for a day.',
    answer: ['traffic storefront'],
    readings: night({
      startedAt: '03:05',
      service: 'storefront',
      metric: 'latency',
      alerts: ['storefront p95 > 1.5s'],
      about: {
        storefront: {
          deploys: [deploy('90', '12:20', 'feat: wishlist')],
          logs: [
            well(3_000, 'sf-1', 'sf-2'),
            lines(
              '03:02:20',
              '03:06',
              4_000,
              ['sf-1', 'sf-2'],
              (_i, t) =>
                `${t.slice(0, 10).replaceAll('-', '/')} ${t.slice(11, 19)} [alert] 22#22: 1024 worker_connections are not enough`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:00', 130], ['03:02', 2_900]),
            steps('request_rate', '/s', ['01:00', 210], ['03:01', 2_150]),
            steps('cpu_usage', '%', ['01:00', 28], ['03:02', 97]),
          ],
        },
      },
    }),
  },
];
