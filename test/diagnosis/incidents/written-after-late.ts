// The rest of those written after the rules: see written-after.ts.
import { at, deploy, files, type IncidentFixture, lines, night, steps } from './night.ts';

const quiet = (...instances: string[]) =>
  lines('02:40', '03:20', 3_000, instances, (i, t) => `${t} INFO request ${i} done`);

export const WRITTEN_AFTER_LATE: readonly IncidentFixture[] = [
  {
    name: 'the rollback itself',
    story:
      '#70 had migrated the tables; rolled back for a small fault at 03:08, the old code does not know the new tables.',
    answer: ['action deploys.rollback invoices', 'schema invoices'],
    readings: night({
      startedAt: '03:14',
      service: 'invoices',
      about: {
        invoices: {
          deploys: [
            deploy('70', '00:30', 'feat: split names', 'jo', { rolledBack: true }),
            deploy('69', '12:00', 'fix: vat'),
          ],
          comparisons: {
            70: { commits: [], files: ['db/0070.sql', 'src/names.ts'], migrations: ['db/0070.sql'] },
          },
          logs: [
            quiet('i-1'),
            lines(
              '03:09:10',
              '03:15',
              2_000,
              'i-1',
              (_i, t) => `${t} ERROR error: column "full_name" does not exist`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.4], ['03:09', 71]),
            steps('request_rate', '/s', ['01:20', 9]),
          ],
        },
      },
      doings: [
        {
          capability: 'deploys.rollback',
          service: 'invoices',
          at: at('03:08'),
          state: 'succeeded',
          autoFix: null,
          scaled: null,
          undone: '70',
        },
      ],
    }),
  },
  {
    name: 'a feature that is met only later',
    story: '#18 went out 20 minutes before; the first customers reach the broken step now.',
    answer: ['deploy signup #18'],
    readings: night({
      startedAt: '03:14',
      service: 'signup',
      about: {
        signup: {
          deploys: [
            deploy('18', '02:51', 'feat: company accounts', 'vi'),
            deploy('17', '14:00', 'fix: captcha'),
          ],
          comparisons: { 18: files('src/company.kt') },
          logs: [
            quiet('su-1'),
            lines(
              '03:11:30',
              '03:15',
              9_000,
              'su-1',
              (i, t) =>
                `${t} ERROR java.lang.NullPointerException: Cannot invoke "Company.getVat()" because "company" is null (${i})`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.1], ['03:11', 6]),
            steps('request_rate', '/s', ['01:20', 8]),
          ],
        },
      },
    }),
  },
  {
    name: 'nothing is wrong, beside a deploy and a foreign incident',
    story: 'The alert came from a test of the monitoring.',
    answer: ['healthy'],
    readings: night({
      startedAt: '03:14',
      service: 'geo',
      about: {
        geo: {
          deploys: [deploy('55', '03:10', 'feat: isochrones', 'lo'), deploy('54', '13:00', 'fix: bbox')],
          comparisons: { 55: files('src/iso.ts') },
          logs: [quiet('g-1')],
          metrics: [
            steps('error_rate', '%', ['01:20', 0.4]),
            steps('latency', 'ms', ['01:20', 33]),
            steps('request_rate', '/s', ['01:20', 77]),
          ],
        },
        mail: { health: { desired: 2, healthy: 0 } },
      },
      incidents: [{ id: 3, service: 'mail', title: 'mail is down', startedAt: at('03:12') }],
    }),
  },
  {
    name: 'an import of a neighbour that locks rows',
    story: 'crm imports at 03:09 and locks the shared tables; we have a harmless deploy of 02:58.',
    answer: ['neighbour crm', 'locks shared-db', 'saturation shared-db'],
    readings: night({
      startedAt: '03:14',
      service: 'portal',
      metric: 'latency',
      about: {
        portal: {
          dependsOn: ['shared-db'],
          deploys: [deploy('501', '02:58', 'chore: translations', 'ru'), deploy('500', '12:00', 'fix: menu')],
          comparisons: { 501: files('locales/de.json', 'locales/fr.json') },
          logs: [
            quiet('po-1'),
            lines(
              '03:11:00',
              '03:15',
              3_000,
              'po-1',
              (i, t) => `${t} ERROR canceling statement due to statement timeout (${i})`,
            ),
          ],
          metrics: [
            steps('latency', 'ms', ['01:20', 50], ['03:10', 9000]),
            steps('request_rate', '/s', ['01:20', 20]),
          ],
        },
        'shared-db': {
          kind: 'database',
          logs: [
            lines(
              '03:09:40',
              '03:15',
              5_000,
              'db',
              (i, t) =>
                `${t} LOG:  process ${500 + i} still waiting for RowExclusiveLock on tuple (0,${i}) after 1000.1 ms`,
            ),
          ],
          metrics: [steps('connections', 'count', ['01:20', 30], ['03:10', 95])],
        },
        crm: {
          dependsOn: ['shared-db'],
          metrics: [steps('request_rate', '/s', ['01:20', 5], ['03:09', 90])],
        },
      },
    }),
  },
];
