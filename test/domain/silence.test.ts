import { describe, expect, test } from 'vitest';
import type { Silence } from '../../src/domain/resource.ts';
import { activeUntil, nextChange, type Silenceable, silencedBy } from '../../src/domain/silence.ts';

const alert = (given: Partial<Silenceable> = {}): Silenceable => ({
  severity: 'critical',
  service: 'shop',
  labels: { team: 'web', region: 'eu' },
  ...given,
});

describe('a silence', () => {
  const now = Date.parse('2026-11-23T03:14:00Z');
  const silence = (match: Record<string, string>, given: Partial<Silence> = {}): Silence => ({
    name: 'quiet',
    match,
    until: '2026-11-23T04:00:00Z',
    ...given,
  });
  const cases: [string, Silence, boolean][] = [
    ['of the service mutes it', silence({ service: 'shop' }), true],
    ['of the severity mutes it', silence({ severity: 'critical' }), true],
    ['of a label mutes it', silence({ team: 'web' }), true],
    ['holds only where all of it does', silence({ team: 'web', region: 'us' }), false],
    ['that names nothing mutes nothing', silence({}), false],
    ['ends at its last moment', silence({ service: 'shop' }, { until: '2026-11-23T03:14:00Z' }), false],
    ['begins at its first moment', silence({ service: 'shop' }, { from: '2026-11-23T03:14:00Z' }), true],
    [
      'that is still to come mutes nothing',
      silence({ service: 'shop' }, { from: '2026-11-23T03:14:01Z' }),
      false,
    ],
    ['without an end that can be read mutes nothing', silence({ service: 'shop' }, { until: 'soon' }), false],
  ];
  test.each(cases)('%s', (_name, given, mutes) => {
    expect(silencedBy(alert(), [given], now)).toBe(mutes ? given : null);
  });

  test('cannot be escaped by an alert that brings a label named service or severity', () => {
    const forged = alert({ labels: { service: 'other', severity: 'info' } });
    expect(silencedBy(forged, [silence({ service: 'shop' })], now)).not.toBeNull();
    expect(silencedBy(forged, [silence({ severity: 'info' })], now)).toBeNull();
  });
});

describe('a beginning of a value', () => {
  test.each([
    ['shop', 'sh*', true],
    ['shop', 'shop*', true],
    ['shop', 'op*', false],
    ['shop', '*', false],
    ['*', '*', true],
    ['s*p', 's*p', true],
    ['shop', 's*p', false],
  ])('of "%s", written %s: %s', (service, written, mutes) => {
    const silence = { name: 's', match: { service: written }, until: '2027-01-01T00:00:00Z' };
    expect(silencedBy(alert({ service }), [silence], Date.parse('2026-01-01T00:00:00Z')) !== null).toBe(
      mutes,
    );
  });

  test('of what every object has is no label', () => {
    const silence = { name: 's', match: { toString: '*' }, until: '2027-01-01T00:00:00Z' };
    expect(silencedBy(alert(), [silence], 0)).toBeNull();
  });
});

describe('a maintenance window', () => {
  const window = (given: Partial<Silence>): Silence => ({
    name: 'nightly',
    match: { service: 'shop' },
    forMs: 3_600_000,
    zone: 'Europe/Berlin',
    ...given,
  });
  const at = (text: string) => Date.parse(text);
  const iso = (found: number | null) => (found === null ? null : new Date(found).toISOString());

  const daily = window({ daily: '02:00' });
  const late = window({ daily: '23:30' });
  const weekly = window({ weekly: 'sun 02:00', forMs: 3 * 3_600_000 });
  const skipped = window({ daily: '02:30' });
  const cases: [string, Silence, string, string | null, string | null][] = [
    ['before', daily, '2026-11-23T00:59:59Z', null, '2026-11-23T01:00:00.000Z'],
    [
      'its first moment',
      daily,
      '2026-11-23T01:00:00Z',
      '2026-11-23T02:00:00.000Z',
      '2026-11-23T02:00:00.000Z',
    ],
    ['its last moment', daily, '2026-11-23T02:00:00Z', null, '2026-11-24T01:00:00.000Z'],
    [
      'in summer the same wall clock',
      daily,
      '2026-07-01T00:30:00Z',
      '2026-07-01T01:00:00.000Z',
      '2026-07-01T01:00:00.000Z',
    ],
    ['over midnight', late, '2026-11-23T23:10:00Z', '2026-11-23T23:30:00.000Z', '2026-11-23T23:30:00.000Z'],
    [
      'a day of the week',
      weekly,
      '2026-11-29T03:59:00Z',
      '2026-11-29T04:00:00.000Z',
      '2026-11-29T04:00:00.000Z',
    ],
    ['another day of the week', weekly, '2026-11-30T02:00:00Z', null, '2026-12-06T01:00:00.000Z'],
    // 29 March 2026: 02:00 becomes 03:00. The window begins where the clock jumps, and lasts its hour.
    [
      'a time the clock jumps over',
      skipped,
      '2026-03-29T01:30:00Z',
      '2026-03-29T02:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ],
    ['right before that jump', skipped, '2026-03-29T00:59:59Z', null, '2026-03-29T01:00:00.000Z'],
    // 25 October 2026: 03:00 becomes 02:00. It begins at the first 02:30, and an hour is an hour.
    [
      'a time that comes twice, first',
      skipped,
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ],
    ['a time that comes twice, again', skipped, '2026-10-25T01:30:00Z', null, '2026-10-26T01:30:00.000Z'],
    [
      'before it was made for',
      window({ daily: '02:00', from: '2026-12-01T00:00:00Z' }),
      '2026-11-23T01:30:00Z',
      null,
      '2026-12-01T01:00:00.000Z',
    ],
    [
      'from the middle of a window',
      window({ daily: '02:00', from: '2026-12-01T01:20:00Z' }),
      '2026-11-23T01:30:00Z',
      null,
      '2026-12-01T01:20:00.000Z',
    ],
    [
      'to the middle of a window',
      window({ daily: '02:00', until: '2026-12-01T01:20:00Z' }),
      '2026-12-01T01:10:00Z',
      '2026-12-01T01:20:00.000Z',
      '2026-12-01T01:20:00.000Z',
    ],
    [
      'after its end',
      window({ daily: '02:00', until: '2026-12-01T01:20:00Z' }),
      '2026-12-01T01:20:00Z',
      null,
      null,
    ],
  ];
  test.each(cases)('%s', (_what, silence, now, until, next) => {
    expect(iso(activeUntil(silence, at(now)))).toBe(until);
    expect(iso(nextChange(silence, at(now)))).toBe(next);
  });

  test('changes exactly where it says, in every zone of a year with both jumps', () => {
    const zones = ['America/New_York', 'Australia/Lord_Howe'];
    if (process.env.OPENCLAW_TEST_LONG) zones.push('UTC', 'Europe/Berlin', 'Pacific/Apia');
    for (const zone of zones) {
      const silence = window({ daily: '02:15', zone });
      let now = at('2026-01-01T00:00:00Z');
      for (let change = 0; change < 720; change++) {
        const next = nextChange(silence, now);
        if (next === null) throw new Error('it comes again');
        expect(activeUntil(silence, next - 1) === null).toBe(activeUntil(silence, now) === null);
        expect(activeUntil(silence, next) === null).not.toBe(activeUntil(silence, now) === null);
        now = next;
      }
    }
  });
});
