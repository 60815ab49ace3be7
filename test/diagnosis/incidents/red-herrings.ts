// Incidents beside which a deploy only lies.
import { deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const hex = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');

export const RED_HERRINGS: readonly IncidentFixture[] = [
  {
    name: 'a failed deploy that never took traffic',
    story: '#90 failed its health checks and was never live; a third party answers 503.',
    answer: ['provider api.sendgrid.com'],
    readings: night({
      startedAt: '03:40',
      service: 'mailer',
      alerts: ['mailer failed sends'],
      about: {
        mailer: {
          dependsOn: ['mail-queue'],
          deploys: [
            deploy('90', '03:31', 'feat: new templates', 'eva', { status: 'failed' }),
            deploy('89', '14:00', 'chore: logging'),
          ],
          comparisons: { 90: files('templates/welcome.html', 'src/render.ts') },
          logs: [
            lines('03:10', '03:41', 5_000, 'mailer-1', (i, t) => `${t} info: sent message ${hex(i)}`),
            lines(
              '03:35:11',
              '03:41',
              4_000,
              ['mailer-1', 'mailer-2'],
              (i, t) =>
                `${t} error: send ${hex(i)} failed: POST https://api.sendgrid.com/v3/mail/send responded 503 Service Unavailable`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:30', 0], ['03:35', 61])],
        },
        'mail-queue': {
          kind: 'queue',
          metrics: [slope('queue_depth', 'count', ['01:30', 10], ['03:36', 12], ['03:41', 900])],
        },
      },
    }),
  },
  {
    name: 'a deploy of documents only, and a disk that is full',
    story: '#204 touched a README; the volume of the database ran full.',
    answer: ['disk-full orders-db'],
    readings: night({
      startedAt: '03:14',
      service: 'orders',
      alerts: ['orders: writes fail'],
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [
            deploy('204', '03:08', 'docs: explain retries', 'sam'),
            deploy('203', '13:00', 'feat: export'),
          ],
          comparisons: { 204: files('README.md', 'docs/retries.md') },
          logs: [
            lines(
              '03:10:20',
              '03:15',
              6_000,
              ['orders-1', 'orders-2'],
              (i, t) =>
                `${t} ERROR o.s.w.s.DispatcherServlet - org.postgresql.util.PSQLException: ERROR: could not extend file "base/16384/${2600 + i}": No space left on device`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.2], ['03:10', 33])],
        },
        'orders-db': {
          kind: 'database',
          logs: [
            lines(
              '03:10:02',
              '03:15',
              9_000,
              'db-1',
              (i, t) =>
                `${t} UTC [${412 + i}] PANIC:  could not write to file "pg_wal/xlogtemp.${412 + i}": No space left on device`,
            ),
          ],
          metrics: [slope('disk_usage', '%', ['01:00', 91], ['03:10', 100], ['03:20', 100])],
        },
      },
    }),
  },
  {
    name: 'a deploy of another service in the same repository',
    story: '#613 touched only the web front; the address of the database does not resolve any more.',
    answer: ['dns orders-db', 'dns billing', 'dns orders-db.internal'],
    readings: night({
      startedAt: '01:05',
      service: 'billing',
      alerts: ['billing error rate'],
      about: {
        billing: {
          dependsOn: ['orders-db'],
          deploys: [
            deploy('613', '00:58', 'web: new landing page', 'ida'),
            deploy('612', '18:00', 'billing: rounding'),
          ],
          comparisons: {
            613: {
              commits: [{ sha: 'abc', title: 'web: new landing page' }],
              files: ['apps/web/index.tsx', 'apps/web/hero.css'],
              migrations: [],
              services: { touched: ['web'], elsewhere: 0 },
            },
          },
          logs: [
            lines(
              '01:01:12',
              '01:06',
              3_000,
              ['billing-0', 'billing-1'],
              (_i, t) =>
                `{"ts":"${t}","level":"error","msg":"query failed: getaddrinfo EAI_AGAIN orders-db.internal"}`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['00:00', 0.4], ['01:01', 78])],
        },
        'orders-db': {
          kind: 'database',
          metrics: [steps('connections', 'count', ['00:00', 40], ['01:01', 2])],
        },
        web: { deploys: [deploy('613', '00:58', 'web: new landing page', 'ida')] },
      },
    }),
  },
  {
    name: 'a deploy after it began',
    story: 'The disk of the host was full at 02:41; #31 at 02:52 was an attempt to help.',
    answer: ['disk-full uploads'],
    readings: night({
      startedAt: '02:55',
      service: 'uploads',
      alerts: ['uploads failing'],
      about: {
        uploads: {
          deploys: [
            deploy('31', '02:52', 'hotfix: retry uploads', 'ben'),
            deploy('30', '12:30', 'feat: progress bar'),
          ],
          comparisons: { 31: files('src/upload.rs') },
          logs: [
            lines(
              '02:41:08',
              '02:56',
              10_000,
              'up-1',
              (i, t) =>
                `${t} ERROR upload{id=${hex(i)}} write failed: Os { code: 28, kind: StorageFull, message: "No space left on device" }`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0], ['02:41', 88])],
        },
      },
      disks: [{ mount: '/data', totalBytes: 200e9, usedBytes: 200e9, percent: 100 }],
    }),
  },
];
