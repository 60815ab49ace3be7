// What `status` says of the model in one line: whether it is asked, and what it cost today.
import { type Allowance, dollarText, tokenText } from './model-budget.ts';

/** Of one model: what happened ("Claude refuses its key (401)"), and what to look at. */
export interface ModelTrouble {
  model: string;
  words: string;
  hint: string | null;
}

/** As the daemon wrote it last. */
export interface ModelNote {
  model: string;
  /** Not asked before that instant; null: it is asked. */
  restsUntil: number | null;
  /** Of the newest conversation, where it came to nothing. */
  trouble?: ModelTrouble;
}

/** `restsUntil`: of the note, where that is still to come, as it is shown. `limit`: of a day. */
export function modelLine(
  note: ModelNote | null,
  { rests, today, limit }: { rests: string | null; today: Allowance; limit: Allowance },
): string {
  const cost = `today ${tokenText(today.tokens)}, ${dollarText(today.microDollars)} of ${dollarText(limit.microDollars)}`;
  if (note === null) {
    // What auto-fix add asked was asked from a shell.
    const spent = today.tokens === 0 ? '' : ` (${cost})`;
    return `no model: ANTHROPIC_API_KEY is not set where the daemon runs, and everything works without it${spent}`;
  }
  const isUsedUp = today.microDollars >= limit.microDollars || today.tokens >= limit.tokens;
  const wrong = isUsedUp ? 'what it may cost in a day is used up' : wrongWithModel(note, rests);
  return wrong === null
    ? `model ${note.model}: ${cost}`
    : `model ${note.model}: ${wrong}; everything works without it (${cost})`;
}

/** `incidents`: the open ones that it was asked about, with what that cost so far. */
export function budgetLine(
  limits: Readonly<Record<'command' | 'incident', Allowance>>,
  incidents: readonly ({ id: number } & Allowance)[],
): string {
  const soFar = incidents.map(({ id, microDollars }) => `#${id} ${dollarText(microDollars)}`);
  const cost = soFar.length === 0 ? '' : ` (so far: ${soFar.join(', ')})`;
  return `it may cost ${most(limits.command)} for a command, ${most(limits.incident)} for an incident${cost}`;
}

const most = ({ microDollars, tokens }: Allowance): string =>
  `${dollarText(microDollars)} or ${tokenText(tokens)}`;

/** Null: nothing that is known. `rests` as above. */
export function wrongWithModel({ model, trouble }: ModelNote, rests: string | null): string | null {
  const named = trouble && trouble.model !== model ? ` (asked for ${trouble.model})` : '';
  const why = trouble && `${trouble.words}${named}`;
  if (rests === null) return why ?? null;
  return `${why ?? 'it did not answer'}${why === undefined ? ' and' : ', and it'} is left alone until ${rests}`;
}
