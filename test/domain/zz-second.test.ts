import { test } from 'vitest';
import { redactParts } from '../../src/domain/redact-for-model.ts';
import { plant, slipped } from '../support/secrets/corpus.ts';
import { OTHER_CARRIERS } from '../support/secrets/other-carriers.ts';
import { OTHER_PROVIDERS } from '../support/secrets/other-providers.ts';

test('second', () => {
  const planted = plant(Number(process.env.SEED ?? 7), 4000, OTHER_PROVIDERS, OTHER_CARRIERS);
  const slips = planted.filter((each) => slipped(each, redactParts(each.parts)) !== null);
  const by = (key: 'provider' | 'carrier') => {
    const m = new Map<string, number>();
    for (const s of slips) m.set(s[key], (m.get(s[key]) ?? 0) + 1);
    return [...m]
      .sort((a, b) => b[1] - a[1])
      .map(([k, n]) => `${n} ${k}`)
      .join(', ');
  };
  console.log(`SLIPS ${slips.length} of ${planted.length}\nBY ${by('provider')}\nBY ${by('carrier')}`);
  for (const each of slips.slice(0, Number(process.env.SHOW ?? 0)))
    console.log(
      'S>',
      each.provider,
      '|',
      each.carrier,
      '|',
      JSON.stringify(each.parts),
      '=>',
      JSON.stringify(redactParts(each.parts)),
    );
});
