import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { fillArguments } from '../../../src/sources/host/arguments.ts';
import { KEY } from './support.ts';

describe('placeholders are filled inside one argument', () => {
  const cases: [string, string[], Record<string, string | number>, string[]][] = [
    ['a whole argument', ['x', '{count}'], { count: 4 }, ['x', '4']],
    ['a part of one', ['x', '--to={to}'], { to: 'v1.2' }, ['x', '--to=v1.2']],
    ['several in one', ['x', '{deploy}->{to}'], { deploy: '492', to: '491' }, ['x', '492->491']],
    [
      'spaces and quotes stay one argument',
      ['x', '{pattern}'],
      { pattern: `a b"c'$(id);` },
      ['x', 'a b"c\'$(id);'],
    ],
    [
      'a value is not filled again',
      ['x', '{pattern}', '{key}'],
      { pattern: '{key}', key: KEY },
      ['x', '{key}', KEY],
    ],
    ['other braces are text', ['x', '{}', '{"a":1}', '{ to }'], {}, ['x', '{}', '{"a":1}', '{ to }']],
    ['zero is a count', ['x', '{count}'], { count: 0 }, ['x', '0']],
    ['a dash after a prefix is no option', ['x', '--like={pattern}'], { pattern: '-a' }, ['x', '--like=-a']],
    ['replacement signs are text', ['x', '<{pattern}>'], { pattern: "$&$1$'" }, ['x', "<$&$1$'>"]],
  ];
  test.each(cases)('%s', (_name, list, values, expected) => {
    expect(fillArguments(list, values)).toEqual(expected);
  });
});

describe('what could be read as something else is refused', () => {
  const cases: [string, string[], Record<string, string | number>, RegExp][] = [
    ['an empty list', [], {}, /empty/],
    ['a placeholder as the program', ['{to}'], { to: 'rm' }, /program/],
    ['a placeholder in the program', ['./{to}'], { to: 'rm' }, /program/],
    ['a placeholder without a value', ['x', '{count}'], {}, /no value for \{count\}/],
    ['a placeholder nobody knows', ['x', '{shell}'], { shell: 'sh' }, /no value for \{shell\}/],
    ['a name every object has', ['x', '{constructor}'], {}, /no value for \{constructor\}/],
    ['an option for a pattern', ['x', '{pattern}'], { pattern: '--all' }, /read as an option/],
    ['an option before other text', ['x', '{pattern}.txt'], { pattern: '-rf' }, /read as an option/],
    ['an option for a deploy', ['x', '{to}'], { to: '-rf' }, /not allowed for \{to\}/],
    ['the folder above', ['x', 'releases/{to}'], { to: '..' }, /not allowed/],
    ['a path', ['x', '{to}'], { to: '../../etc' }, /not allowed/],
    ['a count below zero', ['x', '{count}'], { count: -1 }, /not allowed/],
    ['half a count', ['x', '{count}'], { count: 1.5 }, /not allowed/],
    ['a count that is text', ['x', '{count}'], { count: '4' }, /not allowed/],
    ['no number', ['x', '{count}'], { count: Number.NaN }, /not allowed/],
    ['a newline in a pattern', ['x', '{pattern}'], { pattern: 'a\nb' }, /not allowed/],
    ['a NUL in a pattern', ['x', '{pattern}'], { pattern: 'a\0b' }, /not allowed/],
    ['half of a character', ['x', '{pattern}'], { pattern: '\ud800' }, /not allowed/],
    ['an endless pattern', ['x', '{pattern}'], { pattern: 'a'.repeat(501) }, /not allowed/],
    ['an empty pattern', ['x', '{pattern}'], { pattern: '' }, /not allowed/],
    ['a key that is a command', ['x', '{key}'], { key: 'a; rm -rf /' }, /not allowed/],
    ['a mode of its own', ['x', '{mode}'], { mode: 'quick' }, /not allowed/],
    ['a NUL in the list', ['x', 'a\0b'], {}, /control character/],
    [
      'an argument that grew too long',
      ['x', `${'a'.repeat(8_000)}{pattern}`],
      { pattern: 'b'.repeat(300) },
      /longer/,
    ],
  ];
  test.each(cases)('%s', (_name, list, values, why) => {
    expect(() => fillArguments(list, values)).toThrow(ToolError);
    expect(() => fillArguments(list, values)).toThrow(why);
  });
});

test('whatever the values are, the number of words stays, and no word becomes an option', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.constantFrom('-x', '--', '{to}', '..', '$(id)'),
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{count}', '{to}', 'a{pattern}b', '{pattern}', 'plain'), { maxLength: 5 }),
      fc.record({ count: value, to: value, pattern: value }),
      (rest, values) => {
        let words: string[];
        try {
          words = fillArguments(['x', ...rest], values);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
          return;
        }
        expect(words).toHaveLength(rest.length + 1);
        for (const word of words) expect(word).not.toMatch(/^-|[\0\n]/);
      },
    ),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
  );
});
