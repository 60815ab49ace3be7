import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startMessagesApi } from '../support/messages-api/server.ts';
import { talks } from './model-moves.ts';
import { liveThroughTalks } from './model-night.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
/** Fixed, so that the long run is four tests of some minutes each. A night is 25 talks. */
const SEEDS = LONG ? [142, 143, 144, 145] : [142, 143];
const NIGHTS = LONG ? 110 : 2;

describe('whatever the model says and calls, nothing changes without a valid yes, and nobody is called, linked or told a secret', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const api = await startMessagesApi();
    api.chunkBytes = 4096;
    const sum = { talks: 0, spoke: 0, plans: 0, judged: 0 };
    for (const night of fc.sample(talks, { seed, numRuns: NIGHTS })) {
      const seen = await liveThroughTalks(night, api);
      for (const key of ['talks', 'spoke', 'plans', 'judged'] as const) sum[key] += seen[key];
      expect(seen.violations).toEqual([]);
    }
    process.stdout.write(`model seed ${seed}: ${JSON.stringify(sum)}\n`);
    // A suite in which it says nothing and nothing is ever allowed proves nothing.
    expect(sum.talks).toBeGreaterThan(NIGHTS * 20);
    expect(sum.spoke).toBeGreaterThan(NIGHTS * 5);
    expect(sum.plans).toBeGreaterThan(NIGHTS * 3);
    expect(sum.judged).toBeGreaterThanOrEqual(NIGHTS);
  });
});
