import { describe, expect, test } from 'vitest';
import { redactForModel, redactParts } from '../../src/domain/redact-for-model.ts';
import { type Planted, plant, slipped } from '../support/secrets/corpus.ts';

describe('of 2,000 secrets in all kinds of places, hardly any slips', () => {
  test.each([1, 20_261_128])('seed %i', (seed) => {
    const planted = plant(seed, 2_000);
    const slips = planted.filter((each) => slipped(each, redactParts(each.parts)) !== null);
    report(slips);
    expect(slips.length).toBeLessThanOrEqual(20);
  });
});

function report(slips: readonly Planted[]): void {
  if (slips.length === 0) return;
  const counts = new Map<string, number>();
  for (const { provider, carrier } of slips) {
    const key = `${provider}, ${carrier}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  console.log(`${slips.length} slipped: ${[...counts].map(([key, count]) => `${count} ${key}`).join('; ')}`);
  if (process.env.SHOW)
    for (const each of slips.slice(0, 20))
      console.log(
        each.provider,
        '|',
        each.carrier,
        '|',
        JSON.stringify(each.parts),
        '=>',
        JSON.stringify(redactParts(each.parts)),
      );
}
void redactForModel;
