import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCondition, metricsOf, parseCondition, thresholdOf } from '../../src/domain/condition.ts';
import { UserError } from '../../src/domain/errors.ts';
import { conditionArbitrary } from '../support/condition-arbitrary.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('a condition is read', () => {
  test.each([
    ['disk_usage > 90%', 'disk_usage > 90%'],
    ['service_oom_killed = true', 'service_oom_killed = true'],
    ['error_rate > 5% for 30s', 'error_rate > 5% for 30s'],
    ['up == false', 'up = false'],
    ['  latency>=1.5s  ', 'latency >= 1.5s'],
    ['a < 1 AND b > 2 Or NOT c = 3 FOR 1h30m', 'a < 1 and b > 2 or not (c = 3) for 1h30m'],
    ['a > 1 and (b > 2 or c > 3)', 'a > 1 and (b > 2 or c > 3)'],
    ['((a > 1))', 'a > 1'],
    ['(a > 1 and b > 2) and c > 3', 'a > 1 and b > 2 and c > 3'],
    ['not not a > 1', 'not not (a > 1)'],
    ['not(a > 1 or b > 2)', 'not (a > 1 or b > 2)'],
    ['free < 5 gb', 'free < 5GB'],
    ['free < 512KiB', 'free < 512KiB'],
    ['requests > 100rps', 'requests > 100 rps'],
    ['requests > 100/s', 'requests > 100/s'],
    ['temperature > -5', 'temperature > -5'],
    ['count > 1e21', 'count > 1e+21'],
    ['state = running', 'state = "running"'],
    ['state != \'it is "over"\'', 'state != "it is \\"over\\""'],
    ['version = "1.2.3"', 'version = "1.2.3"'],
    ['Disk_Usage ≥ 90 %', 'disk_usage >= 90%'],
    ['a.b.c_1 ≠ 0', 'a.b.c_1 != 0'],
    ['order > 1 and notable > 2 and formula = truest', 'order > 1 and notable > 2 and formula = "truest"'],
    ['a > 1\n  and b > 2', 'a > 1 and b > 2'],
    ['a > 1 for 0s', 'a > 1'],
    ['a > -0', 'a > 0'],
  ])('%s', (text, canonical) => expect(formatCondition(parseCondition(text))).toBe(canonical));

  test('and keeps what was written, and how long it must hold', () => {
    expect(parseCondition(' up == false for 2m ')).toEqual({
      expression: { kind: 'compare', metric: 'up', op: '=', value: { kind: 'boolean', value: false } },
      forMs: 120_000,
      text: 'up == false for 2m',
    });
  });
});

describe('an error says what was expected, what was found and where', () => {
  test('with the character pointed at', () => {
    expect(errorOf('disk_usage >> 90').message).toBe(
      [
        'cannot read the condition at character 13: expected a number, found ">"',
        '  disk_usage >> 90',
        '              ^',
      ].join('\n'),
    );
  });

  const example =
    'write metric, comparison, value: "disk_usage > 90%", "error_rate > 5% for 5m" or "up = false and latency > 2s"';
  test.each([
    ['', 1, 'it is empty', example],
    [' \n ', 1, 'it is empty', example],
    ['a', 2, 'expected a comparison (> >= < <= = !=), found the end', example],
    ['a >', 4, 'expected a number, found the end', example],
    ['a > true', 5, 'expected a number, found "true"', example],
    ['a = for', 5, 'expected a number, true, false or a text in quotes, found "for"', example],
    ['a > 5)', 6, 'expected a unit, "and", "or", "for" or the end, found ")"', example],
    ['(a > 5', 7, 'expected a unit, "and", "or" or ")", found the end', example],
    ['(a > 5 for 5m)', 8, 'expected a unit, "and", "or" or ")", found "for"', example],
    ['a > 1 or', 9, 'expected "not", "(" or a metric name, found the end', example],
    ['and > 1', 1, 'expected "not", "(" or a metric name, found "and"', example],
    ['a > 5 for', 10, 'expected a duration such as 5m, found the end', example],
    ['a > 5 for 5', 11, '"5" is not a duration', '5 of what? write 5m, 30s or 1h'],
    ['a > 5 for 400d', 11, '"400d" is longer than 366 days', 'write 366d or less'],
    ['a = "x', 5, 'this quote is never closed', 'close it with the same quote'],
    ['a > 1e999', 5, 'the number is too large', example],
    ['a > 1e300TB and b > 1e300', 5, 'the number is too large', example],
    ['a => 5', 4, 'expected a number, true, false or a text in quotes, found ">"', 'write >= for "at least"'],
    ['a > 1 && b > 1', 7, 'expected a unit, "and", "or", "for" or the end, found "&"', 'write and'],
    ['a > 1 || b > 1', 7, 'expected a unit, "and", "or", "for" or the end, found "|"', 'write or'],
    ['!a > 1', 1, 'expected "not", "(" or a metric name, found "!"', 'write not'],
    [
      'a above 5',
      3,
      'expected a comparison (> >= < <= = !=), found "above"',
      'write the sign: > >= < <= = !=',
    ],
    ['a > 5 percent', 7, 'expected a unit, "and", "or", "for" or the end, found "percent"', 'write %'],
    ['a > 5M', 6, 'expected a unit, "and", "or", "for" or the end, found "M"', example],
    [
      'a > 1h30m',
      6,
      'expected a unit, "and", "or", "for" or the end, found "h30m"',
      'write one number with one unit: 90m, not 1h30m',
    ],
    ['😀 > 5', 1, 'expected "not", "(" or a metric name, found "😀"', example],
    ['a = "😀" b', 9, 'expected "and", "or", "for" or the end, found "b"', example],
  ])('%j', (text, character, why, hint) => {
    const error = errorOf(text);
    expect(error.message.split('\n')[0]).toBe(`cannot read the condition at character ${character}: ${why}`);
    expect(error).toMatchObject({ type: 'usage', hint });
  });
});

