import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { proseOf, tokenize } from '../../src/domain/tokenize.ts';
import { typedProse } from '../../src/domain/typed-word.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('a chat line is split into words', () => {
  test.each<[string, string[]]>([
    ['/rollback #492', ['/rollback', '#492']],
    ['  /scale   api 4  ', ['/scale', 'api', '4']],
    ['', []],
    ['   ', []],
    ['/logs api --grep "pool exhausted"', ['/logs', 'api', '--grep', 'pool exhausted']],
    ["/logs api --grep 'pool exhausted'", ['/logs', 'api', '--grep', 'pool exhausted']],
    ['/logs api --grep="pool exhausted"', ['/logs', 'api', '--grep=pool exhausted']],
    ["/logs api --grep='pool exhausted'", ['/logs', 'api', '--grep=pool exhausted']],
    ['/scale api 4 --reason “Black Friday”', ['/scale', 'api', '4', '--reason', 'Black Friday']],
    ['/scale api 4 --reason „Schwarzer Freitag“', ['/scale', 'api', '4', '--reason', 'Schwarzer Freitag']],
    ['/scale api 4 --reason ”svart fredag”', ['/scale', 'api', '4', '--reason', 'svart fredag']],
    ['/scale api 4 --reason ‘Black Friday’', ['/scale', 'api', '4', '--reason', 'Black Friday']],
    [
      '/scale api 4 --reason «\u00a0vendredi noir\u202f»',
      ['/scale', 'api', '4', '--reason', 'vendredi noir'],
    ],
    ['/scale api 4 --reason »sort fredag«', ['/scale', 'api', '4', '--reason', 'sort fredag']],
    ['/logs api —since 2h', ['/logs', 'api', '--since', '2h']],
    ['/logs api –since 2h', ['/logs', 'api', '--since', '2h']],
    ['/logs api ——since 2h', ['/logs', 'api', '--since', '2h']],
    ['/incident note api — still slow', ['/incident', 'note', 'api', '—', 'still', 'slow']],
    ['/incident note 03:14–03:30 down—again', ['/incident', 'note', '03:14–03:30', 'down—again']],
    ['/incident note "—since"', ['/incident', 'note', '—since']],
    ['/scale\u00a0api\u202f4', ['/scale', 'api', '4']],
    ['/logs api --grep "pool\u00a0exhausted"', ['/logs', 'api', '--grep', 'pool exhausted']],
    ['/status\u200b \ufeffapi\u2066', ['/status', 'api']],
    ["/incident note don't panic", ['/incident', 'note', "don't", 'panic']],
    ['/incident note don’t panic', ['/incident', 'note', 'don’t', 'panic']],
    ["/incident note the pods' logs", ['/incident', 'note', 'the', "pods'", 'logs']],
    ["/incident note 'don't panic'", ['/incident', 'note', "don't panic"]],
    ['/incident note ‘don’t panic’', ['/incident', 'note', 'don’t panic']],
    ['/incident note "say \\"hi\\" to C:\\\\temp\\n"', ['/incident', 'note', 'say "hi" to C:\\temp\\n']],
    ['/incident note "it\'s “fine”"', ['/incident', 'note', "it's “fine”"]],
    ['/incident note C:\\temp a\\ b', ['/incident', 'note', 'C:\\temp', 'a\\', 'b']],
    ['/logs api --grep ""', ['/logs', 'api', '--grep', '']],
    ['a"b c"d', ['ab cd']],
    [
      '/incident note $HOME `id` $(id) *.log ~ ; rm | > & !',
      ['/incident', 'note', '$HOME', '`id`', '$(id)', '*.log', '~', ';', 'rm', '|', '>', '&', '!'],
    ],
    ['/incident note line one\nline two\tend', ['/incident', 'note', 'line', 'one', 'line', 'two', 'end']],
    ['/note 😀 ok', ['/note', '😀', 'ok']],
  ])('%j', (line, words) => expect(tokenize(line)).toEqual(words));
});

describe('a quote that is never closed is pointed at', () => {
  test.each([
    ['/logs api --grep "pool exhausted', 18, 'close it with ", or leave the quote out'],
    ["/incident note 'tis down", 16, "close it with ', or leave the quote out"],
    ['/scale api 4 --reason “Black Friday', 23, 'close it with ”, or leave the quote out'],
    ['/incident note "ends with \\"', 16, 'close it with ", or leave the quote out'],
    ['😀 "', 3, 'close it with ", or leave the quote out'],
  ])('%s', (line, character, hint) => {
    const error = errorOf(line);
    expect(error).toMatchObject({ type: 'usage', hint });
    expect(error.message.split('\n')[0]).toBe(`the quote at character ${character} is never closed`);
    const [, shown, caret] = error.message.split('\n');
    expect(Array.from(shown ?? '')[(caret ?? '').length - 1]).toMatch(/["'“]/);
  });
});

test('a huge line is refused', () => {
  expect(errorOf('"'.repeat(10_000_000)).message).toBe('this message is too long to read as a command');
});

test('the longest line of quotes is split', () => {
  expect(tokenize('"" '.repeat(13_333))).toHaveLength(13_333);
});

test('any line is words or a usage error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ab"'“”‘’«»\\ –—-]{0,30}$/)),
      (line) => {
        try {
          for (const word of tokenize(line)) expect(typeof word).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      },
    ),
    runs,
  );
});

test('words put in double quotes come back as they were', () => {
  const word = fc.string().map((text) => text.replace(/[\s\u00ad]/gu, ' '));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const line = words.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(' ');
      expect(tokenize(line)).toEqual(words);
    }),
    runs,
  );
});

function errorOf(line: string): UserError {
  try {
    tokenize(line);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('prose at the end of a line is as it was written', () => {
  test.each<[string, number, string]>([
    ['/incident note the "pool" is full\nand  so on ', 7, 'the "pool" is full\nand  so on'],
    ['/incident note the\npool', 1, 'pool'],
    ['/incident close #3 "one\n\n6\\" of \\\\ it"', 1, 'one\n\n6" of \\ it'],
    ["/incident note 'the whole of it'", 1, 'the whole of it'],
    ['/incident note “a” and “b”', 3, '“a” and “b”'],
    ['/ack', 0, ''],
    ['', 3, ''],
  ])('%j', (line, count, prose) => expect(proseOf(line, count)).toBe(prose));

  test('whatever was written comes back from a line that was made of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a "\'\\\n“„»1#') }), (written) => {
        expect(proseOf(`/incident close #1 ${typedProse(written)}`, 1)).toBe(written.trim());
      }),
      runs,
    );
  });
});
