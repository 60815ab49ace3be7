import { expect, test } from 'vitest';
import { joinSince, readSince } from '../../src/playbooks/since.ts';
import { at, NOW } from './fake-kit.ts';

const DAY = 86_400_000;

// 03:20 on a Saturday.
test.each([
  ['2h', NOW - 2 * 3_600_000],
  ['1h30m', NOW - 90 * 60_000],
  ['2h ago', NOW - 2 * 3_600_000],
  ['03:01', at('03:01')],
  ['3:01', at('03:01')],
  ['03:01:20', at('03:01') + 20_000],
  ['03:20', NOW],
  // Later than now on the clock: yesterday's.
  ['03:21', at('03:21') - DAY],
  ['23:59', at('23:59') - DAY],
  ['today 01:00', at('01:00')],
  ['today', at('00:00')],
  ['yesterday 14:00', at('14:00') - DAY],
  ['14:00 yesterday', at('14:00') - DAY],
  ['Yesterday', at('00:00') - DAY],
  ['fri 14:00', at('14:00') - DAY],
  ['saturday 03:00', at('03:00') - 7 * DAY],
  ['2026-03-06 14:00', at('14:00') - DAY],
  ['2026-03-06 14:00 UTC', at('14:00') - DAY],
  ['2026-03-06T15:00+01:00', at('14:00') - DAY],
])('%s', (text, instant) => {
  expect(new Date(readSince(text, { now: NOW })).toISOString()).toBe(new Date(instant).toISOString());
});

test('clocks are those of the team, unless they say that they are UTC', () => {
  const when = { now: NOW, zone: 'Asia/Tokyo' };
  expect(readSince('12:01', when)).toBe(at('03:01'));
  expect(readSince('12:21', when)).toBe(at('03:21') - DAY);
  expect(readSince('yesterday 12:01', when)).toBe(at('03:01') - DAY);
  expect(readSince('2026-03-07T12:01', when)).toBe(at('03:01'));
  expect(readSince('2026-03-07T03:01Z', when)).toBe(at('03:01'));
  for (const utc of ['03:01 UTC', '03:01Z', '03:01 utc']) expect(readSince(utc, when)).toBe(at('03:01'));
});

test('a day with a change of the clock is a day: yesterday at nine is at nine', () => {
  const now = Date.parse('2026-03-30T08:00:00Z');
  expect(readSince('yesterday 09:00', { now, zone: 'Europe/Berlin' })).toBe(
    Date.parse('2026-03-29T07:00:00Z'),
  );
  const after = { now: Date.parse('2026-03-29T06:30:00Z'), zone: 'Europe/Berlin' };
  expect(readSince('09:00', after)).toBe(Date.parse('2026-03-28T08:00:00Z'));
});

test.each([
  ['tomorrow', 'is not a time'],
  ['25:00', 'is not a time'],
  ['3', 'is not a time'],
  ['today 23:00', 'is in the future'],
  ['2031-01-01', 'is in the future'],
  ['2019-01-01', 'is more than 366 days ago'],
  ['yesterday yesterday', 'is not a time'],
  ['03:01 04:01', 'is not a time'],
  ['da 14:00', 'is not a time'],
])('%s %s, and the hint says what is one', (text, why) => {
  expect(() => readSince(text, { now: NOW })).toThrow(
    expect.objectContaining({
      type: 'usage',
      message: `"${text}" ${why}`,
      hint: expect.stringContaining('yesterday 14:00'),
    }),
  );
});

test('a day and its time need no quotes', () => {
  expect(joinSince(['api', '--since', 'yesterday', '14:00', '--errors'])).toEqual([
    'api',
    '--since',
    'yesterday 14:00',
    '--errors',
  ]);
  expect(joinSince(['--since=fri', '14:00'])).toEqual(['--since=fri 14:00']);
  for (const words of [['--since', '2h', 'api'], ['api'], ['--since'], ['--since', 'yesterday', 'api'], []])
    expect(joinSince(words)).toEqual(words);
});
