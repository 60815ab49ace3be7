// Incidents by somebody who had not read the rules, worded as real software words them: what people or programs of ours did.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const ok = (every: number, ...instances: string[]) =>
  lines(
    '02:44',
    '03:40',
    every,
    instances,
    (i, t) => `${t} level=info msg="request" status=200 dur=${12 + (i % 17)}ms`,
  );

export const BLIND_DEPLOYS: readonly IncidentFixture[] = [
  {
    name: 'the newest deploy is innocent, the one before leaks memory',
    story:
      '#341 keeps every rendered PDF in a constant; memory climbs from its minute on. #342 changed a text of the login page.',
    answer: ['deploy invoices #341'],
    readings: night({
      startedAt: '03:14',
      service: 'invoices',
      alerts: ['invoices: 5xx ratio above 5%'],
      about: {
        invoices: {
          deploys: [
            deploy('342', '03:02', 'Friendlier wording on the login page', 'tom'),
            deploy('341', '02:05', 'Attach the PDF to the invoice mail', 'nadia'),
            deploy('340', '14:20', 'Bump rubocop'),
          ],
          comparisons: {
            342: files('app/views/sessions/new.html.erb'),
            341: files('app/models/invoice.rb', 'app/services/pdf_renderer.rb'),
          },
          logs: [
            lines(
              '02:44',
              '03:15',
              6_000,
              ['inv-1', 'inv-2'],
              (i, t) =>
                `I, [${t.slice(0, 23)} #4121]  INFO -- : [${i}] Completed 200 OK in ${80 + (i % 40)}ms (Views: 20.1ms | ActiveRecord: 9.4ms)`,
            ),
            lines(
              '03:11:20',
              '03:15',
              50_000,
              ['inv-1', 'inv-2'],
              (i, t) =>
                `${t} inv kernel: Out of memory: Killed process ${4121 + i} (ruby) total-vm:4108232kB, anon-rss:3871044kB, file-rss:0kB`,
            ),
            lines(
              '03:11:22',
              '03:15',
              4_000,
              ['inv-1', 'inv-2'],
              (i, t) =>
                `${t} [error] 31#31: *${8812 + i} connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://127.0.0.1:3000/invoices"`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:11', 22]),
            slope('memory_usage', '%', ['01:00', 34], ['02:05', 34], ['03:11', 98], ['03:15', 97]),
            steps('request_rate', '/s', ['01:00', 18]),
          ],
        },
      },
    }),
  },
  {
    name: 'a refactoring forgets to close rows',
    story:
      '#77 returns before rows.Close(); each such request keeps a connection. 38 minutes later Postgres has none left.',
    answer: ['deploy ledger #77'],
    readings: night({
      startedAt: '03:12',
      service: 'ledger',
      alerts: ['ledger-errors: HTTP 5xx > 2% for 3m'],
      about: {
        ledger: {
          dependsOn: ['ledger-db'],
          deploys: [
            deploy('77', '02:31', 'refactor: scan rows by hand', 'petr'),
            deploy('76', '12:40', 'ci: cache modules'),
          ],
          comparisons: { 77: files('internal/store/rows.go', 'internal/store/rows_test.go') },
          logs: [
            ok(5_000, 'ledger-5d9c', 'ledger-77fa'),
            lines(
              '03:09',
              '03:13',
              1_500,
              ['ledger-5d9c', 'ledger-77fa'],
              (i, t) =>
                `${t} level=error msg="list entries" err="pq: sorry, too many clients already" account=${3000 + i}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.05], ['03:09', 31]),
            steps('request_rate', '/s', ['01:00', 55]),
            steps('cpu_usage', '%', ['01:00', 18]),
          ],
        },
        'ledger-db': {
          kind: 'database',
          logs: [
            lines(
              '03:09',
              '03:13',
              3_000,
              'ledger-db-1',
              (_i, t) =>
                `${t.slice(0, 10)} ${t.slice(11, 23)} UTC [${2210}] FATAL:  sorry, too many clients already`,
            ),
          ],
          metrics: [
            slope('connections', 'count', ['01:00', 22], ['02:31', 22], ['03:09', 100], ['03:13', 100]),
            steps('cpu_usage', '%', ['01:00', 14]),
          ],
        },
      },
    }),
  },
  {
    name: 'a dependency drops an index, our own deploy is of the docs',
    story: 'catalog #19 dropped an index; its queries time out, and so do the pages of web that ask it.',
    answer: ['deploy catalog #19'],
    readings: night({
      startedAt: '03:12',
      service: 'web',
      metric: 'latency',
      alerts: ['web p95 latency > 2s'],
      about: {
        web: {
          dependsOn: ['catalog'],
          deploys: [
            deploy('905', '03:08', 'docs: how to run the tests', 'ines'),
            deploy('904', '15:00', 'feat: footer'),
          ],
          comparisons: { 905: files('README.md', 'docs/testing.md') },
          logs: [
            ok(6_000, 'web-1', 'web-2'),
            lines(
              '03:03:30',
              '03:13',
              2_000,
              ['web-1', 'web-2'],
              (i, t) =>
                `${t.slice(0, 10).replaceAll('-', '/')} ${t.slice(11, 19)} [error] 29#29: *${i + 51_200} upstream timed out (110: Operation timed out) while reading response header from upstream, client: 10.2.0.7, request: "GET /p/${i} HTTP/1.1", upstream: "http://catalog:8080/products/${i}"`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:00', 140], ['03:03', 9_800]),
            steps('error_rate', '%', ['01:00', 0.2], ['03:04', 18]),
            steps('request_rate', '/s', ['01:00', 80]),
          ],
        },
        catalog: {
          dependsOn: ['catalog-db'],
          deploys: [
            deploy('19', '03:01', 'Remove unused indexes', 'wei'),
            deploy('18', '13:00', 'Add brand filter'),
          ],
          comparisons: {
            19: {
              ...files('db/migrate/20261123_remove_unused_indexes.rb', 'db/schema.rb'),
              migrations: ['db/migrate/20261123_remove_unused_indexes.rb'],
            },
          },
          logs: [
            lines(
              '03:03',
              '03:13',
              4_000,
              'catalog-1',
              (i, t) =>
                `E, [${t.slice(0, 23)} #88] ERROR -- : ActiveRecord::QueryCanceled (PG::QueryCanceled: ERROR:  canceling statement due to statement timeout) SELECT "products".* WHERE "products"."sku" = ${i}`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:00', 35], ['03:02', 9_600]),
            steps('request_rate', '/s', ['01:00', 60]),
          ],
        },
        'catalog-db': { kind: 'database', health: null },
      },
    }),
  },
  {
    name: 'a flag was switched on, elsewhere something else is wrong',
    story:
      'pricing-v2 went to 100% and reads a key that old carts lack. The warehouse has its own incident, with which this has nothing to do.',
    answer: ['change pricing'],
    readings: night({
      startedAt: '03:09',
      service: 'pricing',
      alerts: ['pricing error rate critical'],
      incidents: [
        { id: 12, service: 'warehouse', title: 'warehouse disk above 90%', startedAt: at('02:40') },
      ],
      changes: [
        {
          service: 'pricing',
          title: 'flag pricing-v2: rollout 5% to 100%',
          author: 'olga',
          at: at('03:05'),
          source: 'LaunchDarkly',
        },
      ],
      about: {
        pricing: {
          deploys: [deploy('210', '12:30', 'pricing v2 behind a flag')],
          logs: [
            lines(
              '02:44',
              '03:10',
              4_000,
              ['pricing-1', 'pricing-2'],
              (i, t) => `[${t.slice(0, 19)} +0000] [17] [INFO] GET /quote/${i} 200`,
            ),
            lines(
              '03:05:12',
              '03:10',
              1_500,
              ['pricing-1', 'pricing-2'],
              (i, t) =>
                `${t} ERROR django.request: Internal Server Error: /quote/${i}\nTraceback (most recent call last):\n  File "/app/pricing/v2.py", line 88, in quote\n    tier = cart["tier"]\nKeyError: 'tier'`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:05', 38]),
            steps('request_rate', '/s', ['01:00', 30]),
          ],
        },
        warehouse: { metrics: [slope('disk_usage', '%', ['01:00', 84], ['03:10', 92])] },
      },
    }),
  },
  {
    name: 'the rollback made it worse',
    story:
      '#65 renamed a column and was a little slow. Rolling it back at 03:03 left the code of #64 with a table that no longer has its column.',
    answer: ['action deploys.rollback profile'],
    readings: night({
      startedAt: '03:05',
      service: 'profile',
      alerts: ['profile 5xx above 10%'],
      doings: [
        {
          capability: 'deploys.rollback',
          service: 'profile',
          at: at('03:03'),
          state: 'succeeded',
          autoFix: null,
          scaled: null,
          undone: '65',
        },
      ],
      about: {
        profile: {
          dependsOn: ['profile-db'],
          deploys: [
            deploy('65', '02:40', 'Split the name into two columns', 'ruth', { rolledBack: true }),
            deploy('64', '12:10', 'Avatar sizes'),
          ],
          comparisons: {
            65: {
              ...files('db/migrate/20261123_split_name.rb', 'app/models/user.rb'),
              migrations: ['db/migrate/20261123_split_name.rb'],
            },
          },
          logs: [
            ok(5_000, 'profile-1', 'profile-2'),
            lines(
              '03:03:20',
              '03:06',
              700,
              ['profile-1', 'profile-2'],
              (i, t) =>
                `E, [${t.slice(0, 23)} #12] ERROR -- : ActiveRecord::StatementInvalid (PG::UndefinedColumn: ERROR:  column users.name does not exist) LINE 1: SELECT "users"."name" FROM "users" WHERE id = ${i}`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:03', 81]),
            steps('latency', 'ms', ['01:00', 60], ['02:41', 160], ['03:03', 12]),
            steps('request_rate', '/s', ['01:00', 70]),
          ],
        },
        'profile-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 20])] },
      },
    }),
  },
];
