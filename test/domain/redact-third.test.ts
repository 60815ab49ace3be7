import { describe, expect, test } from 'vitest';
import { redactForModel, redactParts } from '../../src/domain/redact-for-model.ts';
import { benignTexts } from '../support/third-secrets/benign.ts';
import { chanceOf } from '../support/third-secrets/chance.ts';
import { isReadable, thirdSet } from '../support/third-secrets/set.ts';

const seeds = process.env.OPENCLAW_TEST_LONG ? [20_261_128, 1, 2, 3, 4, 5, 6, 7] : [20_261_128, 1];

// Written by somebody who had not seen the rules. At the first look 63 of 2,000 stayed readable, and 86 of the texts
// without a secret were touched.
describe('a third set of secrets', () => {
  test.each(seeds)('of 2,000 at least 99% are taken, seed %i', (seed) => {
    const cases = thirdSet(seed);
    expect(cases.filter((each) => !isReadable(each.parts.join(''), each))).toEqual([]);
    const missed = cases.filter((each) => isReadable(redactParts(each.parts).join(''), each));
    print('stayed readable', missed, ({ kind, place }) => `${kind}, ${place}`);
    expect(missed.length).toBeLessThanOrEqual(cases.length / 100);
  });

  test.each(seeds)('of 2,000 texts that only look alike at most 1% are touched, seed %i', (seed) => {
    // Pictures in a data: address go: a model reads nothing from them, and their digits are as random as a key's.
    const texts = benignTexts(chanceOf(seed + 1), 2000).filter(({ kind }) => kind !== 'data image');
    const touched = texts.filter(({ text }) => redactForModel(text) !== text);
    print('taken wrongly', touched, ({ kind }) => kind);
    expect(touched.length).toBeLessThanOrEqual(texts.length / 100);
  });
});

function print<T>(what: string, items: readonly T[], nameOf: (item: T) => string): void {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  if (items.length > 0)
    console.log(`${items.length} ${what}: ${[...counts].map(([name, n]) => `${n} ${name}`).join('; ')}`);
}
