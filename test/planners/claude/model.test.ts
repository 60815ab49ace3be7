import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/domain/errors.ts';
import { chooseModel, DEFAULT_BASE, DEFAULT_MODEL, readBaseUrl } from '../../../src/planners/claude/model.ts';
import { costOf, isPriced } from '../../../src/planners/claude/prices.ts';

describe('the model', () => {
  test.each([
    [
      { agent: 'claude-opus-5-5', environment: 'claude-haiku-5-5' },
      { model: 'claude-opus-5-5', from: 'agent' },
    ],
    [
      { agent: ' ', environment: ' claude-haiku-5-5\n' },
      { model: 'claude-haiku-5-5', from: 'environment' },
    ],
    [
      { agent: null, environment: '' },
      { model: DEFAULT_MODEL, from: 'default' },
    ],
    [{}, { model: DEFAULT_MODEL, from: 'default' }],
    [{ agent: 'bedrock/anthropic.claude-v5:0' }, { model: 'bedrock/anthropic.claude-v5:0', from: 'agent' }],
  ])('%j', (given, chosen) => {
    expect(chooseModel(given)).toEqual(chosen);
  });

  test.each(['claude sonnet', 'x'.repeat(121), 'claude"', 'a\nb'])('is never %j', (agent) => {
    expect(() => chooseModel({ agent })).toThrow(UserError);
    expect(() => chooseModel({ environment: agent })).toThrow(UserError);
  });
});

describe('the address', () => {
  test.each([
    [undefined, DEFAULT_BASE],
    ['  ', DEFAULT_BASE],
    ['https://gateway.example.com/anthropic/', 'https://gateway.example.com/anthropic'],
    ['https://gateway.example.com/v1', 'https://gateway.example.com'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:11434/', 'http://localhost:11434'],
  ])('%j is %s', (text, base) => {
    expect(readBaseUrl(text)).toBe(base);
  });

  test.each([
    'gateway',
    'ftp://gateway',
    'https://me:secret@gateway',
    'https://gateway?key=secret',
    'http://gateway:4000',
  ])('is never %j, and a secret in it is not repeated', (text) => {
    expect(() => readBaseUrl(text)).toThrow(UserError);
    expect(() => readBaseUrl(text)).not.toThrow(/secret/);
  });

  test('may be plain http where the operator says that the way there is theirs alone', () => {
    expect(readBaseUrl('http://gateway:4000', { cleartext: true })).toBe('http://gateway:4000');
  });
});

describe('the price', () => {
  const million = { inputTokens: 1e6, outputTokens: 1e6, cacheWriteTokens: 1e6, cacheReadTokens: 1e6 };
  const dollars = 1e6;

  test.each([
    ['claude-sonnet-5-5', 2 + 10 + 2.5 + 0.1],
    ['claude-sonnet-5', 2 + 10 + 2.5 + 0.2],
    ['claude-opus-5-5', 4 + 20 + 5 + 0.2],
    ['claude-opus-4-5-20251101', 5 + 25 + 6.25 + 0.5],
    ['claude-haiku-4-5-20251001', 1 + 5 + 1.25 + 0.1],
    ['claude-fable-5-2', 8 + 40 + 10 + 0.2],
  ])('of a million tokens of each kind: %s', (model, cost) => {
    expect(costOf(model, million)).toBe(cost * dollars);
    expect(isPriced(model)).toBe(true);
  });

  test.each(['claude-next', 'gpt-7', 'claude-opus-5-7', 'claude-sonnet-5-5-fast', ''])(
    'of a model that is not on the list is the dearest of each kind: %j',
    (model) => {
      expect(isPriced(model)).toBe(false);
      expect(costOf(model, million)).toBe((15 + 75 + 18.75 + 1.5) * dollars);
    },
  );

  test('of Haiku 5.5 is five times as high for the whole of a long request', () => {
    const request = (inputTokens: number) => ({
      ...million,
      inputTokens,
      cacheWriteTokens: 0,
      cacheReadTokens: 0,
      outputTokens: 1_000,
    });
    expect(costOf('claude-haiku-5-5', request(100_000))).toBe(10_000 + 500);
    expect(costOf('claude-haiku-5-5', request(100_001))).toBe(50_001 + 2_500);
  });

  test('is a whole number, rounded up', () => {
    const one = { inputTokens: 1, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 3 };
    expect(costOf('claude-sonnet-5-5', one)).toBe(3);
    expect(costOf('claude-haiku-4-5', { ...one, inputTokens: 0, cacheReadTokens: 10 })).toBe(1);
  });
});
