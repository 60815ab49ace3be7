import { describe, expect, test } from 'vitest';
import { checkHostBinding, type HostBinding, hostBindingSchema } from '../../src/domain/host-binding.ts';

const good: HostBinding = hostBindingSchema.parse({
  dir: '/srv/shop',
  probe: { url: 'http://127.0.0.1:8080/health' },
  logs: ['logs/*.log'],
  health: ['./shopctl', 'health', '--json'],
  scale: ['./shopctl', 'scale', '{count}'],
  restart: ['./shopctl', 'restart', '--mode={mode}', '{key}'],
  deploys: ['./shopctl', 'deploys'],
  compare: ['./shopctl', 'compare', '{from}', '{to}'],
  rollback: ['./shopctl', 'rollback', '{deploy}', '{to}', '{key}'],
  flush: ['./shopctl', 'flush', '{pattern}', '{key}'],
  operation: ['./shopctl', 'operation', '{key}'],
});

test('a full binding has no problem, and its probe has its defaults', () => {
  expect(checkHostBinding(good)).toEqual([]);
  expect(good.probe).toMatchObject({ every: '1s', window: '30s', timeout: '2s' });
});

describe('what cannot work is said when the service is added', () => {
  const cases: [string, Partial<HostBinding>, RegExp][] = [
    [
      'an unknown placeholder',
      { scale: ['x', '{cuont}'] },
      /scale: \{cuont\} is no placeholder of it: did you mean \{count\}/,
    ],
    ['a placeholder of another list', { health: ['x', '{count}'] }, /health: \{count\}.*it takes none/],
    ['a missing placeholder', { scale: ['x'] }, /scale: \{count\} is missing/],
    [
      'a rollback that does not say to what',
      { rollback: ['x', '{deploy}', '{key}'] },
      /rollback: \{to\} is missing/,
    ],
    ['a placeholder as the program', { scale: ['{count}'] }, /scale: the program/],
    ['a shell variable', { health: ['x', `\${HOME}`] }, /\{HOME\} is no placeholder/],
    ['a control character', { health: ['x', 'a\u001bb'] }, /control character/],
    ['an operation that cannot know the step', { restart: ['x', '{mode}'] }, /restart: `operation`.*\{key\}/],
    [
      'no http',
      { probe: { url: 'file:///etc/passwd', every: '1s', window: '30s', timeout: '2s' } },
      /no http/,
    ],
    ['no address', { probe: { url: 'localhost', every: '1s', window: '30s', timeout: '2s' } }, /no http/],
    [
      'a password in the address',
      { probe: { url: 'http://a:b@c/', every: '1s', window: '30s', timeout: '2s' } },
      /password/,
    ],
    [
      'a duration without a unit',
      { probe: { url: 'http://c/', every: '5', window: '30s', timeout: '2s' } },
      /`every`/,
    ],
    [
      'a window shorter than its samples',
      { probe: { url: 'http://c/', every: '10s', window: '30s', timeout: '2s' } },
      /window/,
    ],
    [
      'no time at all',
      { probe: { url: 'http://c/', every: '0s', window: '30s', timeout: '2s' } },
      /at least 50ms/,
    ],
    ['a glob over folders', { logs: ['/var/*/shop.log'] }, /name of a file only/],
    ['a relative path from nowhere', { dir: undefined }, /relative path: add `dir`/],
    ['a folder', { logs: ['logs/'] }, /folder alone/],
  ];
  test.each(cases)('%s', (_name, part, problem) => {
    expect(checkHostBinding({ ...good, ...part }).join('\n')).toMatch(problem);
  });

  test('scale without health', () => {
    expect(checkHostBinding({ scale: ['x', '{count}'] })).toEqual([
      'scale: add `health` too: the present number of instances is read from it',
    ]);
  });
});
