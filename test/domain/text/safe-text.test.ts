import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, safeLine, safeRendered, safeText } from '../../../src/domain/text/safe-text.ts';

const ESC = '\u001b';
const numRuns = process.env.OPENCLAW_TEST_LONG ? 10_000 : 300;
const FORBIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Surrogate}\u2028\u2029]/u;

describe('text that wants to rule the terminal', () => {
  const cases: [string, string, string][] = [
    ['colours of a log vanish', `${ESC}[31mERROR${ESC}[0m pool`, 'ERROR pool'],
    ['clearing the screen vanishes', `a${ESC}[2J${ESC}[Hb`, 'ab'],
    ['a window title vanishes', `a${ESC}]0;root@prod\u0007b`, 'ab'],
    [
      'a link keeps its text and loses its target',
      `${ESC}]8;;http://evil${ESC}\\here${ESC}]8;;${ESC}\\`,
      'here',
    ],
    ['a clipboard write vanishes', `${ESC}]52;c;cm0gLXJmIC8=${ESC}\\x`, 'x'],
    ['an 8-bit sequence vanishes', 'a\u009b31mb\u009d0;t\u009cc', 'abc'],
    ['a device query vanishes', `${ESC}[6n${ESC}[>c${ESC}Z`, ''],
    ['a string that never ends is not swallowed', `${ESC}]0;the rest of the log`, '0;the rest of the log'],
    ['a lone escape is made visible', `a${ESC}`, 'a␛'],
    ['a sequence inside a sequence does not make a new one', `${ESC}${ESC}[31m[2J`, '2J'],
    ['overwriting the line becomes a new line', 'denied\rapproved', 'denied\napproved'],
    ['Windows newlines are one', 'a\r\nb', 'a\nb'],
    ['separators of other systems are newlines', 'a\u0085b\u2028c\u000bd', 'a\nb\nc\nd'],
    ['backspaces are made visible', 'rm\b\bls', 'rm␈␈ls'],
    ['a bell is made visible', 'a\u0007', 'a␇'],
    ['DEL is made visible', 'a\u007f', 'a␡'],
    ['a tab is blanks', 'a\tb', 'a    b'],
    ['a bidirectional override vanishes', 'abc\u202edef\u2066x\u2069', 'abcdefx'],
    ['zero-width characters vanish', '/app\u200brove\u00ad \ufeff7', '/approve 7'],
    ['invisible tags vanish', 'a\u{e0041}\u{e0042}', 'a'],
    ['a lone surrogate is a replacement character', 'a\ud800b', 'a\ufffdb'],
    ['odd blanks are blanks', 'a\u00a0b\u2003c', 'a b c'],
    ['marks do not climb over the lines above', `a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(4)}`],
    ['joined emoji come apart, so their width is sure', '👩\u200d💻 ok', '👩💻 ok'],
    ['skin tones and selectors are dropped', '👍🏽 ⚠\ufe0f', '👍 ⚠'],
    ['ordinary text of any script stays', 'Größe 数据 ошибка שלום 🔴 → ─', 'Größe 数据 ошибка שלום 🔴 → ─'],
  ];
  test.each(cases)('%s', (_name, hostile, shown) => {
    expect(safeText(hostile)).toBe(shown);
  });

  const hostile = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom(
          ESC,
          `${ESC}[`,
          `${ESC}]`,
          '\u009b',
          '\u009d',
          '\u0007',
          '\u009c',
          '31m',
          '2J',
          '\\',
          '8;;',
          '\r',
        ),
        fc.constantFrom('\u202e', '\u200d', '\u{e0001}', '\ud83d', '\udc80', '🏽', '👍', '\u0301', '\u3164'),
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join(''));

  test('nothing but newlines is left of all that controls, hides or reorders', () => {
    fc.assert(
      fc.property(hostile, (text) => !FORBIDDEN.test(safeText(text))),
      { seed: 42, numRuns },
    );
  });

  test('what is safe stays as it is', () => {
    fc.assert(
      fc.property(hostile, (text) => safeText(safeText(text)) === safeText(text)),
      { seed: 42, numRuns },
    );
  });

  test('one line stays one line', () => {
    fc.assert(
      fc.property(hostile, (text) => !safeLine(text).includes('\n')),
      { seed: 42, numRuns },
    );
    expect(safeLine(' a \n\n b ')).toBe('a b');
  });

  test('rendered lines keep colours and lose everything else', () => {
    expect(safeRendered(`${ESC}[31mred${ESC}[39m${ESC}[2J\nnext`)).toEqual([
      `${ESC}[31mred${ESC}[39m`,
      'next',
    ]);
  });

  test('a megabyte of openings is not slow to refuse', () => {
    expect(safeText('\u009d'.repeat(1_000_000))).toHaveLength(1_000_000);
    expect(safeText(`${ESC}]`.repeat(500_000))).toBe('');
  });
});

describe('text printed as it is stored', () => {
  const hostile: [string, string][] = [
    ['clears the screen', `a${ESC}[2Jb`],
    ['renames the window', `a${ESC}]0;pwned\u0007b`],
    ['goes back over the line', 'a\rb'],
    ['conceals', `a${ESC}[8mb`],
    ['writes black on black', `a${ESC}[30;40mb`],
    ['uses an 8-bit escape', 'a\u009b2Jb'],
    ['turns the direction', 'a\u202eb'],
    ['rubs out', 'a\u0008b'],
  ];
  test.each(hostile)('that %s is shown, not obeyed', (_what, text) => {
    expect(printable(text)).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be left
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
    );
    expect(printable(text)).toMatch(/^a\ufffd.*b$/u);
  });

  test('lines, tabs and plain colours stay', () => {
    const text = `one\n\ttwo ${ESC}[31mred${ESC}[39m`;
    expect(printable(text)).toBe(text);
  });
});
