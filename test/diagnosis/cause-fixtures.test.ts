// How often the right cause comes first, and how often a wrong one is said with confidence. The first time they were scored,
// those held out were 12 of 12 right, those written to mislead 8 of 12 with 1 confidently wrong (the rules then learnt from
// them), those judged once 12 of 12, those written blind 15 of 20 with 3 confidently wrong (the rules learnt from them too),
// those written blind again 12 of 20 with 5 confidently wrong, those of the field 17 of 26 with 3 (the rules learnt from both),
// those of the field written later 16 of 19 with 2, the last of the field 10 of 10. The third that were written blind were scored
// when the rules were done, which have not learnt from them: 17 of 20, none confidently wrong.
import { expect, test } from 'vitest';
import {
  BLIND,
  BLIND_AGAIN,
  BLIND_THIRD,
  FIELD,
  FIELD_LAST,
  FIELD_LATER,
  HELD_OUT,
  JUDGED_ONCE,
  SEEN,
  WRITTEN_AFTER,
} from './incidents/all.ts';
import { scoreAll, scoreText } from './incidents/score.ts';

/** Right first in 80% at least, confidently wrong in 10% at most. */
const RIGHT = 0.8;
const WRONG = 0.1;

test.each([
  ['incidents the rules were made with', SEEN, 20],
  ['incidents held out meanwhile', HELD_OUT, 6],
  ['incidents written afterwards to mislead', WRITTEN_AFTER, 6],
  ['incidents judged once', JUDGED_ONCE, 6],
  ['incidents written blind', BLIND, 20],
  ['incidents written blind again', BLIND_AGAIN, 20],
  ['incidents of the field', FIELD, 25],
  ['incidents of the field, written later', FIELD_LATER, 19],
  ['incidents of the field, the last', FIELD_LAST, 10],
  ['incidents written blind, the third', BLIND_THIRD, 20],
] as const)('the cause of %s', (name, incidents, least) => {
  const score = scoreAll(incidents);
  // The figures are to be seen, not only held to.
  process.stderr.write(`${scoreText(name, score)}\n`);
  expect(score.incidents).toBeGreaterThanOrEqual(least);
  expect(score.right / score.incidents, score.lines.join('\n')).toBeGreaterThanOrEqual(RIGHT);
  expect(score.confidentlyWrong / score.incidents, score.lines.join('\n')).toBeLessThanOrEqual(WRONG);
});
