// More nights, written after the rules had learnt from the others and scored before they changed again: what was done.
import { said } from './blind-again-one.ts';
import { at, deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

const did = (capability: string, service: string, time: string, more = {}) => ({
  capability,
  service,
  at: at(time),
  state: 'succeeded' as const,
  autoFix: null,
  scaled: null,
  undone: null,
  ...more,
});

export const FIELD_FIVE: readonly IncidentFixture[] = [
  {
    name: 'thumbnails all at once',
    story: '#18 makes thumbnails in 64 threads instead of 4; S3 answers SlowDown a minute later.',
    answer: ['deploy thumbs #18'],
    readings: night({
      startedAt: '10:05',
      now: '10:08',
      service: 'thumbs',
      alerts: ['thumbs: errors above 5%'],
      about: {
        thumbs: {
          deploys: [deploy('18', '10:01', 'perf: more threads', 'al'), deploy('17', '00:10', 'deps')],
          comparisons: { 18: files('thumbs/s3_pool.py', 'thumbs/worker.py') },
          logs: said(`
09:35 10:02 3 | th-1 | {k} INFO thumbs.worker {h} done
10:02:20 10:08 1 | th-1 | {k} ERROR thumbs.s3_pool botocore.exceptions.ClientError: An error occurred (SlowDown) when calling the PutObject operation (reached max retries: 4): Please reduce your request rate.
`),
          metrics: [
            steps('error_rate', '%', ['08:05', 0.1], ['10:02', 38]),
            steps('request_rate', '/s', ['08:05', 9]),
          ],
        },
      },
    }),
  },
  {
    name: 'what we ask does not start',
    story: 'pay was deployed with a key that is not in its settings; checkout gets nothing from it.',
    answer: ['deploy pay #31'],
    readings: night({
      startedAt: '11:12',
      now: '11:15',
      service: 'checkout',
      alerts: ['checkout: 5xx above 20%'],
      about: {
        checkout: {
          dependsOn: ['pay', 'carts'],
          deploys: [deploy('500', '10:50', 'feat: gift notes', 'xi'), deploy('499', '00:10', 'deps')],
          comparisons: { 500: files('src/gift.ts') },
          logs: said(`
10:42 11:15 3 | ch-1 ch-2 | {"level":"info","time":"{t}","msg":"order {h}"}
11:10:05 11:15 2 | ch-1 ch-2 | {"level":"error","time":"{t}","msg":"pay failed","err":"connect ECONNREFUSED pay:8080"}
`),
          metrics: [
            steps('error_rate', '%', ['09:12', 0.2], ['11:10', 61]),
            steps('request_rate', '/s', ['09:12', 14]),
          ],
        },
        pay: {
          deploys: [deploy('31', '11:09', 'PAY-771', 'qi'), deploy('30', '00:20', 'PAY-760')],
          comparisons: { 31: files('src/main/resources/application-prod.yml') },
          health: { desired: 2, running: 0, healthy: 0 },
          logs: said(`
11:09:40 11:15 20 | pay-1 pay-2 | {c} ERROR 1 --- [main] o.s.b.SpringApplication : Application run failed java.lang.IllegalArgumentException: Could not resolve placeholder 'psp.key' in value "psp.key"
`),
          metrics: [steps('up', 'boolean', ['09:12', 1], ['11:10', 0])],
        },
        carts: { metrics: [steps('error_rate', '%', ['09:12', 0])] },
      },
    }),
  },
  {
    name: 'we emptied the cache',
    story: 'Somebody flushed the catalog cache to see a price; Postgres does all the work.',
    answer: ['action caches.flush catalog-redis'],
    readings: night({
      startedAt: '12:22',
      now: '12:25',
      service: 'catalog',
      metric: 'latency',
      alerts: ['catalog: p95 above 2 s'],
      doings: [did('caches.flush', 'catalog-redis', '12:18')],
      about: {
        catalog: {
          dependsOn: ['catalog-redis', 'catalog-db'],
          deploys: [deploy('9', '12:01', 'fix: typo', 'wu')],
          comparisons: { 9: files('src/labels.go') },
          logs: said(`
12:01 12:25 3 | ca-1 | {t} INFO product {h}
12:19:30 12:25 2 | ca-1 | {t} WARN cache miss for product {h}, asked the database
`),
          metrics: [
            steps('latency', 'ms', ['12:01', 30], ['12:19', 2600]),
            steps('request_rate', '/s', ['12:01', 60]),
          ],
        },
        'catalog-redis': { kind: 'cache', cache: { keys: 900, hitRate: 0.21, rebuildMs: null } },
        'catalog-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['12:01', 22], ['12:19', 97])] },
      },
    }),
  },
  {
    name: 'more instances because there was more to do',
    story:
      'Visitors came in crowds at 20:00; the auto-fix took the shop from 4 to 8 afterwards. The database is full because of the visitors.',
    answer: ['traffic shop'],
    readings: night({
      startedAt: '20:08',
      now: '20:12',
      service: 'shop',
      metric: 'latency',
      alerts: ['shop: p95 above 2 s'],
      doings: [
        did('services.scale', 'shop', '20:06', { autoFix: 'more while busy', scaled: { from: 4, to: 8 } }),
      ],
      about: {
        shop: {
          dependsOn: ['shop-db'],
          deploys: [deploy('77', '19:50', 'feat: recommendations', 'vi'), deploy('76', '12:00', 'deps')],
          comparisons: { 77: files('app/reco.py') },
          health: { desired: 8, running: 8, healthy: 8 },
          logs: said(`
19:38 20:12 2 | s-1 s-2 | {t} INFO GET /p/{h} 200
20:04:10 20:12 2 | s-1 s-2 | {t} ERROR QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00
`),
          metrics: [
            steps('request_rate', '/s', ['18:08', 40], ['20:00', 190]),
            steps('latency', 'ms', ['18:08', 80], ['20:03', 3000]),
          ],
        },
        'shop-db': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['18:08', 30], ['20:01', 98]),
            steps('connections', 'count', ['18:08', 40], ['20:01', 160]),
          ],
        },
      },
    }),
  },
  {
    name: 'restarts that do not help',
    story: 'The auto-fix restarts the service again and again; its disk is full of core dumps.',
    answer: ['disk-full render'],
    readings: night({
      startedAt: '03:22',
      now: '03:25',
      service: 'render',
      alerts: ['render: failed jobs'],
      doings: [did('services.restart', 'render', '03:19:30', { autoFix: 'restart when jobs fail' })],
      about: {
        render: {
          deploys: [deploy('51', '15:00', 'deps')],
          health: { desired: 2, running: 2, healthy: 2 },
          logs: said(`
02:52 03:17 5 | r-1 | {t} INFO frame {h} written
03:17:10 03:25 3 | r-1 | {t} ERROR frame {h}: std::io::Error: Os {b}code: 28, kind: StorageFull, message: "No space left on device"{b}
`),
          metrics: [
            steps('error_rate', '%', ['01:22', 0], ['03:17', 100]),
            slope('disk_usage', '%', ['01:22', 90], ['03:17', 100], ['03:25', 100]),
          ],
        },
      },
    }),
  },
  {
    name: 'the old code does not know the new table',
    story: 'The rollback of #65 went back to code that asks for a column the migration removed.',
    answer: ['action deploys.rollback notes'],
    readings: night({
      startedAt: '13:33',
      now: '13:36',
      service: 'notes',
      alerts: ['notes: 5xx above 50%'],
      doings: [did('deploys.rollback', 'notes', '13:30', { undone: '65' })],
      about: {
        notes: {
          dependsOn: ['notes-db'],
          deploys: [
            deploy('65', '12:50', 'feat: one title', 'mi', { rolledBack: true }),
            deploy('64', '12:01', 'deps'),
          ],
          comparisons: {
            65: {
              ...files('db/migrate/20261122_titles.rb', 'app/models/note.rb'),
              migrations: ['20261122_titles'],
            },
          },
          logs: said(`
13:03 13:36 3 | n-1 | {t} INFO GET /notes 200
13:30:40 13:36 1 | n-1 | {t} ERROR ActiveRecord::StatementInvalid: PG::UndefinedColumn: ERROR:  column notes.subtitle does not exist
`),
          metrics: [
            steps('error_rate', '%', ['12:01', 0.1], ['13:30', 80]),
            steps('request_rate', '/s', ['12:01', 20]),
          ],
        },
        'notes-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['12:01', 9])] },
      },
    }),
  },
  {
    name: 'geocoding for everybody',
    story:
      'The free quota of the month was used up. A deploy two minutes earlier changed the colour of pins.',
    answer: ['rate-limit maps.googleapis.com'],
    readings: night({
      startedAt: '16:11',
      now: '16:14',
      service: 'stores',
      alerts: ['stores: errors above 10%'],
      about: {
        stores: {
          deploys: [deploy('21', '16:07', 'feat: blue pins', 'jo'), deploy('20', '12:20', 'deps')],
          comparisons: { 21: files('src/pins.tsx') },
          logs: said(`
15:41 16:14 4 | so-1 | {"level":30,"time":"{t}","msg":"found","ms":{9..30}}
16:09:10 16:14 2 | so-1 | {"level":50,"time":"{t}","msg":"geocode failed","url":"https://maps.googleapis.com/maps/api/geocode/json","err":{"message":"OVER_QUERY_LIMIT: You have exceeded your daily request quota for this API."}}
`),
          metrics: [
            steps('error_rate', '%', ['14:11', 0.2], ['16:09', 44]),
            steps('request_rate', '/s', ['14:11', 9]),
          ],
        },
      },
    }),
  },
  {
    name: 'workers take all of Redis',
    story: '#71 of the workers sets 200 connections each; the API, which shares Redis, is let in no more.',
    answer: ['deploy worker #71'],
    readings: night({
      startedAt: '17:26',
      now: '17:29',
      service: 'api',
      alerts: ['api: 5xx above 10%'],
      about: {
        api: {
          dependsOn: ['main-redis'],
          deploys: [deploy('900', '12:10', 'deps')],
          logs: said(`
16:56 17:29 3 | api-1 api-2 | {t} INFO GET /v1/me 200
17:24:10 17:29 2 | api-1 api-2 | {t} ERROR Redis::CommandError: ERR max number of clients reached
`),
          metrics: [
            steps('error_rate', '%', ['15:26', 0.1], ['17:24', 33]),
            steps('request_rate', '/s', ['15:26', 50]),
          ],
        },
        worker: {
          dependsOn: ['main-redis'],
          deploys: [
            deploy('71', '17:22', 'chore: connection pool size from the environment', 'ed'),
            deploy('70', '12:00', 'deps'),
          ],
          comparisons: { 71: files('config/sidekiq.yml', 'config/initializers/redis.rb') },
          metrics: [steps('cpu_usage', '%', ['15:26', 40])],
        },
        'main-redis': {
          kind: 'cache',
          metrics: [
            steps('connections', 'count', ['15:26', 300], ['17:23', 10000]),
            steps('cpu_usage', '%', ['15:26', 20]),
          ],
        },
      },
    }),
  },
  {
    name: 'somebody alters the table',
    story: 'A change of the schema was run by hand and holds the table; orders wait.',
    answer: ['change orders-db', 'locks orders-db'],
    readings: night({
      startedAt: '18:15',
      now: '18:18',
      service: 'orders',
      alerts: ['orders: 5xx above 5%'],
      changes: [
        {
          service: 'orders-db',
          title: 'liquibase: alter table orders add column gift',
          author: 'ann',
          at: at('18:11'),
          source: 'liquibase',
        },
      ],
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [deploy('40', '17:52', 'feat: gift box', 'ann'), deploy('39', '12:00', 'deps')],
          comparisons: { 40: files('src/gift/box.kt') },
          logs: said(`
17:45 18:18 3 | or-1 | {t} INFO order {h}
18:12:20 18:18 3 | or-1 | {t} ERROR org.postgresql.util.PSQLException: ERROR: canceling statement due to lock timeout
`),
          metrics: [
            steps('error_rate', '%', ['16:15', 0.1], ['18:12', 21]),
            steps('request_rate', '/s', ['16:15', 12]),
          ],
        },
        'orders-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['16:15', 25], ['18:12', 7])] },
      },
    }),
  },
  {
    name: 'too small a heap',
    story: '#14 moved the settings of the JVM into the chart and lost a zero: -Xmx256m.',
    answer: ['deploy rules #14'],
    readings: night({
      startedAt: '19:09',
      now: '19:12',
      service: 'rules',
      alerts: ['rules: 5xx above 10%'],
      about: {
        rules: {
          deploys: [deploy('14', '19:04', 'chore: chart 3', 'ro'), deploy('13', '12:00', 'deps')],
          comparisons: { 14: { ...files('chart/values.yaml'), changes: ['rules: JAVA_OPTS changed'] } },
          health: { desired: 3, running: 3, healthy: 1 },
          logs: said(`
18:39 19:04 3 | ru-1 ru-2 | {t} INFO rule {h} applied
19:06:10 19:12 9 | ru-1 ru-2 | {t} ERROR java.lang.OutOfMemoryError: Java heap space
`),
          metrics: [
            steps('error_rate', '%', ['17:09', 0.1], ['19:06', 29]),
            steps('request_rate', '/s', ['17:09', 18]),
          ],
        },
      },
    }),
  },
  {
    name: 'a letter nobody can read',
    story:
      'A supplier sent a file with a new field; the importer stumbles over it. Nothing was deployed for a day.',
    answer: ['code importer', 'schema importer'],
    readings: night({
      startedAt: '21:05',
      now: '21:08',
      service: 'importer',
      alerts: ['importer: failed files'],
      about: {
        importer: {
          deploys: [deploy('6', '12:05', 'deps')],
          logs: said(`
20:35 21:01 9 | im-1 | {k} INFO importer.run file {h} done
21:02:10 21:08 6 | im-1 | {k} ERROR importer.run file {h}: KeyError: 'price_net'
`),
          metrics: [steps('error_rate', '%', ['19:05', 0], ['21:02', 100])],
        },
      },
    }),
  },
];
