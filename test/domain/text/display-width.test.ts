import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth, padEnd } from '../../../src/domain/text/display-width.ts';
import { printable } from '../../../src/domain/text/safe-text.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const ESC = '\u001b';

describe('the width of a text', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['한', 2],
    ['🔴', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['⚠️', 2],
    ['→', 1],
    ['█▁', 2],
    [`${ESC}[31mred${ESC}[39m`, 3],
    ['\u200b', 0],
    ['数据', 4],
    ['한국', 4],
    ['─│›→↑✅', 7],
    ['ｆｕｌｌ', 8],
    ['👍🏽', 2],
  ];
  test.each(widths)('%j takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('padding reaches the asked width whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        const clean = printable(text).replace(/[\n\t]/g, ' ');
        expect(displayWidth(padEnd(clean, width))).toBe(Math.max(width, displayWidth(clean)));
      }),
      runs,
    );
  });

  test('a cut text fits and says that it was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const clean = printable(text).replace(/[\n\t]/g, ' ');
        const cut = cutToWidth(clean, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (cut !== clean) expect(cut.endsWith('…')).toBe(true);
      }),
      runs,
    );
  });

  test('a cut closes the colours it opened', () => {
    expect(cutToWidth(`${ESC}[31mabcdef${ESC}[39m`, 4)).toBe(`${ESC}[31mabc…${ESC}[0m`);
  });
});
