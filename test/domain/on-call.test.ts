import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { onShift, peopleBehind } from '../../src/domain/on-call.ts';
import type { Contact, Rotation } from '../../src/domain/resource.ts';
import { waysTo } from '../../src/domain/ways.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const rotation = (given: Partial<Rotation> = {}): Rotation => ({
  name: 'on-call',
  members: ['sarah', 'mike', 'ana'],
  period: 'weekly',
  handover: '09:00',
  weekday: 1,
  zone: 'Europe/Berlin',
  start: '2026-11-23',
  overrides: [],
  ...given,
});
const at = (text: string, zone = 'Europe/Berlin') => DateTime.fromISO(text, { zone }).toMillis();
const contact = (name: string): Contact => ({ name, ids: {}, order: [], can: [], unattended: false });

describe('whose shift it is', () => {
  const daily: Partial<Rotation> = { period: 'daily', start: '2026-03-27' };
  const cases: [string, Partial<Rotation>, string, string | null][] = [
    ['from the first hand-over', {}, '2026-11-23T09:00', 'sarah'],
    ['until the last moment', {}, '2026-11-30T08:59:59.999', 'sarah'],
    ['the next', {}, '2026-11-30T09:00', 'mike'],
    ['after the last the first again', {}, '2026-12-14T09:00', 'sarah'],
    ['before the start nobody', {}, '2026-11-23T08:59', null],
    [
      'a start within the week belongs to the shift that began before it',
      { start: '2026-11-26' },
      '2026-11-23T09:00',
      'sarah',
    ],
    ['a weekly one changes on its own day', { weekday: 5, start: '2026-11-27' }, '2026-12-04T09:00', 'mike'],
    ['daily', { period: 'daily' }, '2026-11-25T12:00', 'ana'],
    [
      'daily, before the hand-over it is still the day before',
      { period: 'daily' },
      '2026-11-25T08:00',
      'mike',
    ],
    ['a day of 23 hours is one day', daily, '2026-03-29T09:00', 'ana'],
    ['the day after it too', daily, '2026-03-30T09:00', 'sarah'],
    [
      'a hand-over the clock jumps over is at the jump',
      { ...daily, handover: '02:30' },
      '2026-03-29T03:00',
      'ana',
    ],
    ['and not before', { ...daily, handover: '02:30' }, '2026-03-29T01:59:59', 'mike'],
    ['a leap day is a day', { ...daily, start: '2028-02-28' }, '2028-03-01T09:00', 'ana'],
    ['without members nobody', { members: [] }, '2026-12-01T12:00', null],
    ['with one member always the same', { members: ['sarah'] }, '2031-06-01T12:00', 'sarah'],
  ];
  test.each(cases)('%s', (_name, given, when, expected) => {
    expect(onShift(rotation(given), at(when))).toBe(expected);
  });

  test('an hour that comes twice hands over once', () => {
    const given = rotation({ period: 'daily', handover: '02:30', start: '2026-10-24' });
    const first = at('2026-10-25T00:30Z');
    const shifts = [-1, 0, 29, 30, 59, 60, 90].map((minutes) => onShift(given, first + minutes * 60_000));
    expect(shifts).toEqual(['sarah', ...Array(6).fill('mike')]);
  });

  test('an override stands in for its time, by the wall clock of the rotation', () => {
    const given = rotation({
      zone: 'America/New_York',
      overrides: [{ member: 'zoe', from: '2026-12-24T09:00', until: '2026-12-26T09:00' }],
    });
    const there = (text: string) => onShift(given, at(text, 'America/New_York'));
    expect(there('2026-12-24T08:59')).toBe('mike');
    expect(there('2026-12-24T09:00')).toBe('zoe');
    expect(there('2026-12-26T08:59')).toBe('zoe');
    expect(there('2026-12-26T09:00')).toBe('mike');
    expect(there('2020-01-01T00:00')).toBeNull();
  });
});

