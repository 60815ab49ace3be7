// Who was called about an incident, round by round, as its header tells it. Pure.
import { clockTimeWithZone } from './time.ts';

export interface Called {
  /** `@sarah`, or a pager's own name. */
  who: string;
  /** The way as people know it: "PagerDuty". Null: how is not known. */
  via: string | null;
  /** `at`: a fact, with its time. */
  page: { is: 'on its way' | 'not taken' } | { is: 'arrived'; at: number };
}

/** Those who were called together are one round. */
export type CalledRounds = readonly (readonly Called[])[];

/** "@sarah (paged via slack at 03:14 UTC), then @ana (being paged via slack)"; null: nobody was called. */
export function calledText(rounds: CalledRounds, zone: string): string | null {
  if (rounds.length === 0) return null;
  return rounds.map((round) => round.map((each) => oneText(each, zone)).join(', ')).join(', then ');
}

/** Who was called first stays named; a round that calls nobody new, and in no new way, is no news. */
export function withRound(before: CalledRounds, round: readonly Called[]): CalledRounds {
  const known = before.flat();
  const isKnown = ({ who, via }: Called) => known.some((each) => each.who === who && each.via === via);
  return round.every(isKnown) ? before : [...before, round];
}

/** What became of the page to one person: the first of theirs that `which` takes. Null: none does. */
export function withChange(
  rounds: CalledRounds,
  who: string,
  { which, to }: { which: (called: Called) => boolean; to: Partial<Called> },
): CalledRounds | null {
  const found = rounds.flat().find((each) => each.who === who && which(each));
  if (!found) return null;
  return rounds.map((round) => round.map((each) => (each === found ? { ...each, ...to } : each)));
}

/** Incidents from before this was kept as data hold the text that their header showed. */
export function calledBefore(text: string | null): CalledRounds {
  return text === null ? [] : [[{ who: text, via: null, page: { is: 'on its way' } }]];
}

function oneText({ who, via, page }: Called, zone: string): string {
  if (via === null) return who;
  switch (page.is) {
    case 'on its way':
      return `${who} (being paged via ${via})`;
    case 'not taken':
      return `${who} (not paged via ${via})`;
    case 'arrived':
      return `${who} (paged via ${via} at ${clockTimeWithZone(page.at, zone)})`;
    default:
      return page satisfies never;
  }
}
