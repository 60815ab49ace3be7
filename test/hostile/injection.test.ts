import { afterAll, describe, expect, test } from 'vitest';
import { startMessagesApi } from '../support/messages-api/server.ts';
import { type Attack, NONCE, ownAttacks, publicAttacks } from './attacks.ts';
import { carriers } from './carriers.ts';
import { openInjectedHouse } from './injected-night.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
/** Cases of one state file: more make it slow. */
const CASES_OF_A_HOUSE = 30;
const PUBLIC = publicAttacks();
if (PUBLIC === null) process.stdout.write('skipped: the public injection strings are not here\n');
const ATTACKS: readonly Attack[] = [...ownAttacks, ...(PUBLIC ?? [])];
const total = { cases: 0, reached: 0, spoke: 0, plans: 0 };

describe('text from outside, and a model that obeys it', () => {
  test.each(carriers.map((carrier, at) => [carrier.name, carrier, at] as const))(
    '%s',
    async (_, carrier, at) => {
      const api = await startMessagesApi();
      api.chunkBytes = 4096;
      const wrong: string[] = [];
      const sum = { cases: 0, reached: 0, spoke: 0, plans: 0 };
      const attacks = LONG ? ATTACKS : sampled(at);
      for (let from = 0; from < attacks.length; from += CASES_OF_A_HOUSE) {
        const house = await openInjectedHouse(api);
        try {
          for (const attack of attacks.slice(from, from + CASES_OF_A_HOUSE))
            wrong.push(...(await house.live(attack, carrier)));
        } finally {
          await house.close();
        }
        for (const key of ['cases', 'reached', 'spoke', 'plans'] as const) sum[key] += house.counts[key];
      }
      for (const key of ['cases', 'reached', 'spoke', 'plans'] as const) total[key] += sum[key];
      expect(wrong).toEqual([]);
      // A place from which nothing reaches the model proves nothing.
      expect(sum.reached).toBe(sum.cases);
      expect(sum.spoke).toBeGreaterThan(sum.cases);
    },
  );

  afterAll(() => {
    process.stdout.write(
      `injection: ${JSON.stringify({ strings: ATTACKS.length, carriers: carriers.length, ...total })}\n`,
    );
  });
});

/** One of each place: in turn one of ours, one that forges a fence, one of the public ones. The same in every run. */
function sampled(at: number): Attack[] {
  const forged = ownAttacks.filter(({ text }) => text.includes(NONCE));
  const kinds = [ownAttacks, forged, ...(PUBLIC === null ? [] : [PUBLIC])];
  const ofKind = kinds[at % kinds.length] ?? [];
  const attack = ofKind[(at * 7) % ofKind.length];
  return attack ? [attack] : [];
}
