import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparkline, trendOf } from '../../src/domain/sparkline.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('a sparkline', () => {
  test.each([
    [[1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇█', 'rises'],
    [[0, 100], '▁█', 'reaches from the lowest to the highest'],
    [[5, 5, 5], '▄▄▄', 'of a flat series stays in the middle'],
    [[], '', 'of nothing is empty'],
    [[1, Number.NaN, 8], '▁ █', 'leaves a gap where a value is missing'],
    [[Number.POSITIVE_INFINITY, 1], ' ▄', 'takes infinity for missing'],
    [[-1.7e308, 1.7e308], '▁█', 'survives the largest numbers'],
  ])('%j is %s: %s', (values, line) => expect(sparkline(values)).toBe(line));

  test('has one character per value', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(sparkline(values)).toHaveLength(values.length);
      }),
      runs,
    );
  });

  test('of a very long series is drawn', () => {
    expect(sparkline(Array.from({ length: 500_000 }, (_, index) => index))).toHaveLength(500_000);
  });
});

describe('the trend', () => {
  test.each([
    [[0.2, 0.2, 0.3, 4, 9, 12.3], '↑ increasing', 'rises'],
    [[12, 11, 12, 3, 0.2, 0.2], '↓ decreasing', 'falls'],
    [[5, 5, 5, 5], '→ stable', 'does not move'],
    [[100, 101, 99, 102, 100, 101], '→ stable', 'wobbles by less than a tenth'],
    [[1, 1, 1, 90, 1, 1, 1], '→ stable', 'has one spike'],
    [[0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10], '→ stable', 'jumps up and down'],
    [[], '→ stable', 'is empty'],
    [[7], '→ stable', 'has one value'],
    [[Number.NaN, 1, Number.NaN, 2], '↑ increasing', 'has gaps'],
  ])('%j is %s when it %s', (values, trend) => expect(trendOf(values)).toBe(trend));

  test('turns around with the series', () => {
    const opposite = {
      '↑ increasing': '↓ decreasing',
      '↓ decreasing': '↑ increasing',
      '→ stable': '→ stable',
    };
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (values) => {
        expect(trendOf([...values].reverse())).toBe(opposite[trendOf(values)]);
      }),
      runs,
    );
  });
});
