import { expect, test } from 'vitest';
import {
  type Called,
  calledBefore,
  calledText,
  withChange,
  withRound,
} from '../../src/domain/called-rounds.ts';

const AT = Date.UTC(2026, 0, 5, 3, 14);
const one = (who: string, via = 'slack', page: Called['page'] = { is: 'on its way' }): Called => ({
  who,
  via,
  page,
});

test('those who were called together are one round, and the next round follows', () => {
  const rounds = [
    [one('@sarah', 'slack', { is: 'arrived', at: AT }), one('@ana', 'mail', { is: 'not taken' })],
    [one('@mike')],
  ];
  expect(calledText(rounds, 'UTC')).toBe(
    '@sarah (paged via slack at 03:14 UTC), @ana (not paged via mail), then @mike (being paged via slack)',
  );
  expect(calledText(rounds, 'America/New_York')).toContain('at 22:14 GMT-5');
  expect(calledText([], 'UTC')).toBeNull();
});

test('a round that calls nobody new in no new way is no news, whatever became of the first', () => {
  const before = [[one('@sarah', 'slack', { is: 'arrived', at: AT })]];
  expect(withRound(before, [one('@sarah')])).toBe(before);
  expect(withRound(before, [one('@sarah', 'mail')])).toHaveLength(2);
  expect(withRound(before, [one('@sarah'), one('@ana')])).toHaveLength(2);
});

test('what became of a page is told of that person and that page alone', () => {
  const rounds = [[one('@sarah'), one('@sarah (night)')], [one('@sarah', 'mail')]];
  const arrived = { is: 'arrived', at: AT } as const;
  const changed = withChange(rounds, '@sarah', { which: ({ via }) => via === 'mail', to: { page: arrived } });
  expect(changed).toEqual([rounds[0], [one('@sarah', 'mail', arrived)]]);
  expect(withChange(rounds, '@ana', { which: () => true, to: { page: arrived } })).toBeNull();
});

test('what an incident of an earlier state says of it stays as it is', () => {
  const rounds = calledBefore('@sarah (paged via slack at 03:14 UTC)');
  expect(calledText(rounds, 'Asia/Kolkata')).toBe('@sarah (paged via slack at 03:14 UTC)');
  expect(calledBefore(null)).toEqual([]);
});
