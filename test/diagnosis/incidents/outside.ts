// Incidents whose cause lies outside of the service: what it depends on, third parties, names, certificates, clocks.
import { at, deploy, files, type IncidentFixture, lines, night, steps } from './night.ts';

export const OUTSIDE: readonly IncidentFixture[] = [
  {
    name: 'certificate of a partner expired at midnight',
    story: 'The certificate of payments.example ran out at 00:00.',
    answer: ['certificate payments.example', 'certificate payments'],
    readings: night({
      startedAt: '00:03',
      service: 'checkout',
      alerts: ['checkout: payments fail'],
      about: {
        checkout: {
          deploys: [deploy('812', '23:41', 'feat: gift cards', 'lena')],
          comparisons: { 812: files('src/gift-card.ts') },
          logs: [
            lines(
              '00:00:04',
              '00:04',
              3_000,
              ['c-1', 'c-2'],
              (i, t) =>
                `${t} ERROR charge ch_${1000 + i} failed: Post "https://payments.example/v1/charges": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${t} is after 2026-11-23T00:00:00Z`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['22:30', 0.3], ['00:00', 35])],
        },
      },
    }),
  },
  {
    name: 'dependency down',
    story: 'The session store is gone; connections are refused.',
    answer: ['dependency-down session-store'],
    readings: night({
      startedAt: '03:33',
      service: 'accounts',
      alerts: ['accounts login errors'],
      about: {
        accounts: {
          dependsOn: ['session-store', 'accounts-db'],
          deploys: [deploy('120', '12:40', 'fix: wording')],
          logs: [
            lines(
              '03:31:02',
              '03:34',
              1_500,
              ['acc-1', 'acc-2'],
              (i, t) =>
                `${t} [error] <0.${300 + i}.0> redix: connection to session-store:6379 failed: connect ECONNREFUSED 10.2.0.9:6379`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:30', 0.2], ['03:31', 91])],
        },
        'session-store': {
          kind: 'cache',
          health: {
            desired: 1,
            running: 0,
            healthy: 0,
            instances: [{ id: 'redis-0', state: 'unhealthy', detail: 'stopped' }],
          },
          metrics: [steps('up', 'boolean', ['01:30', 1], ['03:31', 0])],
        },
        'accounts-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:30', 9])] },
      },
    }),
  },
  {
    name: 'an open incident upstream',
    story: 'identity has an open incident since 02:58; orders fails with it.',
    answer: ['dependency-down identity', 'incident identity'],
    readings: night({
      startedAt: '03:02',
      service: 'orders',
      alerts: ['orders error rate'],
      about: {
        orders: {
          dependsOn: ['identity'],
          deploys: [deploy('510', '02:45', 'chore: bump eslint', 'bot')],
          comparisons: { 510: files('package.json', 'package-lock.json', '.eslintrc.json') },
          logs: [
            lines(
              '02:59:10',
              '03:03',
              2_000,
              ['o-1', 'o-2'],
              (_i, t) => `${t} ERROR AuthClient: GET http://identity/verify -> 502 Bad Gateway`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.1], ['02:59', 40])],
        },
        identity: { health: { desired: 2, running: 2, healthy: 0 } },
      },
      incidents: [{ id: 71, service: 'identity', title: 'identity is down', startedAt: at('02:58') }],
    }),
  },
  {
    name: 'two incidents at once that have nothing to do with each other',
    story: 'The newsletter service is down (#80); catalog has a bad deploy.',
    answer: ['deploy catalog #233'],
    readings: night({
      startedAt: '03:12',
      service: 'catalog',
      alerts: ['catalog 5xx'],
      about: {
        catalog: {
          dependsOn: ['catalog-db'],
          deploys: [
            deploy('233', '03:07', 'perf: index lookups', 'mo'),
            deploy('232', '19:00', 'fix: image size'),
          ],
          comparisons: { 233: files('lib/catalog/lookup.rb') },
          logs: [
            lines(
              '03:08:15',
              '03:13',
              4_000,
              ['cat-1', 'cat-2'],
              (i, t) =>
                `E, [${t} #${17 + (i % 3)}] ERROR -- : NoMethodError (undefined method 'slice' for nil:NilClass) app/lookup.rb:41`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:10', 0.2], ['03:08', 17])],
        },
        'catalog-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:10', 18])] },
        newsletter: { health: { desired: 1, running: 0, healthy: 0 } },
      },
      incidents: [{ id: 80, service: 'newsletter', title: 'newsletter is down', startedAt: at('03:05') }],
    }),
  },
  {
    name: 'third party limits our rate',
    story: 'The geocoder answers 429 since its quota of the day is used up.',
    answer: ['rate-limit maps.example.com', 'rate-limit delivery'],
    readings: night({
      startedAt: '18:44',
      service: 'delivery',
      alerts: ['delivery quotes failing'],
      about: {
        delivery: {
          deploys: [deploy('45', '16:30', 'feat: time slots')],
          logs: [
            lines(
              '18:40:30',
              '18:45',
              3_000,
              ['d-1'],
              (i, t) =>
                `${t} error geocode failed url=https://maps.example.com/v1/geocode?q=${i} status=429 body="{\\"error\\":\\"daily quota exceeded\\"}"`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['17:00', 0.4], ['18:40', 27])],
        },
      },
    }),
  },
  {
    name: 'clock of a machine runs behind',
    story: 'After a restart of the host its clock is four minutes slow; tokens are not yet valid there.',
    answer: ['clock-skew auth', 'clock-skew auth-2'],
    readings: night({
      startedAt: '03:19',
      service: 'auth',
      alerts: ['auth rejects tokens'],
      about: {
        auth: {
          instances: ['auth-*'],
          deploys: [deploy('301', '14:50', 'fix: audience check')],
          logs: [
            lines(
              '02:50',
              '03:20',
              5_000,
              ['auth-1', 'auth-2'],
              (i, t) => `${t} INFO token verified sub=u${i}`,
            ),
            lines(
              '03:15:10',
              '03:20',
              4_000,
              'auth-2',
              (_i, t) => `${t} ERROR jwt: token not yet valid (nbf is 238s in the future)`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:20', 0.1], ['03:15', 31])],
        },
      },
    }),
  },
  {
    name: 'provider outage seen as timeouts',
    story: 'Object storage of the provider does not answer.',
    answer: ['provider s3.eu-central-1.amazonaws.com'],
    readings: night({
      startedAt: '09:15',
      service: 'media',
      alerts: ['media download errors'],
      about: {
        media: {
          dependsOn: ['media-db'],
          deploys: [deploy('150', '08:41', 'feat: webp', 'lou')],
          comparisons: { 150: files('src/convert/webp.ts') },
          logs: [
            lines(
              '09:10:30',
              '09:16',
              2_500,
              ['m-1', 'm-2'],
              (i, t) =>
                `${t} ERROR TimeoutError: connect ETIMEDOUT s3.eu-central-1.amazonaws.com:443 key=img/${i}`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['07:30', 0.2], ['09:10', 66])],
        },
        'media-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['07:30', 20])] },
      },
    }),
  },
  {
    name: 'password of the database was rotated',
    story:
      'Somebody rotated the secret; told by the secret manager as a change. New connections are refused.',
    answer: ['change payroll', 'credentials payroll', 'credentials payroll-db'],
    readings: night({
      startedAt: '06:12',
      service: 'payroll',
      alerts: ['payroll is failing'],
      about: {
        payroll: {
          dependsOn: ['payroll-db'],
          deploys: [deploy('17', '15:00', 'feat: export')],
          logs: [
            lines(
              '06:08:03',
              '06:13',
              4_000,
              ['p-1'],
              (_i, t) =>
                `${t} ERROR sqlalchemy.exc.OperationalError: FATAL:  password authentication failed for user "payroll"`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['04:30', 0], ['06:08', 100])],
        },
        'payroll-db': { kind: 'database' },
      },
      changes: [
        {
          service: 'payroll',
          title: 'rotated secret payroll/db-password',
          author: 'vault',
          at: at('06:07'),
          source: 'Vault',
        },
      ],
    }),
  },
  {
    name: 'database failed over',
    story: 'Aurora failed over by itself; writers still talk to the old primary, which is read-only now.',
    answer: ['failover cart-db'],
    readings: night({
      startedAt: '04:44',
      service: 'cart',
      alerts: ['cart write errors'],
      about: {
        cart: {
          dependsOn: ['cart-db'],
          deploys: [deploy('61', '04:21', 'chore: rename metrics', 'jan')],
          comparisons: { 61: files('src/metrics.ts') },
          logs: [
            lines(
              '04:41:20',
              '04:45',
              2_000,
              ['cart-1', 'cart-2'],
              (_i, t) => `${t} ERROR QueryFailedError: cannot execute UPDATE in a read-only transaction`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['03:00', 0.1], ['04:41', 48])],
        },
        'cart-db': {
          kind: 'database',
          database: {
            cluster: 'cart',
            engine: 'aurora-postgresql',
            primary: 'cart-2',
            status: 'available',
            replicas: [{ id: 'cart-1', lagMs: 12 }],
            downtimeMs: 30_000,
            events: [
              { at: at('04:40:30'), text: 'Started cross AZ failover to DB instance: cart-2' },
              { at: at('04:41:05'), text: 'Completed failover to DB instance: cart-2' },
            ],
          },
        },
      },
    }),
  },
];
