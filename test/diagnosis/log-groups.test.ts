import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLogs, MAX_GROUPS, maskLine, OTHER_TEMPLATE, readLine } from '../../src/diagnosis/log-groups.ts';
import type { LogLine } from '../../src/domain/capability.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const line = (text: string, more: Partial<LogLine> = {}): LogLine => ({
  at: null,
  level: 'unknown',
  text,
  instance: 'a',
  ...more,
});

test.each([
  ['2026-03-07T03:14:15.123Z took 12ms', 'took <n>ms'],
  ['[2026-03-07 03:14:15,123] took 12.5ms of 1,000', 'took <n>ms of <n>'],
  ['user 9f1c2d3e-0000-4000-8000-123456789abc not found', 'user <id> not found'],
  ['at 0xDEADBEEF commit 0123456789abcdef', 'at <id> commit <id>'],
  ['10.0.0.1:5432 refused, fe80:0:0:0:1 too', '<ip> refused, <ip> too'],
  ['open /var/log/app/x.log: no such file', 'open <path>: no such file'],
  ['GET "/items?id=7" failed', 'GET <text> failed'],
  ["key 'abc' and `def`", 'key <text> and <text>'],
  ["can't connect, it isn't there", "can't connect, it isn't there"],
  ['defaced facade', 'defaced facade'],
  ['slow  \t disk', 'slow disk'],
])('%s reads as %s', (text, template) => {
  expect(maskLine(text)).toBe(template);
});

test.each<[string, LogLine['level'], string]>([
  ['{"level":"error","msg":"pool exhausted","id":7}', 'error', 'pool exhausted'],
  ['{"severity":"WARNING","message":"slow"}', 'warn', 'slow'],
  ['time=now level=error msg="pool exhausted" id=7', 'error', 'pool exhausted'],
  ['2026-03-07 FATAL out of memory', 'error', '2026-03-07 FATAL out of memory'],
  ['{broken json error', 'error', '{broken json error'],
  ['all good', 'unknown', 'all good'],
  ['INFO started', 'info', 'started'],
  ['TRACE x', 'debug', 'x'],
  ['[]', 'unknown', '[]'],
])('%s is %s', (text, level, message) => {
  expect(readLine(line(text))).toEqual({ level, message });
});

test('a level the source gave is not guessed again', () => {
  expect(readLine(line('no error here', { level: 'info' })).level).toBe('info');
});

describe('groups', () => {
  test('errors first, then warnings, the largest first, with times, places and a sample', () => {
    const groups = groupLogs([
      line('slow query 1ms', { level: 'warn', at: 5 }),
      line('pool exhausted after 1ms', { level: 'error', at: 30, instance: 'b' }),
      line('ok', { level: 'info' }),
      line('pool exhausted after 2ms', { level: 'error', at: 10 }),
      line('boom', { level: 'error' }),
    ]);
    expect(groups.map(({ template, count }) => [template, count])).toEqual([
      ['pool exhausted after <n>ms', 2],
      ['boom', 1],
      ['slow query <n>ms', 1],
      ['ok', 1],
    ]);
    expect(groups[0]).toMatchObject({
      firstAt: 10,
      lastAt: 30,
      instances: ['b', 'a'],
      sample: { text: 'pool exhausted after 1ms' },
    });
    expect(groups[1]).toMatchObject({ firstAt: null, lastAt: null });
  });

  test('the worst line of a group gives its level and its sample', () => {
    const [group] = groupLogs([line('x 1', { level: 'info' }), line('x 2', { level: 'error' })]);
    expect(group).toMatchObject({ level: 'error', count: 2, sample: { text: 'x 2' } });
  });

  test.each([
    ['as text', '"connection reset"', '"too many clients"'],
    ['as an object', '{"message":"connection reset"}', '{"message":"too many clients","stack":"at x"}'],
  ])('what failed for two reasons, given %s, is two groups', (_how, one, other) => {
    const said = (why: string) => line(`{"level":"error","msg":"store order","err":${why}}`);
    expect(
      groupLogs([said(one), said(other), said(one)]).map(({ template, count }) => [template, count]),
    ).toEqual([
      ['store order: connection reset', 2],
      ['store order: too many clients', 1],
    ]);
  });

  test('their number is bounded, and no line is lost from the count', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) =>
      line([...`${10_000 + index}`].map((digit) => 'ghjklmnprs'[Number(digit)]).join('')),
    );
    const groups = groupLogs(lines);
    expect(groups).toHaveLength(MAX_GROUPS + 1);
    expect(groups.find(({ template }) => template === OTHER_TEMPLATE)?.count).toBe(2_000 - MAX_GROUPS);
  });

  test('every line is in exactly one group, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 40 }), (texts) => {
        const groups = groupLogs(texts.map((text) => line(text)));
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(texts.length);
      }),
      RUNS,
    );
  });

  test.each(['"', "'", '/', '/a', ':', '1:', 'a'.repeat(7), '0x', ' ', '{', 'msg="', '1.', '-', '\\'])(
    'ten thousand long lines of %s end',
    (unit) => {
      const text = unit.repeat(20_000 / unit.length);
      expect(groupLogs(Array.from({ length: 200 }, () => line(text)))).toHaveLength(1);
    },
  );
});
