// Facts that nobody said but code can compute: a difference, a ratio, a share, a duration between two instants. Any number
// is a difference of some two others, so only values that belong together are tried: those the sentence itself names, else
// those of the few lines of the evidence that speak about the same.
import { type Known, wordsOf } from './evidence.ts';
import type { Found, Name, Quantity, Time } from './found.ts';
import { saysValue } from './occurs.ts';
import { isProportion } from './proportions.ts';
import { isSum } from './sums.ts';

const NEAR_LINES = 6;
/** "60 times" is said of 61.5. */
const RATIO_ROUNDED = 0.05;
const MOST_VALUES = 14;
const MOST_INSTANTS = 16;

const UP =
  /\b(?:rose|risen|rising|up|increas\w+|higher|more|grew|grown|climb\w+|jump\w+|gain\w+|above|longer|slower|larger|greater|spik\w+|surg\w+|worse)\b/i;
const DOWN =
  /\b(?:fell|fall\w*|dropp?\w*|down|decreas\w+|lower|less|fewer|declin\w+|reduc\w+|shorter|faster|smaller|shrank|below|recover\w+)\b/i;
const SPAN_WORDS =
  /\b(?:before|after|later|earlier|since|ago|within|between|last\w*|until|from|apart|elapsed|during|over|for|past|following)\b/i;
const OF_INCIDENT =
  /\b(?:incident|alert\w*|page|paged|opened|ago|now|current\w*|began|started|so far|lasts?|lasted)\b/i;

const APART_WORDS =
  /\b(?:left|free|remain\w*|differ\w*|gap|between|points?|by|exceed\w*|lost|spare|room|available|apart|short|missing)\b/i;
