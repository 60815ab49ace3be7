// What one request cost: as the API said, or, where it did not come to say it, on the high side of what went over.
import { type Allowance, type ModelSpending, type ModelUsage, tokensOf } from '../../domain/model-budget.ts';
import { costOf } from './prices.ts';
import type { ModelRequest } from './request.ts';
import type { SaidUsage } from './turn-reader.ts';

/** English has about four, the newer tokenizers a third less; logs are full of numbers. */
const BYTES_PER_TOKEN = 3;

export interface Seen {
  model: string;
  requestBytes: number;
  said: SaidUsage;
  /** Characters the model wrote. */
  written: number;
  /** Whether the answer came to its end, so that what it said of its own length is all. */
  whole: boolean;
}

export function spendingOf({ model, requestBytes, said, written, whole }: Seen): ModelSpending {
  const asked = said.input !== null || said.cacheWrite !== null || said.cacheRead !== null;
  const least = tokensOfBytes(written);
  const usage: ModelUsage = {
    inputTokens: asked ? (said.input ?? 0) : tokensOfBytes(requestBytes),
    outputTokens: whole ? (said.output ?? least) : Math.max(said.output ?? 0, least),
    cacheWriteTokens: said.cacheWrite ?? 0,
    cacheReadTokens: said.cacheRead ?? 0,
  };
  const estimated = !whole || !asked || said.output === null;
  return { ...usage, model, microDollars: costOf(model, usage), estimated };
}

/** What it may cost at the utmost: read anew as a whole, kept, and answered at full length. */
export function utmostOf(request: ModelRequest): Allowance {
  const cacheWriteTokens = tokensOfBytes(Buffer.byteLength(JSON.stringify(request)));
  const usage: ModelUsage = {
    inputTokens: 0,
    outputTokens: request.max_tokens,
    cacheWriteTokens,
    cacheReadTokens: 0,
  };
  return { tokens: tokensOf(usage), microDollars: costOf(request.model, usage) };
}

export function nothingSpent(model: string): ModelSpending {
  return {
    model,
    inputTokens: 0,
    outputTokens: 0,
    cacheWriteTokens: 0,
    cacheReadTokens: 0,
    microDollars: 0,
    estimated: false,
  };
}

export function added(one: ModelSpending, other: ModelSpending): ModelSpending {
  return {
    model: one.model,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    microDollars: one.microDollars + other.microDollars,
    estimated: one.estimated || other.estimated,
  };
}

function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
