// Another night, in Berlin, with JSON as some tools answer: a database that fills its disk. Not looked at while the check was
// made: what is struck here is what a new text has to expect.
import type { Evidence } from '../../../src/planners/claude/facts/evidence.ts';

export const OTHER_NIGHT: Evidence = {
  now: Date.parse('2026-07-14T22:47:30Z'),
  zone: 'Europe/Berlin',
  results: [
    JSON.stringify({
      service: 'billing-db',
      health: {
        desired: 2,
        running: 2,
        healthy: 1,
        instances: [
          { id: 'billing-db-a', state: 'healthy' },
          { id: 'billing-db-b', state: 'unhealthy', detail: 'storage-full' },
        ],
      },
      metrics: [
        { metric: 'free_storage', unit: 'GB', current: 0.4, usual: 118 },
        { metric: 'write_latency', unit: 'ms', current: 2300, usual: 4.1 },
        { metric: 'iops', unit: '/s', current: 3000, usual: 410 },
      ],
      events: [
        {
          at: '2026-07-14T22:05:10Z',
          text: 'The free storage capacity for DB instance billing-db-b is low at 9% of the provisioned storage',
        },
        { at: '2026-07-14T22:31:44Z', text: 'DB instance billing-db-b storage full' },
      ],
    }),
    'logs of invoicer since 00:00 CEST\n00:12:03 ERROR PSQLException: could not extend file "base/16402/24817": No space left on device\n00:31:50 FATAL job=invoice-run-1187 aborted after 1187 s\n17 errors, 230 lines',
    'deploys of invoicer\n2026-07-14 23:58 CEST #1881 by @li "feat: keep raw PDFs" succeeded',
  ],
  values: [{ cluster: 'billing-db', replicas: [{ id: 'billing-db-b', lagMs: 184_000 }], downtimeMs: 35_000 }],
  given: [
    'INCIDENT #77 invoicer jobs fail',
    '@openclaw what filled the disk? I doubled max_connections to 400 at 23:30',
  ],
  instants: [Date.parse('2026-07-14T22:33:00Z')],
  services: [
    { name: 'invoicer', instances: ['invoicer-*'] },
    { name: 'billing-db', instances: ['billing-db-*'] },
  ],
  commands: ['/rollback', '/db-failover'],
};

export const OTHER_TRUE: readonly string[] = [
  'The disk of billing-db-b is full since 00:31 (22:31 UTC).',
  'Free storage is down to 0.4 GB, where 118 GB are usual.',
  'That is a drop of more than 99%, from 118 GB to 0.4 GB.',
  'Write latency is 2.3 s instead of 4.1 ms, about 560 times as slow.',
  'Writes run at 3,000/s, roughly seven times the usual 410/s.',
  'AWS warned at 00:05: "The free storage capacity for DB instance billing-db-b is low at 9% of the provisioned storage".',
  'Between the warning at 00:05 and the full disk at 00:31 lay 26 minutes.',
  'Deploy #1881 ("feat: keep raw PDFs") went out at 23:58 CEST, 7 minutes before the first warning at 00:05.',
  'invoicer logs `No space left on device` since 00:12.',
  'The job invoice-run-1187 aborted after 1187 s, that is about 20 minutes.',
  '17 of 230 lines are errors (7.4%).',
  'billing-db-b lags 184 s behind, about 3 minutes.',
  'A failover takes about 35 seconds.',
  'One of two instances is healthy.',
  '1 of 2 instances is unhealthy: billing-db-b.',
  'You raised max_connections to 400 at 23:30, which does not use disk.',
  '**Cause:** #1881 keeps raw PDFs, and these fill the storage.',
  'The incident was opened at 00:33, 2 minutes after the disk was full at 00:31.',
  'It is 14 minutes since incident #77 was opened.',
  'PSQLException: `could not extend file "base/16402/24817"`.',
  'Roll it back with `/rollback #1881`; a `/db-failover billing-db` would only move the problem.',
  'The volume went from 118 GB free to less than 1 GB.',
  'On 14 July at 23:58 the deploy went out.',
  'IOPS are at 3,000, about 7x what is usual (410).',
];

export const OTHER_INVENTED: readonly string[] = [
  'The disk of billing-db-b is full since 22:31.',
  'The disk of billing-db-b is full since 00:31 UTC.',
  'The disk of billing-db-a is full since 01:31.',
  'Free storage is down to 4 GB.',
  'Free storage is down to 0.4 MB.',
  'Write latency is 23 s.',
  'It fell from 118 GB to 0.4 GB, a drop of 88%.',
  'Deploy #1811 keeps raw PDFs.',
  'Deploy #1881 ("feat: keep raw CSVs") is the cause.',
  'It began 48 minutes after the deploy.',
  'billing-db-c is healthy.',
  'invoice-run-1188 aborted.',
  'It aborted after 187 s.',
  'Failing over takes 350 s.',
  '24 errors are in the log.',
  'You raised max_connections to 800.',
  'No space left on /dev/xvdf.',
  'The table base/16402/24871 grew.',
  'p95 write latency is 1.1 s.',
  'Storage costs $48 a month more.',
];
