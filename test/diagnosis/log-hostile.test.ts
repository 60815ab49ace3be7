import { describe, expect, test } from 'vitest';
import { groupLogs, MAX_GROUPS } from '../../src/diagnosis/log-groups.ts';
import { scanLine } from '../../src/diagnosis/logs/scan-line.ts';
import { settledGroups } from '../../src/diagnosis/logs/settled-groups.ts';
import { streamedGroups } from '../../src/diagnosis/logs/streamed-groups.ts';
import type { LogLine } from '../../src/domain/capability.ts';

const line = (text: string): LogLine => ({ at: null, level: 'unknown', text, instance: 'a' });
const counter = { merge: (one: number, other: number) => one + other, copy: (count: number) => count };
/** Each of them made some reader of text slow once: delimiters, quotes without end, near-paths, near-dates, letters of two halves. */
const UNITS = [
  '"',
  "'",
  ' "',
  " 'a",
  "='a'b ",
  '"GET ',
  '":"',
  '/',
  '/a ',
  'a/',
  ' /a',
  ':',
  '1:',
  'a:',
  '://',
  'x://',
  '=',
  'a=',
  '.',
  '..',
  'a.',
  'a..',
  '-',
  '-1',
  ',',
  '1,',
  '(',
  '( on ',
  '[',
  '<',
  '{"a":',
  'Mon ',
  'Mon 1 ',
  '1 KB ',
  'UTC ',
  '0x',
  'f',
  '@',
  'a@',
  '\\',
  'C:\\',
  'é',
  '😀',
  '\u0000',
  '\u202e',
  '\u001b[31m',
  'at ',
  'user a',
];

/** Characters looked at. */
function steps(work: () => void): number {
  const { charCodeAt } = String.prototype;
  let looked = 0;
  String.prototype.charCodeAt = function (index) {
    looked += 1;
    return charCodeAt.call(this, index);
  };
  try {
    work();
  } finally {
    String.prototype.charCodeAt = charCodeAt;
  }
  return looked;
}

describe('a line made to be slow', () => {
  test.each(UNITS)('of %j takes steps in proportion to its length', (unit) => {
    const text = (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
    const [short, long] = [1_000, 2_000].map((length) => steps(() => scanLine(text(length))));
    expect(long).toBeLessThanOrEqual(2.5 * (short ?? 0) + 100);
  });

  test('is read up to its two thousandth character, be it of megabytes', () => {
    const huge = 'word '.repeat(1_000_000);
    expect(steps(() => scanLine(huge))).toBeLessThan(20_000);
    const [group] = groupLogs([line(huge)]);
    expect(group?.template.length).toBeLessThanOrEqual(300);
  });
});

describe('lines made to be many groups', () => {
  const name = (index: number) =>
    [...`${10_000_000 + index}`].map((digit) => 'ghjklmnprs'[Number(digit)]).join('');
  /** Every line differs from every other in a word where no name is expected, and from many in just one. */
  const kinds = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `${name(index % 50)} did it ${name(index)} again and again ${name(index % 7)}`,
    );

  test('take steps in proportion to their number, settled and as they arrive', () => {
    const settling = (count: number) =>
      steps(() => {
        const groups = settledGroups(counter);
        for (const text of kinds(count)) groups.add(text, 1);
        groups.settle();
      });
    const count = process.env.OPENCLAW_TEST_LONG ? 12_000 : 6_000;
    expect(settling(2 * count)).toBeLessThan(2.6 * settling(count));
    const streaming = (count: number) =>
      steps(() => {
        const groups = streamedGroups();
        for (const text of kinds(count)) groups.add(text);
      });
    expect(streaming(2 * count)).toBeLessThan(2.2 * streaming(count));
  });

  test('stay within the bound, each line in one group', () => {
    const groups = groupLogs(kinds(9_000).map(line));
    expect(groups.length).toBeLessThanOrEqual(MAX_GROUPS + 1);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(9_000);
  });
});

test('binary, broken and odd lines are grouped like others, and no template has a control character', () => {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32;
  };
  const texts = Array.from({ length: 3_000 }, () => {
    const length = Math.floor(random() ** 4 * 4_000);
    return random() < 0.5
      ? Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))).toString(
          random() < 0.5 ? 'latin1' : 'utf8',
        )
      : Array.from({ length: length / 4 }, () => UNITS[Math.floor(random() * UNITS.length)]).join('');
  });
  const groups = groupLogs(texts.map(line));
  expect(groups.reduce((sum, { lines }) => sum + lines, 0)).toBe(3_000);
  for (const { template } of groups) {
    expect(template).not.toMatch(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
    expect(template.length).toBeLessThanOrEqual(300);
  }
});
