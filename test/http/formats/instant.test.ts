import { expect, test } from 'vitest';
import { readInstant } from '../../../src/http/formats/instant.ts';

const cases: [unknown, string | null | 'not understood'][] = [
  ['2026-11-23T03:14:00Z', '2026-11-23T03:14:00.000Z'],
  ['2026-11-23T03:14:00.123456789Z', '2026-11-23T03:14:00.123Z'],
  ['2026-11-23T03:14:00.5+01:00', '2026-11-23T02:14:00.500Z'],
  ['2015-06-03T17:43:27.123+0000', '2015-06-03T17:43:27.123Z'],
  ['2026-11-23 03:14:00z', '2026-11-23T03:14:00.000Z'],
  ['0001-01-01T00:00:00Z', null],
  ['', null],
  [null, null],
  [undefined, null],
  ['2026-11-23', 'not understood'],
  ['2026-13-23T03:14:00Z', 'not understood'],
  ['2026-11-23T03:14:00', 'not understood'],
  ['now', 'not understood'],
  [1_795_000_000, 'not understood'],
  ['9'.repeat(10_000), 'not understood'],
];
test.each(cases)('%j is read as %j', (text, expected) => {
  const read = readInstant(text);
  expect(
    read === 'not understood' || read.at === null
      ? read === 'not understood'
        ? read
        : null
      : new Date(read.at).toISOString(),
  ).toBe(expected);
});
