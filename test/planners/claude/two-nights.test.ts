import { expect, test } from 'vitest';
import { checkFacts } from '../../../src/planners/claude/check-facts.ts';
import { TWO_NIGHTS } from './two-nights-remarks.ts';

type Kind = 'right' | 'invented' | 'misattributed' | 'advice';
const all = (kind: Kind) =>
  TWO_NIGHTS.flatMap((night) => night[kind].map((text) => ({ text, evidence: night.evidence })));
const outcome = (kind: Kind, want: 'struck' | 'left') =>
  all(kind).filter(
    ({ text, evidence }) => checkFacts(text, evidence).struck.length > 0 === (want === 'struck'),
  );

test('figures', () => {
  for (const [kind, want] of [
    ['right', 'struck'],
    ['invented', 'left'],
    ['misattributed', 'left'],
    ['advice', 'struck'],
  ] as const) {
    const wrong = outcome(kind, want);
    console.log(`${kind}: ${wrong.length} of ${all(kind).length} ${want}`);
    for (const { text, evidence } of wrong)
      console.log(`   ${text}\n     -> ${checkFacts(text, evidence).text}`);
  }
  expect(all('right').length).toBe(40);
});
