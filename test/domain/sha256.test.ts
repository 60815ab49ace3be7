import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/domain/sha256.ts';
import { sha256 as small } from '../../src/domain/sha256-small.ts';

test('both ways give the hash of FIPS 180-4, its example first', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect([sha256('abc'), small('abc')]).toEqual([abc, abc]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(small(text)).toBe(sha256(text));
    }),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
  );
  const long = 'é\ud800'.repeat(40_000);
  expect(small(long)).toBe(createHash('sha256').update(long, 'utf8').digest('hex'));
});
