// Incidents written after the rules, to mislead them: what they score the first time is the honest figure.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const quiet = (...instances: string[]) =>
  lines('02:40', '03:20', 3_000, instances, (i, t) => `${t} INFO request ${i} done`);

export const WRITTEN_AFTER: readonly IncidentFixture[] = [
  {
    name: 'a fresh deploy, and the disk of the document store is full',
    story:
      'The app says only that it could not save; the store says why. The deploy two minutes before is innocent.',
    answer: ['disk-full documents'],
    readings: night({
      startedAt: '03:14',
      service: 'editor',
      about: {
        editor: {
          dependsOn: ['documents'],
          deploys: [deploy('77', '03:08', 'feat: emoji picker', 'may'), deploy('76', '15:00', 'fix: undo')],
          comparisons: { 77: files('src/emoji/picker.tsx') },
          logs: [
            quiet('ed-1', 'ed-2'),
            lines(
              '03:10:30',
              '03:15',
              4_000,
              ['ed-1', 'ed-2'],
              (i, t) => `${t} ERROR could not save document ${i}: store answered with an error`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.1], ['03:10', 19]),
            steps('request_rate', '/s', ['01:20', 30]),
          ],
        },
        documents: {
          kind: 'database',
          logs: [
            lines(
              '03:10:01',
              '03:15',
              7_000,
              'doc-0',
              (i, t) =>
                `{"t":{"$date":"${t}"},"s":"E","c":"STORAGE","ctx":"conn${i}","msg":"WiredTiger error","attr":{"message":"handle-write: pwrite: failed to write 4096 bytes: No space left on device"}}`,
            ),
          ],
        },
      },
    }),
  },
  {
    name: 'a key at a partner was revoked, three minutes after a deploy',
    story: 'The partner revoked our key; the deploy changed a page.',
    answer: ['credentials api.partner.example'],
    readings: night({
      startedAt: '03:14',
      service: 'quotes',
      about: {
        quotes: {
          deploys: [deploy('31', '03:06', 'style: table', 'ed'), deploy('30', '14:00', 'feat: filters')],
          comparisons: { 31: files('src/table.css', 'src/table.tsx') },
          logs: [
            quiet('q-1'),
            lines(
              '03:09:20',
              '03:15',
              3_000,
              'q-1',
              (i, t) =>
                `${t} ERROR fetch failed url=https://api.partner.example/rates/${i} status=401 body=invalid_client`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.2], ['03:09', 80]),
            steps('request_rate', '/s', ['01:20', 12]),
          ],
        },
      },
    }),
  },
  {
    name: 'a flag was switched on',
    story: 'Told by the flag service: new ranking for all. Nothing was deployed.',
    answer: ['change listing'],
    readings: night({
      startedAt: '03:14',
      service: 'listing',
      metric: 'latency',
      about: {
        listing: {
          dependsOn: ['listing-db'],
          deploys: [deploy('8', '12:20', 'feat: ranking behind a flag')],
          logs: [
            quiet('l-1'),
            lines('03:11:10', '03:15', 5_000, 'l-1', (i, t) => `${t} WARN slow query took=${1900 + i}ms`),
          ],
          metrics: [
            steps('latency', 'ms', ['01:20', 60], ['03:11', 2100]),
            steps('request_rate', '/s', ['01:20', 25]),
          ],
        },
        'listing-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:20', 20], ['03:11', 88])] },
      },
      changes: [
        {
          service: 'listing',
          title: 'flag new-ranking: 0% to 100%',
          author: 'pat',
          at: at('03:10'),
          source: 'Flags',
        },
      ],
    }),
  },
  {
    name: 'a surge that takes the database down with it',
    story: 'Five times the requests; the database got an incident of its own after ours began.',
    answer: ['traffic tickets'],
    readings: night({
      startedAt: '03:14',
      service: 'tickets',
      metric: 'latency',
      about: {
        tickets: {
          dependsOn: ['tickets-db'],
          deploys: [deploy('12', '13:00', 'fix: seats')],
          logs: [
            quiet('t-1'),
            lines(
              '03:12:00',
              '03:15',
              2_000,
              't-1',
              (i, t) =>
                `${t} ERROR QueuePool limit of size 20 overflow 10 reached, connection timed out, timeout 30 (${i})`,
            ),
          ],
          metrics: [
            steps('request_rate', '/s', ['01:20', 40], ['03:09', 210]),
            steps('latency', 'ms', ['01:20', 90], ['03:10', 4000]),
            steps('error_rate', '%', ['01:20', 0.1], ['03:12', 9]),
          ],
        },
        'tickets-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:20', 22], ['03:10', 99])] },
      },
      incidents: [{ id: 9, service: 'tickets-db', title: 'tickets-db cpu critical', startedAt: at('03:13') }],
    }),
  },
  {
    name: 'an authority that nobody trusts, ten minutes after a deploy',
    story:
      'The inner authority was replaced; the words of it were in no table of ours. The deploy is innocent.',
    answer: ['unknown', 'trust vault.corp.internal'],
    readings: night({
      startedAt: '03:14',
      service: 'sync',
      about: {
        sync: {
          deploys: [deploy('64', '03:01', 'feat: dry run', 'al'), deploy('63', '17:00', 'chore: tidy')],
          comparisons: { 64: files('cmd/dryrun.go') },
          logs: [
            quiet('s-1'),
            lines(
              '03:10:40',
              '03:15',
              3_000,
              's-1',
              (_i, t) =>
                `${t} ERROR Get "https://vault.corp.internal/v1/kv": x509: certificate signed by unknown authority`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0], ['03:10', 100]),
            steps('request_rate', '/s', ['01:20', 3]),
          ],
        },
      },
    }),
  },
  {
    name: 'a heap that is full long before it dies',
    story: 'Latency rises with the garbage collector; the error comes eight minutes later.',
    answer: ['out-of-memory matcher'],
    readings: night({
      startedAt: '03:14',
      service: 'matcher',
      metric: 'latency',
      about: {
        matcher: {
          deploys: [deploy('40', '12:00', 'feat: scores')],
          logs: [
            quiet('m-1'),
            lines(
              '03:04',
              '03:13',
              20_000,
              'm-1',
              (i, t) =>
                `${t} WARN [gc] Pause Full (G1 Compaction Pause) 4090M->4081M(4096M) ${2000 + i * 30}ms`,
            ),
            lines(
              '03:12:50',
              '03:15',
              40_000,
              'm-1',
              (_i, t) => `${t} ERROR java.lang.OutOfMemoryError: GC overhead limit exceeded`,
            ),
          ],
          metrics: [
            slope('memory_usage', '%', ['01:20', 60], ['02:30', 62], ['03:03', 99], ['03:16', 99]),
            steps('latency', 'ms', ['01:20', 70], ['03:04', 3100]),
          ],
        },
      },
    }),
  },
  {
    name: 'the way out is gone',
    story: 'The gateway to the internet failed: all third parties time out at once.',
    answer: ['unknown', 'provider api.stripe.com', 'provider hooks.slack.com', 'provider api.github.com'],
    readings: night({
      startedAt: '03:14',
      service: 'relay',
      about: {
        relay: {
          deploys: [deploy('5', '10:00', 'chore: deps')],
          logs: [
            quiet('r-1'),
            ...['api.stripe.com', 'hooks.slack.com', 'api.github.com'].map((host) =>
              lines(
                '03:10:20',
                '03:15',
                5_000,
                'r-1',
                (i, t) => `${t} ERROR POST https://${host}/v${i % 2}/x: connect ETIMEDOUT`,
              ),
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:20', 0.3], ['03:10', 97])],
        },
      },
    }),
  },
  {
    name: 'two deploys at nearly the same time',
    story: 'Ours changed a colour; that of prices, a minute later, returns empty lists.',
    answer: ['deploy prices #9'],
    readings: night({
      startedAt: '03:14',
      service: 'cart',
      about: {
        cart: {
          dependsOn: ['prices'],
          deploys: [deploy('200', '03:08', 'style: colours', 'io'), deploy('199', '16:00', 'fix: totals')],
          comparisons: { 200: files('assets/theme.scss') },
          logs: [
            quiet('c-1'),
            lines(
              '03:10:30',
              '03:15',
              2_000,
              'c-1',
              (i, t) => `${t} ERROR upstream http://prices/v1/list?cart=${i} returned 500`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.1], ['03:10', 55]),
            steps('request_rate', '/s', ['01:20', 50]),
          ],
        },
        prices: {
          deploys: [deploy('9', '03:09', 'refactor: price lists', 'xi'), deploy('8', '11:00', 'feat: vat')],
          comparisons: { 9: files('prices/lists.py') },
          logs: [
            lines(
              '03:09:50',
              '03:15',
              2_000,
              'p-1',
              (_i, t) =>
                `${t} ERROR Traceback (most recent call last):\n  File "/srv/prices/lists.py", line 20, in load\nIndexError: list index out of range`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:20', 0], ['03:09', 92])],
        },
      },
    }),
  },
];
