import { describe, expect, test } from 'vitest';
import {
  addAllowance,
  DEFAULT_MODEL_LIMITS,
  dollarText,
  roomFor,
  tokensOf,
} from '../../src/domain/model-budget.ts';

const limits = DEFAULT_MODEL_LIMITS;
const now = Date.parse('2026-11-23T03:14:00Z');
const little = { tokens: 10, microDollars: 10 };

describe('room for another request', () => {
  test('is there below every limit, and where nothing is limited', () => {
    expect(roomFor(limits, { command: little, incident: little, day: little }, { now })).toEqual({
      ok: true,
    });
    expect(roomFor({}, { day: { tokens: 1e12, microDollars: 1e12 } }, { now })).toEqual({ ok: true });
    expect(roomFor(limits, {}, { now })).toEqual({ ok: true });
  });

  test('ends with the money of a command, and the next one starts anew', () => {
    const command = { tokens: 90_000, microDollars: 500_000 };

    expect(roomFor(limits, { command, day: little }, { now })).toEqual({
      ok: false,
      span: 'command',
      of: 'money',
      freesAt: null,
      sentence:
        'This command has used what Claude may cost for one ($0.50 of $0.50); the next one starts anew.',
    });
  });

  test('ends with the tokens of an incident, where nothing frees it', () => {
    const incident = { tokens: 1_500_001, microDollars: 1 };

    expect(roomFor(limits, { command: little, incident, day: little }, { now })).toEqual({
      ok: false,
      span: 'incident',
      of: 'tokens',
      freesAt: null,
      sentence: 'This incident has used what Claude may cost for one (1,500,001 of 1,500,000 tokens).',
    });
  });

  test.each([
    ['UTC', '2026-11-24T00:00:00Z', '00:00 UTC'],
    ['America/New_York', '2026-11-23T05:00:00Z', '00:00 GMT-5'],
    ['Australia/Sydney', '2026-11-23T13:00:00Z', '00:00 GMT+11'],
  ])('of a day frees at midnight of the zone: %s', (zone, freesAt, words) => {
    const day = { tokens: 1, microDollars: 20_040_000 };

    const room = roomFor(limits, { day }, { now, zone });

    expect(room).toMatchObject({ ok: false, span: 'day', freesAt: Date.parse(freesAt) });
    const when = zone === 'UTC' ? `Tue 24 Nov ${words}` : words;
    expect(room).toMatchObject({
      sentence: `Today has used what Claude may cost in a day ($20.04 of $20.00); there is room again at ${when}.`,
    });
  });

  test('of a day whose clocks change is the midnight that people see', () => {
    const day = { tokens: 1e9, microDollars: 0 };
    const at = { now: Date.parse('2026-10-25T00:30:00Z'), zone: 'Europe/Berlin' };

    expect(roomFor(limits, { day }, at)).toMatchObject({ freesAt: Date.parse('2026-10-25T23:00:00Z') });
  });
});

test('what was spent is added up', () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheWriteTokens: 3, cacheReadTokens: 4 };

  expect(tokensOf(usage)).toBe(10);
  expect(addAllowance(little, { ...usage, model: 'x', microDollars: 5, estimated: false })).toEqual({
    tokens: 20,
    microDollars: 15,
  });
});

test.each([
  [0, '$0.00'],
  [4_200, '$0.0042'],
  [420_000, '$0.42'],
  [20_000_000, '$20.00'],
])('%d millionths of a dollar are %s', (microDollars, text) => {
  expect(dollarText(microDollars)).toBe(text);
});
