import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AFFECTED_SERVICE, withService } from '../../src/domain/affected-service.ts';
import { CHANGE_ARGS, isChangeCapability } from '../../src/domain/capability.ts';
import { parseCondition } from '../../src/domain/condition.ts';
import { autoFixRefusal } from '../../src/domain/guardrails.ts';
import { compileAction } from '../../src/playbooks/compile-action.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const prune = { capability: 'disk.prune-docker', args: {} };
const keep500 = { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 } };
const week = { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 } };
const rolling = (service: string) => ({ capability: 'services.restart', args: { service, mode: 'rolling' } });

describe("the seed's two fixes", () => {
  test('the disk cleanup is three steps, its heading is none', () => {
    const action = `Clean Docker images and log rotation:
1. docker system prune -f (removes unused images)
2. journalctl --vacuum-size=500M (trim system logs)
3. Find and remove files in /tmp older than 7 days`;
    const { steps, problems } = compileAction(action, parseCondition('disk_usage > 90%'));
    expect(problems).toEqual([]);
    expect(steps.map(({ capability, args }) => ({ capability, args }))).toEqual([prune, keep500, week]);
    expect(steps[0]?.from).toBe('1. docker system prune -f (removes unused images)');
    expect(autoFixRefusal(steps)).toBeNull();
  });

  test('the restart is of the service the condition holds for', () => {
    const { steps, problems } = compileAction(
      'Rolling restart of the affected service',
      parseCondition('service_oom_killed = true'),
    );
    expect(problems).toEqual([]);
    expect(steps).toMatchObject([rolling(AFFECTED_SERVICE)]);
    expect(withService(steps[0]?.args ?? {}, 'api')).toEqual({ service: 'api', mode: 'rolling' });
    expect(withService(steps[0]?.args ?? {}, null)).toEqual(steps[0]?.args);
    expect(withService({ service: 'shop', mode: 'rolling' }, 'api')).toEqual({
      service: 'shop',
      mode: 'rolling',
    });
    expect(autoFixRefusal(steps)).toBeNull();
  });
});

test.each<[string, object]>([
  ['docker system prune --force', prune],
  ['Run docker image prune -f.', prune],
  ['• Remove unused Docker images', prune],
  ['journalctl —vacuum-size=500M', keep500],
  ['Trim the journal to 500 MB', keep500],
  ['- journalctl --vacuum-size=1G', { capability: 'disk.vacuum-journal', args: { keepBytes: 1e9 } }],
  ['delete files under /tmp/ older than 1 week', week],
  ['find /tmp -type f -mtime +7 -delete', week],
  [
    'remove old files in /var/tmp older than 12h',
    { capability: 'disk.remove-old-files', args: { path: '/var/tmp', olderThanMs: 43_200_000 } },
  ],
  ['restart shop-API', rolling('shop-API')],
  ['Rolling restart of the api service.', rolling('api')],
  ['rolling restart of "worker"', rolling('worker')],
  ['Restart the affected service', rolling(AFFECTED_SERVICE)],
])('%s', (line, step) => {
  expect(compileAction(line, null)).toMatchObject({ steps: [step], problems: [] });
});

test.each([
  ['rm -rf /', 'bounded steps only'],
  ['sudo rm -rf /tmp/*', 'bounded steps only'],
  ['drop table users', 'database operations'],
  ['scale to 10', 'people type /scale'],
  ['roll back the last deploy', 'people type /rollback'],
  ['Rolling back the deploy', 'people type /rollback'],
  ['fail over the database', 'people type /db-failover'],
  ['flush the cache', 'people type /flush-cache'],
  ['full restart of api', 'rolling restart'],
  ['restart api && reboot', 'rolling restart'],
  ['restart api; docker system prune -f', 'no shell reads it'],
  ['restart $(hostname)', 'no shell reads it'],
  [`restart ${AFFECTED_SERVICE}`, 'no shell reads it'],
  ['docker system prune -f | tee /etc/passwd', 'no shell reads it'],
  ['docker system prune -f (then scale api to 10)', 'people type /scale'],
  ['docker system prune -a --volumes', 'more than unused images'],
  ['journalctl --vacuum-size=0', 'not a size'],
  ['journalctl --vacuum-size=1K', 'at least 1 MB'],
  ['journalctl --vacuum-size=999999999T', 'outside'],
  ['remove files in / older than 7 days', '/tmp and /var/tmp only'],
  ['remove files in /tmp/../etc older than 7 days', '/tmp and /var/tmp only'],
  ['remove files in /tmp older than 0 days', 'last hour'],
  ['remove files in /tmp older than 5 minutes', 'not an age'],
  ['remove files in /tmp older than 99999999999 days', 'not an age'],
  ['restart everything', 'not one service'],
  ['call the on-call engineer', 'not understood'],
  ['docker system prune -f '.repeat(1_000), 'at most 1000 characters'],
  ['Roll back in this order:', 'people type /rollback'],
])('%s becomes a problem with its reason', (line, why) => {
  const { steps, problems } = compileAction(line, null);
  expect(steps).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.why).toContain(why);
  expect(problems[0]?.line.length).toBeLessThanOrEqual(200);
});

test('one line that cannot be compiled leaves the others as they are', () => {
  const { steps, problems } = compileAction('docker system prune -f\nrm -rf /\nrestart api', null);
  expect(steps).toHaveLength(2);
  expect(problems).toMatchObject([{ line: 'rm -rf /' }]);
});

test('a host metric names no affected service', () => {
  const { steps, problems } = compileAction(
    'Restart the affected service',
    parseCondition('disk_usage > 90% and cpu_usage > 5'),
  );
  expect(steps).toEqual([]);
  expect(problems[0]?.why).toContain('disk_usage and cpu_usage');
  const mixed = compileAction(
    'Restart the affected service',
    parseCondition('disk_usage > 90% or error_rate > 5%'),
  );
  expect(mixed.problems).toEqual([]);
});

test('only headings and blank lines compile to nothing', () => {
  expect(compileAction('', null)).toEqual({ steps: [], problems: [] });
  expect(compileAction('\n Clean up: \r\n\n', null)).toEqual({ steps: [], problems: [] });
});

test('ten thousand lines stop at the cap and say so', () => {
  const { steps, problems } = compileAction('restart api\n'.repeat(10_000), null);
  expect(steps).toHaveLength(50);
  expect(problems).toHaveLength(1);
});

test('whatever is typed, a step is one the schemas and the guardrails of automatic fixes accept', () => {
  const words = fc.constantFrom(
    'restart',
    'rolling',
    'of',
    'the',
    'affected',
    'service',
    'docker',
    'system',
    'prune',
    '-f',
    '-a',
    'remove',
    'files',
    'in',
    '/tmp',
    '/',
    '/var/tmp',
    'older',
    'than',
    '7',
    '0',
    'days',
    'journalctl',
    '--vacuum-size=500M',
    '--vacuum-size=9',
    'api',
    '🙂',
    '"',
    ':',
    '\n',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 5, arbitrary: words }, fc.string({ maxLength: 8 })), { maxLength: 14 }),
      (parts) => {
        const { steps } = compileAction(parts.join(' '), null);
        for (const { capability, args } of steps) {
          expect(isChangeCapability(capability) && CHANGE_ARGS[capability].safeParse(args).success).toBe(
            true,
          );
        }
        expect(autoFixRefusal(steps)).toBeNull();
      },
    ),
    RUNS,
  );
});