describe('hostile text is refused, not suffered', () => {
  test.each([
    ['a megabyte of parentheses', '('.repeat(1_000_000), 'it is longer than 1,000 characters'],
    ['51 parentheses', `${'('.repeat(51)}a > 1${')'.repeat(51)}`, 'it is nested deeper than 50 levels'],
    ['51 times not', `${'not '.repeat(51)}a > 1`, 'it is nested deeper than 50 levels'],
    ['999 parentheses', '('.repeat(999), 'it is nested deeper than 50 levels'],
    ['a control character', 'a > \u001b[2J1', 'expected a number, found " "'],
    ['a zero byte', '\0', 'expected "not", "(" or a metric name, found " "'],
  ])('%s', (_name, text, why) => {
    const { message } = errorOf(text);
    expect(message).toContain(why);
    expect(message.length).toBeLessThan(300);
    expect(message.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('parentheses within a text do not count', () => {
    expect(metricsOf(parseCondition(`a = "${'('.repeat(200)}"`))).toEqual(['a']);
  });

  test('fifty parentheses are read', () => {
    expect(formatCondition(parseCondition(`${'('.repeat(50)}a > 1${')'.repeat(50)}`))).toBe('a > 1');
  });
});

test('any text is read, or refused with a place within it', () => {
  const pieces = fc.constantFrom(
    'a',
    'b_1',
    '>',
    '>=',
    '=',
    '!=',
    '5',
    '90%',
    '1.5s',
    'GB',
    'and',
    'or',
    'not',
    'for',
    '5m',
    '(',
    ')',
    '"x"',
    '"',
    "'",
    'true',
    ' ',
    '\\',
    '😀',
  );
  const almost = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), almost, fc.string({ minLength: 900, maxLength: 1_100 })),
      (text) => {
        try {
          parseCondition(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          const character = Number(/at character (\d+):/.exec(String(error))?.[1]);
          expect(character).toBeGreaterThanOrEqual(1);
          expect(character).toBeLessThanOrEqual(Array.from(text).length + 1);
        }
      },
    ),
    runs,
  );
});

test('the canonical text reads back as the same tree', () => {
  fc.assert(
    fc.property(conditionArbitrary, (condition) => {
      const text = formatCondition(condition);
      expect(parseCondition(text)).toEqual({ ...condition, text });
    }),
    runs,
  );
});

test('metrics are listed once, in order', () => {
  expect(metricsOf(parseCondition('b > 1 and (a > 2 or not b < 3) and c = x'))).toEqual(['b', 'a', 'c']);
});

describe('the threshold of a metric', () => {
  test.each([
    ['error_rate > 5%', { op: '>', value: 5, unit: '%' }],
    ['up = true and error_rate >= 2s', { op: '>=', value: 2_000, unit: 's' }],
    ['not error_rate < 1KiB', { op: '>=', value: 1_024, unit: 'KiB' }],
    ['not (x = 1 or not error_rate > 3)', { op: '>', value: 3, unit: null }],
    ['error_rate = true', null],
    ['latency > 5', null],
  ])('%s', (text, threshold) => expect(thresholdOf(parseCondition(text), 'error_rate')).toEqual(threshold));
});

function errorOf(text: string): UserError {
  try {
    parseCondition(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}
