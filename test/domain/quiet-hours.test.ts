import { describe, expect, test } from 'vitest';
import { roundAt } from '../../src/domain/level-refusal.ts';
import { parseQuietHours, quietUntil } from '../../src/domain/quiet-hours.ts';
import type { Contact } from '../../src/domain/resource.ts';
import type { Severity } from '../../src/domain/severity.ts';

const at = (text: string) => Date.parse(text);
const contact = (name: string, given: Partial<Contact> = {}): Contact => ({
  name,
  ids: { slack: name },
  order: [],
  can: [],
  unattended: false,
  ...given,
});

describe('quiet hours', () => {
  const night = { quiet: '22:00-07:00', zone: 'Europe/Berlin' };
  const cases: [string, Partial<Contact>, string, string | null][] = [
    ['begin', night, '2026-11-24T21:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['not before', night, '2026-11-24T20:59:59Z', null],
    ['hold after midnight', night, '2026-11-25T01:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['and end', night, '2026-11-25T06:00:00Z', null],
    ['within one day', { quiet: '13:00-14:30' }, '2026-11-25T13:00:00Z', '2026-11-25T14:30:00.000Z'],
    ['in UTC where no zone is given', { quiet: '22:00-07:00' }, '2026-11-24T21:30:00Z', null],
    ['a night in which the clock goes forward', night, '2026-03-29T00:30:00Z', '2026-03-29T05:00:00.000Z'],
    ['a night in which it goes back', night, '2026-10-25T01:30:00Z', '2026-10-25T06:00:00.000Z'],
    [
      'an end the clock jumps over is the jump',
      { ...night, quiet: '22:00-02:30' },
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    ['none', {}, '2026-11-25T01:00:00Z', null],
  ];
  test.each(cases)('%s', (_name, given, now, expected) => {
    const end = quietUntil(contact('sarah', given), at(now));
    expect(end === null ? null : new Date(end).toISOString()).toBe(expected);
  });

  test.each([
    ['22:00-07:00', { from: '22:00', until: '07:00' }],
    [' 9:00 – 17:30 ', { from: '9:00', until: '17:30' }],
    ['22-7', null],
    ['25:00-07:00', null],
    ['22:00-07:60', null],
    ['22:00', null],
    ['22:00-07:00-08:00', null],
    ['', null],
  ])('%s is read or refused', (text, expected) => expect(parseQuietHours(text)).toEqual(expected));
});

describe('who is told in them', () => {
  const policy = {
    levels: [
      { target: 'sarah', timeoutMs: 300_000 },
      { target: 'mike', timeoutMs: 600_000 },
    ],
  };
  const night = at('2026-11-25T01:00:00Z');
  const round = (contacts: Contact[], severity: Severity) =>
    roundAt(
      policy,
      { told: 0, nobody: 0 },
      {
        directory: {
          contacts,
          rotations: [],
          channels: [{ name: 'slack', type: 'slack', settings: {}, secrets: {} }],
        },
        at: night,
        severity,
      },
    );
  const sleeps = (name: string, until: string) => contact(name, { quiet: `22:00-${until}` });

  test('of what is critical everybody', () => {
    const found = round([sleeps('sarah', '07:00'), sleeps('mike', '06:00')], 'critical');
    expect(found).toMatchObject({
      told: { target: 'sarah' },
      skipped: [],
      waitMs: 300_000,
      quietUntil: null,
    });
  });

  test('of the rest whoever is next and awake', () => {
    const found = round([sleeps('sarah', '07:00'), contact('mike')], 'warning');
    expect(found).toMatchObject({
      told: { target: 'mike' },
      skipped: [{ level: { number: 1 }, why: 'quiet hours' }],
      quietUntil: null,
    });
  });

  test('where all sleep, nobody before the first of them wakes', () => {
    const found = round([sleeps('sarah', '07:00'), sleeps('mike', '06:00')], 'warning');
    expect(found).toMatchObject({
      told: null,
      waitMs: 5 * 3_600_000,
      quietUntil: at('2026-11-25T06:00:00Z'),
    });
  });

  test('one who sleeps is no empty level, and one who is not there is', () => {
    const found = round([sleeps('sarah', '07:00')], 'info');
    expect(found.skipped.map(({ why }) => why)).toEqual(['quiet hours', 'empty']);
    expect(found.quietUntil).toBe(at('2026-11-25T07:00:00Z'));
  });

  test('one who is on no channel is passed over, and nobody waits for the end of their quiet hours', () => {
    const far = contact('sarah', { ids: { pager: 'P1' }, quiet: '22:00-02:00' });
    const found = round([far, sleeps('mike', '06:00')], 'warning');
    expect(found.skipped.map(({ why }) => why)).toEqual(['on no channel', 'quiet hours']);
    expect(found.quietUntil).toBe(at('2026-11-25T06:00:00Z'));
  });
});
