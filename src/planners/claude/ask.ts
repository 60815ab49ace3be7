// One turn: room in the budget, everything cleaned, the request and its answer, and what may be tried again.
import type { Clock } from '../../domain/clock.ts';
import type { Ledger, ModelSpending } from '../../domain/model-budget.ts';
import { type Attempt, attempt } from './attempt.ts';
import { utmostOf } from './budget.ts';
import type { Client } from './client.ts';
import type { Limits } from './limits.ts';
import { type Failure, tooSlow } from './outcome.ts';
import { cleanRequest, type ModelRequest, requestDigest } from './request.ts';
import type { Turn } from './turn-reader.ts';

export interface TalkParts {
  client: Promise<Client>;
  clock: Clock;
  limits: Limits;
  outgoing(text: string): string;
  random(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface AskOptions extends TalkParts {
  ledger: Ledger;
  signal: AbortSignal;
  giveUpAt: number;
  onText(soFar: string): void;
  /** Tries that are left after a failed one; counted down here. */
  retries: { left: number };
  /** Told of every request that cost something. */
  onSpent(spending: ModelSpending): void;
}

export type Asked =
  /** `sent`: names the request's bytes; null: they have no name. */
  | { ok: true; turn: Turn; outputTokens: number; sent: string | null }
  /** `asked`: the API was, and this is its doing. */
  | { ok: false; failure: Failure; asked: boolean };

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Tried again: 429, 500, 502, 503, 529 and lost connections, after a random pause (full jitter: anything up to a bound
 * that doubles) or the time the API asks for, where that is over before the deadline. Text that was streamed already
 * does not count: the new answer takes its place. Errors: the reason of `signal`.
 */
export async function ask(request: ModelRequest, options: AskOptions): Promise<Asked> {
  const { clock, limits, signal, giveUpAt, retries } = options;
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    if (clock.now() >= giveUpAt) return { ok: false, failure: tooSlow(limits.deadlineMs), asked: tries > 0 };
    const cleaned = cleanedOrNull(request, options.outgoing);
    if (cleaned === null) return { ok: false, failure: WITHHELD, asked: false };
    const full = await whyNoRoom(options.ledger, cleaned);
    if (full) return { ok: false, failure: full, asked: false };
    const tried = await attempt(cleaned, { ...options, ...limits });
    const unwritten = await settle(tried, options);
    signal.throwIfAborted();
    if (unwritten) return { ok: false, failure: unwritten, asked: false };
    if (tried.kind === 'hung up') return { ok: false, failure: tooSlow(limits.deadlineMs), asked: false };
    if (tried.kind === 'answered')
      return {
        ok: true,
        turn: tried.turn,
        outputTokens: tried.spending?.outputTokens ?? 0,
        sent: requestDigest(cleaned),
      };
    const { trouble } = tried;
    const pauseMs = Math.max(
      options.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries),
      trouble.afterMs ?? 0,
    );
    if (!trouble.again || retries.left === 0 || clock.now() + pauseMs >= giveUpAt)
      return { ok: false, failure: trouble, asked: true };
    retries.left -= 1;
    await options.wait(pauseMs, signal).catch(() => signal.throwIfAborted());
  }
}

export const WITHHELD: Failure = {
  why: 'withheld',
  words: 'What Claude would have been sent could not be cleaned of secrets, and nothing was',
};

async function whyNoRoom(ledger: Ledger, request: ModelRequest): Promise<Failure | null> {
  try {
    const room = await ledger.room(utmostOf(request));
    if (room.ok) return null;
    return { why: 'over-budget', words: '', sentence: `${room.sentence} So this is without Claude.` };
  } catch {
    return { why: 'over-budget', words: 'What Claude has cost so far cannot be read' };
  }
}

function cleanedOrNull(request: ModelRequest, outgoing: (text: string) => string): ModelRequest | null {
  try {
    return cleanRequest(request, outgoing);
  } catch {
    return null;
  }
}

/** Money that cannot be counted is not spent a second time. */
async function settle({ spending }: Attempt, options: AskOptions): Promise<Failure | null> {
  if (spending !== null) options.onSpent(spending);
  try {
    await options.ledger.spent(spending);
    return null;
  } catch {
    return { why: 'over-budget', words: 'What Claude costs cannot be written down' };
  }
}
