// What looks like a case that a rule is for, and is not: connections, locks, rollbacks, needs of needs, health.
import { describe, expect, test } from 'vitest';
import { answerOf, diagnose } from '../../src/diagnosis/cause/diagnose.ts';
import { type About, at, deploy, files, lines, type Night, night, slope, steps } from './incidents/night.ts';

const fine = lines('02:40', '03:30', 4_000, 'a-1', (i, t) => `${t} INFO request ${i} done`);
const answer = (it: Night) => answerOf(diagnose(night(it)));
const sureness = (it: Night) => {
  const found = diagnose(night(it));
  return `${answerOf(found)}, ${found.confidence}`;
};
const NO_CLIENTS = 'ERROR list: "pq: sorry, too many clients already"';

describe('connections that grow', () => {
  const shop = (
    connections: About['metrics'],
    more: About['metrics'] = [],
    others = {},
    deployed = '02:31',
  ) =>
    answer({
      startedAt: '03:12',
      service: 'shop',
      about: {
        shop: {
          dependsOn: ['shop-db'],
          deploys: [deploy('9', deployed, 'refactor')],
          comparisons: { 9: files('src/rows.go') },
          logs: [fine, lines('03:09', '03:13', 1_500, 'a-1', (_i, t) => `${t} ${NO_CLIENTS}`)],
          metrics: [steps('error_rate', '%', ['01:00', 0.1], ['03:09', 31]), ...(more ?? [])],
        },
        'shop-db': { kind: 'database', ...(connections ? { metrics: connections } : {}) },
        ...others,
      },
    });
  const grows = [slope('connections', 'count', ['01:00', 20], ['02:31', 20], ['03:09', 100], ['03:13', 100])];

  test('since a deploy: it leaks them', () => expect(shop(grows)).toBe('deploy shop #9'));
  test('at once when it begins to hurt: they are taken by what hurts', () =>
    expect(shop([steps('connections', 'count', ['01:00', 20], ['03:07', 100])], [], {}, '02:50')).toBe(
      'saturation shop-db',
    ));
  test('since before the deploy: it has nothing to do with it', () =>
    expect(
      shop([slope('connections', 'count', ['01:00', 20], ['02:05', 20], ['03:09', 100], ['03:13', 100])]),
    ).toBe('saturation shop-db'));
  test('with the traffic: more is asked', () =>
    expect(
      shop(grows, [slope('request_rate', '/s', ['01:00', 50], ['02:31', 50], ['03:09', 80], ['03:13', 80])]),
    ).not.toBe('deploy shop #9'));
  test('of a database that others use too: they may be theirs', () =>
    expect(shop(grows, [], { crm: { dependsOn: ['shop-db'], health: null } })).not.toBe('deploy shop #9'));
});

describe('queries that wait for locks', () => {
  const shop = (cpu: number) =>
    answer({
      startedAt: '03:08',
      service: 'shop',
      about: {
        shop: {
          dependsOn: ['shop-db'],
          logs: [fine, lines('03:05:30', '03:09', 2_000, 'a-1', (_i, t) => `${t} ${NO_CLIENTS}`)],
          metrics: [steps('error_rate', '%', ['01:00', 0.1], ['03:05', 60])],
        },
        'shop-db': {
          kind: 'database',
          logs: [
            lines(
              '03:04:10',
              '03:09',
              5_000,
              'd-1',
              (i, t) =>
                `${t} LOG:  process ${i} still waiting for ShareLock on transaction ${i} after 1000 ms`,
            ),
          ],
          metrics: [
            steps('cpu_usage', '%', ['01:00', 24], ['03:04', cpu]),
            steps('active_sessions', 'count', ['01:00', 9], ['03:05', 60]),
            steps('connections', 'count', ['01:00', 28], ['03:05', 60]),
          ],
        },
      },
    });

  test('of an idle database: the lock is it', () => expect(shop(3)).toBe('locks shop-db'));
  test('of one that works as hard as it can: they wait for each other because it is full', () =>
    expect(shop(99)).toBe('saturation shop-db'));
});

describe('a rollback before it began', () => {
  const profile = (errorsFrom: string, text: string) =>
    sureness({
      startedAt: '03:05',
      service: 'profile',
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
          deploys: [deploy('65', '02:50', 'two columns', 'ruth', { rolledBack: true })],
          comparisons: { 65: files('app/models/user.rb') },
          logs: [fine, lines(errorsFrom, '03:06', 700, 'a-1', (_i, t) => `${t} ERROR ${text}`)],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:03', 81]),
            steps('request_rate', '/s', ['01:00', 70]),
          ],
        },
      },
    });

  test('errors of code and tables since: it is the rollback', () =>
    expect(profile('03:03:20', 'PG::UndefinedColumn: column users.name does not exist')).toBe(
      'action deploys.rollback profile, likely',
    ));
  test('errors from when the deploy ran: it is the deploy', () =>
    expect(profile('02:56', "undefined method `name' for nil:NilClass (NoMethodError)")).toBe(
      'deploy profile #65, likely',
    ));
  test('mere timeouts since: it may be the rollback', () =>
    expect(profile('03:03:20', 'deadline exceeded')).toBe('action deploys.rollback profile, possible'));
});

describe('what one needs needs', () => {
  const api = (from: string, text: string) =>
    answer({
      startedAt: '03:11',
      service: 'api',
      about: {
        api: {
          dependsOn: ['auth'],
          logs: [fine],
          metrics: [steps('error_rate', '%', ['01:00', 0.3], ['03:09', 88])],
        },
        auth: {
          dependsOn: ['auth-redis'],
          logs: [lines(from, '03:12', 1_500, 'u-1', (_i, t) => `${t} ERROR ${text}`)],
        },
        'auth-redis': { kind: 'cache', health: null },
      },
    });

  test.each([
    'connect to auth-redis failed: connection refused',
    'dial tcp: connecting to auth-redis:6379: connection refused',
  ])('does not answer: %s', (text) => expect(api('03:09', text)).toBe('dependency-down auth-redis'));
  test('a complaint of every day is none', () =>
    expect(api('02:40', 'connect to auth-redis failed: connection refused')).toBe('unknown'));
  test('words after "connect to" that are no service are none', () =>
    expect(api('03:09', 'connect to server failed: connection refused')).toBe('unknown'));
});

describe('an alert without a measurement, where nothing says "up"', () => {
  const blog = (health: About['health'], now: number) =>
    answer({
      startedAt: '03:12',
      service: 'blog',
      metric: null,
      about: {
        blog: {
          health: health ?? null,
          logs: [fine],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.3], ['03:10', now]),
            steps('latency', 'ms', ['01:00', 48]),
          ],
        },
      },
    });

  test('all instances are well: it looks healthy', () =>
    expect(blog({ desired: 2, healthy: 2 }, 0.3)).toBe('healthy'));
  test.each([
    ['one is not', { desired: 2, healthy: 1 }, 0.3],
    ['nobody knows how many there should be', { desired: null, healthy: 2 }, 0.3],
    ['nobody knows how many are', { desired: 2, healthy: null }, 0.3],
    ['none is wanted', { desired: 0, healthy: 0 }, 0.3],
    ['nobody was asked', null, 0.3],
    ['all are, but errors rise', { desired: 2, healthy: 2 }, 20],
  ] as const)('%s: it is not called so', (_name, health, now) => expect(blog(health, now)).toBe('unknown'));
});