const SHARE_WORDS = /\b(?:of|share|portion|fraction|full|used|which is|that is|makes?)\b|\($/i;

/** What a sentence holds besides the claim: what was found to be true of it. */
export interface Around {
  sentence: string;
  /** Where the sentence begins in the text that the places count from. */
  begins: number;
  evidenced: readonly Found[];
  /** Instants that the sentences before it named. */
  earlier: readonly Time[];
}

export function isDerived(claim: Quantity, around: Around, known: Known): boolean {
  const own = around.evidenced.filter((each): each is Quantity => each.kind === 'quantity');
  const lines = nearLines(around, known);
  if (claim.spoken !== undefined) return isProportion(claim, around, own, lines, known);
  if (isSum(claim, around.sentence, own, lines, known)) return true;
  if (claim.measure === 'duration' && betweenInstants(claim, around, lines, known)) return true;
  const ownPairs = pairs(own.filter((each) => each.end <= claim.start || each.start >= claim.end));
  const usable = ownPairs.filter(([a, b]) => a.measure === b.measure && a.value !== b.value);
  const formula = formulaOf(claim, around);
  if (usable.some(([a, b]) => formula(a, b))) return true;
  if (perTime(claim, own)) return true;
  // Whoever names both values means these.
  if (usable.length > 0) return false;
  // In an answer's own text as JSON, numbers stand beside each other by chance.
  const read = lines.filter((line) => known.subjects[line]?.isRaw !== true);
  const values = read.map((line) =>
    known.quantities.filter((each) => each.line === line).slice(0, MOST_VALUES),
  );
  return values.some(
    (one) =>
      perTime(claim, one) ||
      pairs(one).some(([a, b]) => a.measure === b.measure && touches(own, a, b) && formula(a, b)),
  );
}

/** A sentence with one value of that measure speaks about that one. */
function touches(own: readonly Quantity[], a: Quantity, b: Quantity): boolean {
  const same = own.filter(({ measure }) => measure === a.measure);
  return same.length === 0 || same.some((each) => saysValue(each, a.value) || saysValue(each, b.value));
}

function formulaOf(claim: Quantity, { sentence, begins }: Around): (a: Quantity, b: Quantity) => boolean {
  const at = claim.start - begins;
  const after = sentence.slice(claim.end - begins, claim.end - begins + 40);
  const before = sentence.slice(Math.max(0, at - 60), at);
  const [up, down] = [UP.test(before) || UP.test(after), DOWN.test(before) || DOWN.test(after)];
  return (a, b) => {
    const [large, small] = a.value > b.value ? [a.value, b.value] : [b.value, a.value];
    const isDifference = up || down || APART_WORDS.test(before) || APART_WORDS.test(after);
    if (isDifference && claim.measure === a.measure && saysValue(claim, large - small)) return true;
    if (small <= 0) return false;
    if (claim.measure === 'times') return claim.isRatio && saysValue(claim, large / small, RATIO_ROUNDED);
    if (claim.measure !== 'percent') return false;
    const rise = ((large - small) / small) * 100;
    const fall = ((large - small) / large) * 100;
    if (up && !down) return saysValue(claim, rise);
    if (down && !up) return saysValue(claim, fall);
    if (up && down) return saysValue(claim, rise) || saysValue(claim, fall);
    const isShare = a.measure !== 'percent' && (SHARE_WORDS.test(before) || SHARE_WORDS.test(after));
    return isShare && saysValue(claim, (small / large) * 100);
  };
}

/** `38 errors in 19 s`: two a second. */
function perTime(claim: Quantity, values: readonly Quantity[]): boolean {
  if (claim.measure !== 'rate') return false;
  const counts = values.filter(({ measure }) => measure === 'count');
  const spans = values.filter(({ measure, value }) => measure === 'duration' && value > 0);
  return counts.some((count) => spans.some((span) => saysValue(claim, (count.value * 1_000) / span.value)));
}

function betweenInstants(claim: Quantity, around: Around, lines: readonly number[], known: Known): boolean {
  const stated = around.evidenced.flatMap((each) =>
    each.kind === 'time' && each.at !== null ? [each.at] : [],
  );
  if (stated.length > 1) {
    const both = pairs(stated).some(([a, b]) => saysSpan(claim, a, b));
    if (both) return true;
  }
  const ofNames = instantsBesideNames(around, known);
  const fixed = known.instants.filter(({ line }) => line === -1).map(({ at }) => at);
  const ofLines = lines
    .flatMap((line) => known.instants.filter((each) => each.line === line))
    .map(({ at }) => at);
  const ofIncident = OF_INCIDENT.test(around.sentence) ? fixed : [];
  const own = [...stated, ...ofNames, ...ofIncident];
  const spans = SPAN_WORDS.test(around.sentence);
  const anchors = own.length > 0 ? own : spans ? ofLines : [];
  const ends = [...fixed, ...stated, ...ofNames, ...around.earlier.flatMap(({ at }) => at ?? []), ...ofLines];
  const few = [...new Set(ends)].slice(0, MOST_INSTANTS);
  return [...new Set(anchors)]
    .slice(0, MOST_INSTANTS / 2)
    .some((a) => few.some((b) => a !== b && saysSpan(claim, a, b)));
}

/** Times are known to the minute often, so that what lies between them is known no better. */
function saysSpan(claim: Quantity, a: number, b: number): boolean {
  return saysValue(claim, Math.abs(a - b));
}

/** When a deploy or host that the sentence names is spoken of. */
function instantsBesideNames({ evidenced }: Around, known: Known): number[] {
  const names = evidenced.filter((each): each is Name => each.kind === 'name');
  const lines = names.flatMap(({ of, name }) => known.byWord.get(of === 'deploy' ? `#${name}` : name) ?? []);
  const wanted = new Set(lines);
  return known.instants
    .filter(({ line }) => wanted.has(line))
    .map(({ at }) => at)
    .slice(0, MOST_INSTANTS);
}

/** Those of the evidence that share the most words with the sentence. */
function nearLines({ sentence }: Around, known: Known): number[] {
  const score = new Map<number, number>();
  for (const word of wordsOf(sentence)) {
    const lines = known.byWord.get(word) ?? [];
    // What is on every line tells none apart.
    for (const line of lines) score.set(line, (score.get(line) ?? 0) + 1 / lines.length);
  }
  return [...score]
    .sort(([a, one], [b, other]) => other - one || a - b)
    .slice(0, NEAR_LINES)
    .map(([line]) => line);
}

function pairs<T>(all: readonly T[]): [T, T][] {
  const few = all.slice(0, MOST_VALUES);
  return few.flatMap((a, index) => few.slice(index + 1).map((b): [T, T] => [a, b]));
}
