// The model may word things, but every fact in its words has to be somebody's: code looks each up in what the turn read,
// and takes out what it does not find. What is taken out leaves a mark, as a text that closes over a gap may say the opposite.
import { shortened } from '../../domain/excerpt.ts';
import { isAdvised } from './facts/advice.ts';
import { type Around, isDerived } from './facts/derive.ts';
import { type Evidence, type Known, knownOf } from './facts/evidence.ts';
import type { Found, Time } from './facts/found.ts';
import { nameOccurs, quantityOccurs, shareOccurs, timeOccurs } from './facts/occurs.ts';
import { isOffer, isWayOfSpeaking, type Quote, quoteOccurs, quotesIn } from './facts/quotes.ts';
import { factsIn, plainDigits } from './facts/scan.ts';
import { type Statement, statementsOf } from './facts/statements.ts';
import { isOfAnother } from './facts/subjects.ts';
import { isSumOfShares } from './facts/sums.ts';
import { type Lost, withStruck } from './strike.ts';

export interface Struck {
  /** As the model wrote it. */
  what: string;
  kind: 'quantity' | 'time' | 'name' | 'quote';
}

export interface Checked {
  text: string;
  struck: Struck[];
  /** How many sentences, rows and lines of code lost something. */
  statements: number;
}

const LONGEST_TEXT = 20_000;

/**
 * `text` in Markdown, of which at most 20,000 characters are read; the rest is cut off. A quantity stays where it occurs in
 * the evidence, rounded as a person rounds, or is a difference, ratio, share or duration of two values there; a time at the
 * precision it is given in; a deploy, host, path or id as a whole; a quotation word for word. Small spelt numbers ("two
 * deploys") and the numbers of a list are none. A number told of another service, instance or metric
 * than the readings do is struck; what a bidden action takes ("wait 10 minutes") is no claim. Never throws.
 */
export function checkFacts(text: string, evidence: Evidence): Checked {
  const known = knownOf(evidence);
  const read = plainDigits(shortened(text, LONGEST_TEXT));
  const statements = statementsOf(read).map((each) => readStatement(read, each, known));
  const accepted = new Set<string>();
  const earlier: Time[] = [];
  for (const one of statements) {
    one.unproven = one.unproven.filter(
      (each) => !(each.kind === 'quantity' && derived(each, one, earlier, read, known)),
    );
    for (const each of one.facts) {
      if (one.unproven.includes(each)) continue;
      accepted.add(sameness(each));
      if (each.kind === 'time') earlier.push(each);
    }
  }
  const struck: Struck[] = [];
  const lost: Lost[] = [];
  for (const one of statements) {
    // What a later sentence derives, the first may say already.
    const unproven = one.unproven.filter(
      (each) => each.kind !== 'quantity' || one.wrong.has(each) || !accepted.has(sameness(each)),
    );
    if (unproven.length === 0 && one.quotes.length === 0) continue;
    struck.push(
      ...[...unproven, ...one.quotes].map((each) => ({
        what: shortened(each.text, 200),
        kind: kindOf(each),
      })),
    );
    lost.push({
      statement: one.statement,
      places: [...unproven, ...one.quotes],
      quotes: one.quotes.length > 0,
    });
  }
  const left = withStruck(
    read,
    statements.map(({ statement }) => statement),
    lost,
  );
  return { text: left, struck, statements: lost.length };
}

interface Read {
  statement: Statement;
  facts: Found[];
  unproven: Found[];
  /** Those that occur, but of another service, instance or metric. */
  wrong: ReadonlySet<Found>;
  /** Those that nobody said. */
  quotes: Quote[];
}

function readStatement(text: string, statement: Statement, known: Known): Read {
  const { start, end, kind } = statement;
  const sentence = text.slice(start, end);
  const quotes: Quote[] =
    kind === 'code'
      ? [{ kind: 'quote', start, end, text: sentence.trim(), words: sentence, isCode: true }]
      : quotesIn(sentence, start).filter((quote) => !isWayOfSpeaking(quote));
  const offers = quotes.filter((quote) => isOffer(quote, known));
  const said = quotes.filter((quote) => !offers.includes(quote) && quoteOccurs(quote, known));
  const within = (place: { start: number; end: number }, all: readonly Quote[]) =>
    all.some((quote) => place.start >= quote.start && place.end <= quote.end);
  const facts = factsIn(sentence, known.clocks)
    .map((found) => ({ ...found, start: found.start + start, end: found.end + start }))
    // What a true quotation says it says; what a command asks for is no claim, but it may not name what is not there.
    .filter((found) => !within(found, said) && (found.kind === 'name' || !within(found, offers)))
    .filter((found) => !isOfTheLanguage(found, sentence, start))
    .filter((found) => found.kind !== 'quantity' || !isAdvised(found, sentence, start));
  const wrong = new Set(
    facts.filter(
      (found) =>
        (found.kind === 'quantity' || found.kind === 'name') &&
        isOfAnother(found, facts, sentence, start, known),
    ),
  );
  const unproven = facts.filter((found) => wrong.has(found) || !occurs(found, text, statement, known));
  const invented = quotes.filter((quote) => !offers.includes(quote) && !said.includes(quote));
  return { statement, facts, unproven, wrong, quotes: invented };
}

/** "step 3", "level 2", "1st", "option 1": where something stands in a row. */
function isOfTheLanguage(found: Found, sentence: string, begins: number): boolean {
  if (found.kind === 'name')
    return (
      found.of === 'path' &&
      /^\/[a-z][a-z-]{1,20}$/.test(found.text) &&
      /`[^`]*$/.test(sentence.slice(0, found.start - begins))
    );
  if (found.kind !== 'quantity' || found.measure !== 'count') return false;
  const before = sentence.slice(Math.max(0, found.start - begins - 16), found.start - begins);
  return (
    found.value <= 20 &&
    /\b(?:steps?|levels?|options?|phase|item|point|part|section|top|tier|priority|sev|hypothesis|cause|first|last|next)[ -]$/i.test(
      before,
    ) &&
    !/\b(?:last|first|next) $/i.test(before)
  );
}

function occurs(found: Found, text: string, { start, end }: Statement, known: Known): boolean {
  switch (found.kind) {
    case 'quantity':
      return quantityOccurs(found, known);
    case 'share':
      return (
        shareOccurs(found, text.slice(found.end, end), known) ||
        isSumOfShares(found, text.slice(start, end), text.slice(found.end, end), known)
      );
    case 'time':
      return timeOccurs(found, known);
    case 'name':
      return nameOccurs(found, known);
    default:
      return found satisfies never;
  }
}

function derived(claim: Found, one: Read, earlier: readonly Time[], text: string, known: Known): boolean {
  if (claim.kind !== 'quantity') return false;
  const { start, end } = one.statement;
  const around: Around = {
    sentence: text.slice(start, end),
    begins: start,
    evidenced: one.facts.filter((each) => !one.unproven.includes(each)),
    earlier: earlier.slice(-8),
  };
  return isDerived(claim, around, known);
}

function sameness(found: Found): string {
  return found.kind === 'quantity'
    ? `${found.measure} ${found.value.toPrecision(9)}`
    : `${found.kind} ${found.text}`;
}

function kindOf(found: Found | Quote): Struck['kind'] {
  return found.kind === 'share' ? 'quantity' : found.kind;
}