describe('any rotation from 2024 to 2035', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Havana',
    'America/Santiago',
    'America/Nuuk',
    'Asia/Beirut',
    'Asia/Kolkata',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Antarctica/Troll',
    'Atlantic/Azores',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  const members = Array.from({ length: 9 }, (_, index) => `m${index}`);
  const arbitrary = fc.record({
    members: fc.constant(members),
    period: fc.constantFrom('daily' as const, 'weekly' as const),
    handover: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((p) => p.map(two).join(':')),
    weekday: fc.integer({ min: 1, max: 7 }),
    zone: fc.constantFrom(...zones),
    start: fc
      .integer({ min: 0, max: 300 })
      .map((days) => DateTime.utc(2024).plus({ days }).toFormat('yyyy-MM-dd')),
  });
  const from = Date.UTC(2025, 0, 1);
  const index = (given: Rotation, when: number) => members.indexOf(onShift(given, when) ?? 'nobody');

  /** The first moment of the next member, found between two moments that differ. */
  function changeBetween(given: Rotation, low: number, high: number): number {
    const before = index(given, low);
    let [old, changed] = [low, high];
    while (changed - old > 1) {
      const middle = Math.floor((old + changed) / 2);
      if (index(given, middle) === before) old = middle;
      else changed = middle;
    }
    return changed;
  }

  /** Moments worth asking about: half of them are within two days of a change of the clock. */
  const moment = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
    fc.integer({ min: -48, max: 48 }),
  );
  function momentIn(zone: string, [part, nearChange, hours]: [number, boolean, number]): number {
    const year = 2025 + Math.floor(part * 10.99);
    const plain = Math.floor(from + part * (Date.UTC(2035, 11, 1) - from));
    if (!nearChange) return plain;
    const offset = (when: number) => DateTime.fromMillis(when, { zone }).offset;
    for (let day = 0; day < 365; day += 1) {
      const when = Date.UTC(year, 0, 1 + day);
      if (offset(when) !== offset(when + 86_400_000)) return when + hours * 3_600_000;
    }
    return plain;
  }

  test('somebody is on call at any time, and in their turn', () => {
    fc.assert(
      fc.property(arbitrary, moment, (given, when) => {
        const one = rotation(given);
        const begin = momentIn(given.zone, when);
        let previous = index(one, begin);
        let changes = 0;
        for (let hour = 1; hour <= 8 * 24; hour += 0.5) {
          const now = index(one, begin + hour * 3_600_000);
          expect(now).toBeGreaterThanOrEqual(0);
          const turned = (now - previous + members.length) % members.length;
          expect(turned).toBeLessThanOrEqual(1);
          changes += turned;
          previous = now;
        }
        expect(given.period === 'weekly' ? [1, 2] : [7, 8, 9]).toContain(changes);
      }),
      { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 6) },
    );
  });

  test('hands over when the wall clock shows its time, on its day', () => {
    fc.assert(
      fc.property(arbitrary, moment, (given, when) => {
        const one = rotation(given);
        const length = (given.period === 'weekly' ? 7 : 1) * 86_400_000 + 7_200_000;
        const begin = momentIn(given.zone, when);
        const change = changeBetween(one, begin, begin + length - 7_200_000 * 2);
        if (change >= begin + length - 7_200_000 * 2) return;
        const local = DateTime.fromMillis(change, { zone: given.zone });
        const just = DateTime.fromMillis(change - 1, { zone: given.zone });
        const reads = (time: DateTime) => time.toISO({ includeOffset: false }) ?? '';
        const wantedOn = (day: DateTime) => `${day.toISODate()}T${given.handover}:00.000`;
        if (local.offset <= just.offset) expect(reads(local)).toBe(wantedOn(local));
        // The clock jumps over it, and where it jumps over midnight the day is the one before or the one after.
        const day = [just, local].find(
          (each) => reads(just) < wantedOn(each) && wantedOn(each) <= reads(local),
        );
        if (local.offset > just.offset) expect(day).toBeDefined();
        if (given.period === 'weekly') expect((day ?? local).weekday).toBe(given.weekday);
      }),
      RUNS,
    );
  });
});

describe('the people behind a name', () => {
  const channel = (name: string, type: string, settings = {}) => ({ name, type, settings, secrets: {} });
  const directory = {
    contacts: [contact('sarah'), contact('mike')],
    rotations: [rotation()],
    channels: [
      channel('duty', 'pagerduty'),
      channel('hook', 'webhook', { url: 'https://pager.example.org' }),
      channel('mail', 'email', { to: 'oncall@example.org' }),
      channel('lists', 'email'),
      channel('slack', 'slack'),
      channel('mike', 'webhook'),
    ],
  };
  const now = at('2026-11-24T12:00');
  const cases: [string, string, string[]][] = [
    ['a contact', 'mike', ['mike']],
    ['a contact as it is mentioned', '@mike', ['mike']],
    ['a rotation is who is on shift', 'on-call', ['sarah']],
    ['a rotation as it is mentioned', '@on-call', ['sarah']],
    ['nobody of that name', 'zoe', []],
    ['a pager', 'duty', ['duty']],
    ['a pager as people are mentioned', '@hook', ['hook']],
    ['e-mail to the address of its own', 'mail', ['mail']],
    ['e-mail that knows no address', 'lists', []],
    ['a chat, where nobody is woken', 'slack', []],
  ];
  test.each(cases)('%s', (_name, target, expected) => {
    expect(peopleBehind(target, directory, now).map(({ name }) => name)).toEqual(expected);
  });

  test('a contact comes before a pager of the same name', () => {
    expect(peopleBehind('mike', directory, now)).toEqual([contact('mike')]);
  });

  test.each([
    ['mail', 'oncall@example.org'],
    ['hook', 'hook'],
  ])('a page to %s itself goes to %s', (target, to) => {
    const [pager] = peopleBehind(target, directory, now);
    expect(pager && waysTo(pager, directory.channels)).toEqual([
      { channel: target, conversation: to, id: to, lastResort: false },
    ]);
  });

  test('a pager is nobody who could be on shift', () => {
    const rotations = [rotation({ members: ['duty'] })];
    expect(peopleBehind('on-call', { ...directory, rotations }, now)).toEqual([]);
  });

  test('a member who is no contact (any more) is nobody', () => {
    expect(peopleBehind('on-call', directory, at('2026-12-07T12:00'))).toEqual([]);
  });

  test('members may be written as they are mentioned', () => {
    const rotations = [rotation({ members: ['@mike'] })];
    expect(peopleBehind('on-call', { ...directory, rotations }, now)).toMatchObject([{ name: 'mike' }]);
  });
});
