import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LONGEST_PATTERN,
  linePattern,
  literalPattern,
  typedPattern,
} from '../../src/diagnosis/line-pattern.ts';
import { requiredTexts } from '../../src/diagnosis/required-texts.ts';

describe('a pattern', () => {
  test.each([
    ['pool exhausted', 'ERROR Pool Exhausted after 7 ms', true],
    ['pool.*\\d+ ms$', 'ERROR Pool Exhausted after 7 ms', true],
    ['pool.*\\d+ s$', 'ERROR Pool Exhausted after 7 ms', false],
    ['^error', 'ERROR Pool Exhausted', true],
    ['(?-i)error', 'ERROR Pool Exhausted', false],
    ['timeout|refused', 'connection refused', true],
    ['größe', 'GRÖßE', true],
    ['\\bpool\\b', 'whirlpool', false],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['a{2,3}$', 'aa', true],
  ])('%s on %j: %s', async (source, line, fits) => {
    expect((await linePattern(source)).test(line)).toBe(fits);
  });

  test.each([
    ['pool (', 'missing closing )', 'for these very characters type --grep "pool [(]"'],
    ['[', 'missing closing ]', 'for these very characters type --grep "[[]"'],
    ['*', 'missing argument to repetition operator', 'for these very characters type --grep "[*]"'],
    ['a**', 'invalid nested repetition operator', 'for these very characters type --grep "a[*][*]"'],
    ['a(?=b)', 'invalid or unsupported Perl syntax', 'are not in RE2'],
    ['(a)\\1', 'invalid escape sequence', 'are not in RE2'],
  ])('%s is none, and it is said what to type', async (source, why, hint) => {
    await expect(linePattern(source)).rejects.toMatchObject({
      type: 'usage',
      message: `"${source}" is not a pattern: ${why}`,
      hint: expect.stringContaining(hint),
    });
  });

  test('what is offered instead of one is one, and finds the line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60 }), async (text) => {
        const typed = typedPattern(text).replace(/^"|"$/g, '');
        if (typed === '' || /\p{Cc}/u.test(text)) return;
        expect((await linePattern(typed)).test(`before ${text} after`)).toBe(true);
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe('no pattern hangs', () => {
  const same = 'a'.repeat(100_000);
  const mixed = Array.from({ length: 100_000 }, (_, n) => String.fromCharCode(97 + ((n * 7919) % 26))).join(
    '',
  );

  // Each of these takes a backtracking engine longer than anybody lives.
  test.each([
    '(a+)+$',
    '(a|aa)+z',
    '(.*)*z1',
    '(x+x+)+y',
    '(a?){100}a{100}z',
    '([a-z]+)*\\d',
    '(.*a){20}1',
    '(a|b)*a(a|b){20}z',
    '\\pL{300}1',
    '(?:.?){300}1',
  ])('%s on lines of 100,000 characters', async (source) => {
    const pattern = await linePattern(source);
    const from = performance.now();
    for (let round = 0; round < 10; round += 1) {
      pattern.test(same);
      pattern.test(mixed);
    }
    expect(performance.now() - from).toBeLessThan(3_000);
  });

  test.each(['(?:(?:a{10}){10}){10}', '(?:a{900}|b{900})', '((a{100}){10}){10}', '\\pL{900}\\pN{900}'])(
    '%s is refused before it costs anything',
    async (source) => {
      const from = performance.now();
      await expect(linePattern(source)).rejects.toMatchObject({ type: 'usage' });
      expect(performance.now() - from).toBeLessThan(1_000);
    },
  );

  test('too long a one is refused', async () => {
    await expect(linePattern('x'.repeat(LONGEST_PATTERN + 1))).rejects.toMatchObject({
      message: '--grep takes at most 500 characters, this has 501',
    });
  });
});

describe('what a line that fits must contain', () => {
  test.each<[string, string[] | null]>([
    ['pool exhausted', ['pool exhausted']],
    ['pool.*exhausted \\d+', ['exhausted ']],
    ['Time-?out', ['time']],
    ['timeouts*', ['timeout']],
    ['timeout|refused', ['timeout', 'refused']],
    ['timeout|\\d+', null],
    ['(pool|heap) exhausted', [' exhausted']],
    ['a\\.b\\.c', ['a.b.c']],
    ['(?i)pool', ['pool']],
    ['[pP]ool', ['ool']],
    ['[]x]yz', ['yz']],
    ['[[:alpha:]]yz', ['yz']],
    ['ab{0}cd', ['cd']],
    ['ab{2}', ['ab']],
    ['a{x}', ['a{x}']],
    ['\\Qa.b\\E', null],
    ['\\x41bc', null],
    ['\\bpool\\b', ['pool']],
    ['.*', null],
  ])('%s: %j', (source, texts) => {
    expect(requiredTexts(source)).toEqual(texts);
  });

  test('never more than it must', async () => {
    const atom = fc.oneof(
      fc.constantFrom('ab', 'c', '.', '\\d', '\\.', '[a-c]', '(ab|c)', '(?:b)', '\\b', '{'),
      fc.constantFrom('a*', 'b?', 'c+', 'a{0}', 'b{2}', 'c{0,3}', 'ab*?', '(ab)*', '(ab){0,2}', '|'),
    );
    const line = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '{', 'A'), maxLength: 12 });
    let fitted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(atom, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
        fc.array(line, { minLength: 5, maxLength: 20 }),
        async (source, lines) => {
          const pattern = await linePattern(source).catch(() => null);
          if (pattern?.texts == null) return;
          for (const each of lines.filter((one) => pattern.test(one))) {
            fitted += 1;
            expect(pattern.texts.some((text) => each.toLowerCase().includes(text))).toBe(true);
          }
        },
      ),
      { seed: 42, numRuns: 2_000 },
    );
    expect(fitted).toBeGreaterThan(200);
  });
});

test('a text as a pattern finds that text and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), async (text) => {
      const pattern = await linePattern(literalPattern(text));
      expect(pattern.test(`before ${text} after`)).toBe(true);
      expect(pattern.test(`before ${text.slice(1)}`)).toBe(
        `before ${text.slice(1)}`.toLowerCase().includes(text.toLowerCase()),
      );
    }),
  );
});
