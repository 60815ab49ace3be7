// Which runs count together, on the clocks of a zone, also on the days that are an hour longer or shorter.
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { isSamePeriod } from '../../src/domain/calendar-period.ts';
import { endOfDay } from '../../src/domain/wall-clock.ts';

describe('one period', () => {
  test.each([
    ['minute', 'UTC', '2026-11-23T03:14:00Z', '2026-11-23T03:14:59Z', true],
    ['minute', 'UTC', '2026-11-23T03:14:59Z', '2026-11-23T03:15:00Z', false],
    ['hour', 'UTC', '2026-11-23T03:00:00Z', '2026-11-23T03:59:59Z', true],
    ['hour', 'Asia/Kolkata', '2026-11-23T03:29:59Z', '2026-11-23T03:30:00Z', true],
    ['day', 'UTC', '2026-11-23T00:00:00Z', '2026-11-23T23:59:59Z', true],
    ['day', 'UTC', '2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', false],
    ['day', 'Europe/Berlin', '2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', true],
    ['day', 'Europe/Berlin', '2026-11-22T22:59:59Z', '2026-11-22T23:00:00Z', false],
    // 25 hours, and midnight itself comes twice in Havana.
    ['day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', true],
    ['day', 'America/Havana', '2026-11-01T04:00:00Z', '2026-11-01T05:30:00Z', true],
    // 23 hours, beginning at 01:00.
    ['day', 'Asia/Beirut', '2026-03-28T21:59:59Z', '2026-03-28T22:00:00Z', false],
    ['day', 'Asia/Beirut', '2026-03-28T22:00:00Z', '2026-03-29T20:59:59Z', true],
    ['week', 'UTC', '2026-11-16T00:00:00Z', '2026-11-22T23:59:59Z', true],
    ['week', 'UTC', '2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', false],
    ['week', 'Pacific/Auckland', '2026-11-22T11:00:00Z', '2026-11-23T00:00:00Z', true],
    ['week', 'UTC', '2026-12-31T12:00:00Z', '2027-01-01T12:00:00Z', true],
  ] as const)('%s in %s: %s and %s: %s', (per, zone, one, other, same) => {
    expect(isSamePeriod(per, Date.parse(one), Date.parse(other), zone)).toBe(same);
    expect(isSamePeriod(per, Date.parse(other), Date.parse(one), zone)).toBe(same);
  });
});

describe('the end of a day', () => {
  test.each([
    ['2027-01-31', 'UTC', '2027-02-01T00:00:00Z'],
    ['2027-01-31', 'Europe/Berlin', '2027-01-31T23:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['2026-03-28', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    ['2024-02-29', 'UTC', '2024-03-01T00:00:00Z'],
  ])('%s in %s is %s', (day, zone, end) => {
    expect(endOfDay(day, zone)).toBe(Date.parse(end));
  });

  test('is the first instant of the next day, on every day of a year in zones with odd changes', () => {
    for (const zone of [
      'America/Havana',
      'Asia/Beirut',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Africa/Cairo',
    ]) {
      for (let day = DateTime.utc(2026, 1, 1); day.year < 2027; day = day.plus({ days: 1 })) {
        const end = endOfDay(day.toFormat('yyyy-MM-dd'), zone);
        const next = day.plus({ days: 1 }).toISODate();
        expect(DateTime.fromMillis(end, { zone }).toISODate()).toBe(next);
        expect(DateTime.fromMillis(end - 1, { zone }).toISODate()).toBe(day.toISODate());
      }
    }
  });

  test('refuses what is no day', () => {
    expect(() => endOfDay('2026-02-30')).toThrow(RangeError);
  });
});
