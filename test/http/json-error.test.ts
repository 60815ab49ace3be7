import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonError } from '../../src/http/json-error.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('where a text stops being JSON', () => {
  test('agrees with JSON.parse on whether it does', () => {
    const nearly = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', '\\', ':', '0', 'e', ' ', '\n'),
      )
      .map(
        ([text, at, sign]) =>
          text.slice(0, at % (text.length + 1)) + sign + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(nearly, fc.json(), fc.string()), (text) => {
        expect(findJsonError(text) === null).toBe(isJson(text));
      }),
      RUNS,
    );
  });

  const cases: [string, number, number, string][] = [
    ['{"a":1,}', 1, 8, 'a name in double quotes'],
    ['{\n  "a": tru\n}', 2, 8, 'a value'],
    ["{'a':1}", 1, 2, 'a name in double quotes'],
    ['{"a":1', 1, 7, 'too early'],
    ['{"a":1}\n{"a":2}', 2, 1, 'follows the end'],
    ['{"a":"x\ny"}', 1, 8, 'in quotes is not valid'],
    ['{"a" 1}', 1, 6, '":"'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ['', 1, 1, 'too early'],
  ];
  test.each(cases)('%j: line %i, column %i', (text, line, column, words) => {
    expect(findJsonError(text)).toEqual({ line, column, what: expect.stringContaining(words) });
  });

  test('a megabyte of open brackets is no trouble', () => {
    expect(findJsonError('['.repeat(1_000_000))?.what).toContain('too early');
  });
});
