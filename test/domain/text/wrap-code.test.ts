import { expect, test } from 'vitest';
import { wrapCode } from '../../../src/domain/text/wrap.ts';

test('a line of a log breaks at spaces, and within a word only where the word is longer than half a row', () => {
  expect(wrapCode('ERROR pool exhausted (10/10 in use) path=/products/15', 40)).toEqual([
    'ERROR pool exhausted (10/10 in use) ',
    'path=/products/15',
  ]);
  expect(wrapCode('at aaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 10)).toEqual([
    'at aaaaaaa',
    'aaaaaaaaaa',
    'aaaaaaaaaa',
    'aa',
  ]);
  expect(wrapCode('', 10)).toEqual(['']);
});

test.each(['a b  c', '    indented code of a file', 'x'.repeat(99), `${' '.repeat(30)}y`])(
  'nothing of %j is lost, and no row is too long',
  (line) => {
    for (const width of [8, 11, 20]) {
      const rows = wrapCode(line, width);
      expect(rows.join('')).toBe(line);
      expect(rows.filter((row) => row.length > width)).toEqual([]);
    }
  },
);
