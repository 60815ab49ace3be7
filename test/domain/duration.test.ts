import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, formatDurationWords, parseDuration } from '../../src/domain/duration.ts';
import { UserError } from '../../src/domain/errors.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('a duration is read', () => {
  test.each([
    ['90s', 90 * second],
    ['5m', 5 * minute],
    ['1h30m', 90 * minute],
    ['2d', 2 * day],
    ['1w', 7 * day],
    ['500ms', 500],
    ['1w2d3h4m5s6ms', 9 * day + 3 * hour + 4 * minute + 5 * second + 6],
    ['90m', 90 * minute],
    ['0s', 0],
    [' 5m ', 5 * minute],
    ['366d', 366 * day],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('what is not a duration is refused with what to type', () => {
  test.each([
    ['5', '5 of what? write 5m, 30s or 1h'],
    ['30', '30 of what? write 30m, 30s or 1h'],
    ['', 'write 5m, 30s or 1h'],
    ['   ', 'write 5m, 30s or 1h'],
    ['14:05', 'that is a time of day; write how long it lasts: 5m, 30s or 1h'],
    ['1.5h', 'write whole numbers: 1h30m'],
    ['0.5s', 'write whole numbers: 1h30m, 90s or 500ms'],
    ['-5m', 'a duration cannot be negative; write 5m, 30s or 1h'],
    ['5M', 'write 5m'],
    ['5 m', 'write 5m'],
    ['1h 30m', 'write 1h30m'],
    ['30m1h', 'write units from large to small, each once: 1h30m'],
    ['5m5m', 'write units from large to small, each once: 1h30m'],
    ['367d', 'write 366d or less'],
    ['999999999w', 'write 366d or less'],
    ['five minutes', 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms'],
    ['5y', 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms'],
    ['1e3s', 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms'],
    ['٥m', 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms'],
    [`${'9'.repeat(400)}s`, 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms'],
  ])('%s', (text, hint) => {
    expect(errorOf(() => parseDuration(text))).toMatchObject({ type: 'usage', hint });
  });

  test('and its message stays on one short line whatever was typed', () => {
    const { message } = errorOf(() => parseDuration(`5\n\u001b[2J${'x'.repeat(1_000_000)}`));
    expect(message).toMatch(/^"5 {2}\[2Jx+…" is not a duration$/);
    expect(message.length).toBeLessThan(100);
  });
});

test('any text is a number of milliseconds or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9wdhms.: -]{0,20}$/)), (text) => {
      try {
        expect(parseDuration(text)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    runs,
  );
});

describe('a duration is written', () => {
  test.each([
    [0, '0s'],
    [5 * minute, '5m'],
    [90 * minute, '1h30m'],
    [45 * second, '45s'],
    [14 * day, '2w'],
    [10 * day, '10d'],
    [1_500, '1s500ms'],
    [0.4, '0s'],
    [-5 * minute, '-5m'],
    [Number.NaN, 'unknown'],
    [Number.POSITIVE_INFINITY, 'unknown'],
  ])('%d ms compactly', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    [0, '0 seconds'],
    [300, 'less than a second'],
    [second, '1 second'],
    [45 * second, '45 seconds'],
    [59_700, '1 minute'],
    [72 * second, '1 minute 12 seconds'],
    [16 * minute, '16 minutes'],
    [16 * minute + 20 * second, '16 minutes'],
    [599_700, '10 minutes'],
    [65 * minute, '1 hour 5 minutes'],
    [day - 10 * second, '1 day'],
    [51 * hour, '2 days 3 hours'],
    [10 * day, '10 days'],
    [-5, '0 seconds'],
    [Number.NaN, 'an unknown time'],
  ])('%d ms in words', (ms, words) => expect(formatDurationWords(ms)).toBe(words));

  test('so that reading it gives the same length back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * day }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
      runs,
    );
  });
});

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('it was accepted');
}
