// What a model may cost: tokens and money for one command, one incident, one day. Pure; the ledger that counts is the
// daemon's.
import { momentText } from './time.ts';
import { calendarDay, wallInstant } from './wall-clock.ts';

/** Tokens of one answered request, each kind billed by its own price. */
export interface ModelUsage {
  /** Read anew. */
  inputTokens: number;
  /** Written, thinking included. */
  outputTokens: number;
  /** Read and kept for the next request. */
  cacheWriteTokens: number;
  /** Read from what was kept. */
  cacheReadTokens: number;
}

export interface ModelSpending extends ModelUsage {
  model: string;
  /** Millionths of a US dollar, a whole number. */
  microDollars: number;
  /** True where the API did not say, or not all of it: counted from the bytes that went over, on the high side. */
  estimated: boolean;
}

/** Asked before each request to a model, told after it. */
export interface Ledger {
  /**
   * Whether a request may be made that costs `most` at the utmost. Where it may, that counts as spent, for all who ask meanwhile and
   * across a crash, until `spent` says what it was.
   */
  room(most: Allowance): Promise<{ ok: true } | { ok: false; sentence: string }>;
  /** What it did cost, answered, cut or not; null: nothing. */
  spent(spending: ModelSpending | null): Promise<void>;
}

export interface Allowance {
  /** All four kinds together. */
  tokens: number;
  microDollars: number;
}

export type Span = 'command' | 'incident' | 'day';

/** No entry: it belongs to none (a question outside of an incident), or nothing is limited there. */
export type ModelUse = Partial<Record<Span, Allowance>>;
export type ModelLimits = Partial<Record<Span, Allowance>>;

export type Room =
  | { ok: true }
  | {
      ok: false;
      span: Span;
      of: 'tokens' | 'money';
      /** When there is room again. Null: not by waiting. */
      freesAt: number | null;
      sentence: string;
    };

const DOLLAR = 1_000_000;

/**
 * A usual command is 3 or 4 requests of some 10,000 tokens, $0.05 on the default model; the longest that the bounds
 * of one conversation allow comes to about $0.50. An incident holds some twenty usual ones, a day ten incidents:
 * enough for a bad day, and no more than $20 where something asks in a circle.
 */
export const DEFAULT_MODEL_LIMITS: Readonly<Record<Span, Allowance>> = {
  command: { tokens: 300_000, microDollars: 0.5 * DOLLAR },
  incident: { tokens: 1_500_000, microDollars: 2 * DOLLAR },
  day: { tokens: 10_000_000, microDollars: 20 * DOLLAR },
};

const SPANS: readonly Span[] = ['command', 'incident', 'day'];

/**
 * Whether another request may be made. One that begins with a little room left may end a request's cost above the
 * limit, and no other begins beside it: `used` has what those under way may cost.
 * `zone`: whose midnight begins a day; default: UTC.
 */
export function roomFor(limits: ModelLimits, used: ModelUse, at: { now: number; zone?: string }): Room {
  for (const span of SPANS) {
    const [limit, use] = [limits[span], used[span]];
    if (limit === undefined || use === undefined) continue;
    const of =
      use.microDollars >= limit.microDollars ? 'money' : use.tokens >= limit.tokens ? 'tokens' : null;
    if (of === null) continue;
    const freesAt = span === 'day' ? nextMidnight(at.now, at.zone ?? 'UTC') : null;
    return { ok: false, span, of, freesAt, sentence: sentence(span, of, limit, use, freesAt, at) };
  }
  return { ok: true };
}

export function addAllowance(one: Allowance, { microDollars, ...usage }: ModelSpending): Allowance {
  return { tokens: one.tokens + tokensOf(usage), microDollars: one.microDollars + microDollars };
}

export function tokensOf(usage: ModelUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
}

/** `$0.42`; below a cent, `$0.0042`. */
export function dollarText(microDollars: number): string {
  const dollars = microDollars / DOLLAR;
  return `$${dollars.toFixed(dollars > 0 && dollars < 0.01 ? 4 : 2)}`;
}

export function tokenText(tokens: number): string {
  return `${tokens.toLocaleString('en-US')} token${tokens === 1 ? '' : 's'}`;
}

function sentence(
  span: Span,
  of: 'tokens' | 'money',
  limit: Allowance,
  use: Allowance,
  freesAt: number | null,
  { now, zone = 'UTC' }: { now: number; zone?: string },
): string {
  const used =
    of === 'money'
      ? `${dollarText(use.microDollars)} of ${dollarText(limit.microDollars)}`
      : `${use.tokens.toLocaleString('en-US')} of ${tokenText(limit.tokens)}`;
  switch (span) {
    case 'command':
      return `This command has used what Claude may cost for one (${used}); the next one starts anew.`;
    case 'incident':
      return `This incident has used what Claude may cost for one (${used}).`;
    case 'day':
      return `Today has used what Claude may cost in a day (${used}); there is room again at ${momentText(freesAt ?? now, now, zone)}.`;
    default:
      return span satisfies never;
  }
}

function nextMidnight(now: number, zone: string): number {
  return wallInstant(calendarDay(now, zone) + 1, 0, zone);
}
