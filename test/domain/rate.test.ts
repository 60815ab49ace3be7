import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { formatRate, parseRate } from '../../src/domain/rate.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('a rate is read', () => {
  test.each([
    ['3 per day', { count: 3, per: 'day' }],
    ['3/day', { count: 3, per: 'day' }],
    ['10 / hour', { count: 10, per: 'hour' }],
    ['1 PER Week', { count: 1, per: 'week' }],
    [' 2 per minute ', { count: 2, per: 'minute' }],
  ])('%s', (text, rate) => expect(parseRate(text)).toEqual(rate));
});

describe('what is not a rate is refused with what to type', () => {
  const example = 'write a count and a period, such as "3 per day" (minute, hour, day or week)';
  test.each([
    ['many', example],
    ['', example],
    ['per day', example],
    ['-1 per day', example],
    ['1.5 per day', example],
    ['3 per fortnight', example],
    ['3', '3 in what time? write "3 per day" or "3 per hour"'],
    ['3 per 1h', 'write "3 per hour"'],
    ['3 a day', 'write "3 per day"'],
    ['3 times per week', 'write "3 per week"'],
    ['3/d', 'write "3 per day"'],
    ['3 per days', 'write "3 per day"'],
    ['0 per day', 'write 1 or more, or disable it instead'],
    ['10001 per day', example],
  ])('%s', (text, hint) => {
    expect(() => parseRate(text)).toThrow(UserError);
    expect(hintOf(text)).toBe(hint);
  });
});

test('a rate reads back as it was written', () => {
  const rate = fc.record({
    count: fc.integer({ min: 1, max: 10_000 }),
    per: fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, 'week' as const),
  });
  fc.assert(
    fc.property(rate, (value) => {
      expect(parseRate(formatRate(value))).toEqual(value);
    }),
    runs,
  );
});

function hintOf(text: string): string | undefined {
  try {
    parseRate(text);
  } catch (error) {
    if (error instanceof UserError) return error.hint;
  }
  throw new Error('it was accepted');
}
