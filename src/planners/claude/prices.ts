// What a request costs by the public price list.
import type { ModelUsage } from '../../domain/model-budget.ts';

/** US dollars for a million tokens. */
interface Price {
  input: number;
  output: number;
  /** Kept for 5 minutes, the only time we ask for. */
  cacheWrite: number;
  cacheRead: number;
}

/**
 * platform.claude.com/docs/en/about-claude/pricing, "Model pricing", as of November 2026, by the names of the SDK's own
 * `Model` type. Not on the page as it could be read: Fable 5.2 (its announcement of 9 November: 20% below 5.1) and
 * Mythos, which has the prices of the Fable of its number.
 */
const PRICES: readonly [name: string, price: Price][] = [
  ['claude-fable-5-2', price(8, 40, 0.2)],
  ['claude-mythos-5-2', price(8, 40, 0.2)],
  ['claude-fable-5-1', price(10, 50, 0.25)],
  ['claude-mythos-5-1', price(10, 50, 0.25)],
  ['claude-fable-5', price(10, 50, 1)],
  ['claude-mythos-5', price(10, 50, 1)],
  ['claude-opus-5-5', price(4, 20, 0.2)],
  ['claude-opus-5', price(5, 25, 0.5)],
  ['claude-opus-4-8', price(5, 25, 0.5)],
  ['claude-opus-4-7', price(5, 25, 0.5)],
  ['claude-opus-4-6', price(5, 25, 0.5)],
  ['claude-opus-4-5', price(5, 25, 0.5)],
  ['claude-opus-4-1', price(15, 75, 1.5)],
  ['claude-sonnet-5-5', price(2, 10, 0.1)],
  ['claude-sonnet-5', price(2, 10, 0.2)],
  ['claude-sonnet-4-6', price(3, 15, 0.3)],
  ['claude-sonnet-4-5', price(3, 15, 0.3)],
  ['claude-haiku-5-5', price(0.1, 0.5, 0.01)],
  ['claude-haiku-4-5', price(1, 5, 0.1)],
];

/** A request above it pays five times as much for all of its tokens; the others have one price at any length. */
const LONG_PROMPT = { name: 'claude-haiku-5-5', tokens: 100_000, times: 5 };

/** For a name we do not know, so that a budget errs on the safe side: of each kind the dearest. */
const DEAREST: Price = {
  input: Math.max(...PRICES.map(([, { input }]) => input)),
  output: Math.max(...PRICES.map(([, { output }]) => output)),
  cacheWrite: Math.max(...PRICES.map(([, { cacheWrite }]) => cacheWrite)),
  cacheRead: Math.max(...PRICES.map(([, { cacheRead }]) => cacheRead)),
};

/** Of one request, in whole millionths of a dollar, rounded up. A sum over requests is not the cost of their sum. */
export function costOf(model: string, usage: ModelUsage): number {
  const known = PRICES.find(([name]) => isNamed(model, name));
  const { input, output, cacheWrite, cacheRead } = known?.[1] ?? DEAREST;
  const prompt = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const times = known?.[0] === LONG_PROMPT.name && prompt > LONG_PROMPT.tokens ? LONG_PROMPT.times : 1;
  const dollarsPerMillion =
    usage.inputTokens * input +
    usage.outputTokens * output +
    usage.cacheWriteTokens * cacheWrite +
    usage.cacheReadTokens * cacheRead;
  // Dollars per million tokens are millionths of a dollar per token. The small step back is for 0.1 + 0.2.
  return Math.ceil(times * dollarsPerMillion - 1e-6);
}

export function isPriced(model: string): boolean {
  return PRICES.some(([name]) => isNamed(model, name));
}

/** `claude-haiku-4-5-20251001` is `claude-haiku-4-5`; `claude-opus-5-7` is not `claude-opus-5`. */
function isNamed(model: string, name: string): boolean {
  return model === name || new RegExp(`^${name}(?:-\\d{8}|-latest|@.*|\\[.*)$`).test(model);
}

/** A cache write of 5 minutes is a quarter above the input on every model of the list. */
function price(input: number, output: number, cacheRead: number): Price {
  return { input, output, cacheWrite: input * 1.25, cacheRead };
}
