// What an operator lets a model cost, as it is written: `5usd`, `$5`, `800000 tokens`, `5usd 800000 tokens`.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { type Allowance, DEFAULT_MODEL_LIMITS, type Span } from './model-budget.ts';

export const BUDGET_SPANS: readonly Span[] = ['command', 'incident', 'day'];
const EXAMPLE = '5usd, "800000 tokens", or both: "5usd 800000 tokens"';

/** `before`: what holds for what is not said. Errors: UserError 'usage'. */
export function parseAllowance(text: string, before: Allowance): Allowance {
  const found =
    /^(?:\$ ?(\d{1,6}(?:\.\d{1,4})?)|(\d{1,6}(?:\.\d{1,4})?) ?usd)?(?:^|[ ,]{1,4}|$)(?:(\d{1,12}) ?tokens?)?$/i.exec(
      text.trim(),
    );
  const [, signed, named, tokens] = found ?? [];
  const dollars = signed ?? named;
  if (dollars === undefined && tokens === undefined)
    throw usageError(`${quoted(text)} is no amount of money or tokens`, EXAMPLE);
  return {
    microDollars: dollars === undefined ? before.microDollars : Math.round(Number(dollars) * 1_000_000),
    tokens: tokens === undefined ? before.tokens : Number(tokens),
  };
}

/** Of an agent: what is written, else the defaults. */
export function limitsOf(budget: Readonly<Record<string, string>> = {}): Record<Span, Allowance> {
  const of = (span: Span) => {
    const written = budget[span];
    const usual = DEFAULT_MODEL_LIMITS[span];
    return written === undefined ? usual : parseAllowance(written, usual);
  };
  return { command: of('command'), incident: of('incident'), day: of('day') };
}
