// What `status` says of the model in one line: whether it is asked, and what it cost today.
import { type Allowance, dollarText, tokenText } from './model-budget.ts';

/** As the daemon wrote it last. */
export interface ModelNote {
  model: string;
  /** Not asked before that instant; null: it is asked. */
  restsUntil: number | null;
}

/** `restsUntil`: of the note, where that is still to come, as it is shown. `limit`: of a day. */
export function modelLine(
  note: ModelNote | null,
  { rests, today, limit }: { rests: string | null; today: Allowance; limit: Allowance },
): string {
  if (note === null)
    return 'no model: ANTHROPIC_API_KEY is not set where the daemon runs, and everything works without it';
  const cost = `today ${tokenText(today.tokens)}, ${dollarText(today.microDollars)} of ${dollarText(limit.microDollars)}`;
  return rests === null
    ? `model ${note.model}: ${cost}`
    : `model ${note.model}: it did not answer and is left alone until ${rests}; everything works without it (${cost})`;
}
