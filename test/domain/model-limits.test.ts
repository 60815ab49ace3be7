import { describe, expect, test } from 'vitest';
import { DEFAULT_MODEL_LIMITS } from '../../src/domain/model-budget.ts';
import { limitsOf, parseAllowance } from '../../src/domain/model-limits.ts';

const before = { tokens: 7, microDollars: 9 };

test.each([
  ['$5', { tokens: 7, microDollars: 5_000_000 }],
  ['5usd', { tokens: 7, microDollars: 5_000_000 }],
  ['0.25 USD', { tokens: 7, microDollars: 250_000 }],
  ['800000 tokens', { tokens: 800_000, microDollars: 9 }],
  ['$5 800000 tokens', { tokens: 800_000, microDollars: 5_000_000 }],
  ['5usd, 1 token', { tokens: 1, microDollars: 5_000_000 }],
  // Nothing at all is an amount too: it is never asked.
  ['0usd', { tokens: 7, microDollars: 0 }],
])('%s', (text, allowance) => {
  expect(parseAllowance(text, before)).toEqual(allowance);
});

describe('no amount', () => {
  test.each(['', '5', '5€', '-5usd', '5usd800000 tokens', 'tokens', '1e9 tokens', '5.12345usd', '$5 $6'])(
    '%s',
    (text) => {
      expect(() => parseAllowance(text, before)).toThrow(/no amount of money or tokens/);
    },
  );
});

test('what an agent does not say is as usual', () => {
  expect(limitsOf({ day: '1usd' })).toEqual({
    ...DEFAULT_MODEL_LIMITS,
    day: { ...DEFAULT_MODEL_LIMITS.day, microDollars: 1_000_000 },
  });
});
