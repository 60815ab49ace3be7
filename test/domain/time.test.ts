import { expect, test } from 'vitest';
import { clockTime, clockTimeWithZone, isoTime } from '../../src/domain/time.ts';

const at = Date.parse('2026-11-23T03:14:07.890Z');

test.each([
  ['UTC', '03:14 UTC'],
  ['Europe/Berlin', '04:14 CET'],
  ['America/New_York', '22:14 GMT-5'],
  ['Asia/Kolkata', '08:44 GMT+5:30'],
])('in %s it is %s', (zone, text) => {
  expect(clockTimeWithZone(at, zone)).toBe(text);
  expect(clockTime(at, zone)).toBe(text.slice(0, 5));
});

test('summer time is named as it is then', () => {
  expect(clockTimeWithZone(Date.parse('2026-07-01T00:00:00Z'), 'Europe/Berlin')).toBe('02:00 CEST');
});

test('midnight is 00:00, never 24:00', () => {
  expect(clockTime(Date.parse('2026-11-23T00:00:00Z'), 'UTC')).toBe('00:00');
});

test('records are in UTC, to the second', () => {
  expect(isoTime(at)).toBe('2026-11-23T03:14:07Z');
});

test('two zones asked in turn do not mix', () => {
  const zones = ['UTC', 'Europe/Berlin', 'UTC', 'Europe/Berlin'];
  expect(zones.map((zone) => clockTime(at, zone))).toEqual(['03:14', '04:14', '03:14', '04:14']);
});
