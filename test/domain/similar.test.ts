import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/domain/similar.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const nouns = [
  'command',
  'agent',
  'auto-fix',
  'escalation',
  'source',
  'channel',
  'service',
  'contact',
  'silence',
];

describe('did you mean', () => {
  test.each<[string, string | null, string]>([
    ['comand', 'command', 'a letter left out'],
    ['commannd', 'command', 'a letter doubled'],
    ['soruce', 'source', 'two letters swapped'],
    ['esclation', 'escalation', 'a letter left out of a long word'],
    ['Agent', 'agent', 'another case'],
    ['autofix', 'auto-fix', 'a dash left out'],
    ['chan', 'channel', 'the beginning of only one candidate'],
    ['xyzzy', null, 'nothing near'],
    ['se', null, 'too short to guess from'],
    ['', null, 'nothing typed'],
    ['x', null, 'one letter is never a typing error of another'],
  ])('%s → %s: %s', (word, expected, _why) => expect(nearest(word, nouns)).toBe(expected));

  test('the beginning of several candidates stands for none of them', () => {
    expect(nearest('rotat', ['rotation-eu', 'rotation-us'])).toBeNull();
  });

  test('no candidates, no guess', () => expect(nearest('command', [])).toBeNull());

  test('a huge word is not compared', () => expect(nearest('c'.repeat(1_000_000), nouns)).toBeNull());
});

test('one edit in a word of four letters or more is always found', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(), (word, where) => {
      const index = where % word.length;
      expect(nearest(word.slice(0, index) + word.slice(index + 1), [word])).toBe(word);
    }),
    runs,
  );
});
