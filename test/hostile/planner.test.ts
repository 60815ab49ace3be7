import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Move } from './moves.ts';
import { moves } from './moves.ts';
import { liveThrough } from './night.ts';

/** Four fixed seeds, so that the long run is four tests of some minutes each. */
const SEEDS = [42, 43, 44, 45];
const NIGHTS = process.env.OPENCLAW_TEST_LONG ? 2_500 : 10;

describe('whatever a planner proposes, nothing changes without a valid yes', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(moves, async (night) => {
        const seen = await liveThrough(night);
        judged += seen.judged;
        expect(seen.violations).toEqual([]);
      }),
      { seed, numRuns: NIGHTS, endOnFailure: process.env.OPENCLAW_TEST_SHRINK === undefined },
    );
    // A suite in which nothing is ever allowed proves nothing.
    expect(judged).toBeGreaterThan(NIGHTS / 4);
  });
});

test('the same moves by people who may do lead to the change', async () => {
  const scale = { capability: 'services.scale', args: { service: 'api', count: 4 } };
  const proposal = {
    kind: 'steps',
    title: 't',
    service: 'api',
    steps: [scale],
    notes: [],
    success: { kind: 'none' },
  };
  const night: Move[] = [
    { kind: 'command', who: '@mallory', proposal },
    { kind: 'approve', who: '@mallory', which: 0, word: false, bot: false, unattended: false },
    { kind: 'approve', who: '@mike', which: 0, word: false, bot: true, unattended: false },
    { kind: 'approve', who: '@mike', which: 0, word: false, bot: false, unattended: false },
  ];
  const seen = await liveThrough(night);
  expect(seen).toMatchObject({ violations: [], judged: 1 });
});
