// The other half of those held out: see held-out.ts.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

export const HELD_OUT_LATE: readonly IncidentFixture[] = [
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
