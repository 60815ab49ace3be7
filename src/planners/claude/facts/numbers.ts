// Numbers and what they measure in a text.
import { type Looseness, placeOf, type Quantity, type Share, type Unread } from './found.ts';
import {
  DURATION_FORMS,
  meaningOfKey,
  PERCENT_FORMS,
  SIZE_FORMS,
  type UnitMeaning,
  unitMeaning,
} from './measure.ts';
import { spokenIn } from './spoken.ts';

const NUMBER = '\\d{1,3}(?:,\\d{3}){1,4}(?:\\.\\d{1,9})?|\\d{1,15}(?:\\.\\d{1,15})?';
const PER =
  '(?: ?(?:(?:[a-z]{2,14} )?per |[a-z]{2,14} an? |an? )|(?: ?[a-z]{2,14})? ?/ ?)(?:seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h)';
const UNIT = [
  `(?:${SIZE_FORMS})(?:/s| per second|ps)`,
  PER,
  `${PERCENT_FORMS}`,
  '[kmgt]bps|[kmgt]bit/s|rps|qps|tps|rpm',
  '×|x|times|-?fold',
  SIZE_FORMS,
  DURATION_FORMS,
].join('|');
const BEFORE = '(?<![\\w.#/@$€£-]|\\d[,:])';
const AFTER = '(?![\\w]|\\.\\d)';

const MONEY =
  /(?<![\w])(?:([$€£])\s?|(?:USD|EUR|GBP) )(\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)(?![\w]|\.\d)|(?<![\w.])(\d{1,15}(?:\.\d{1,9})?) ?(?:€|USD|EUR|GBP|dollars|euros|cents)(?![\w])/g;
const TIMES_BEFORE = /[×]\s?(\d{1,3}(?:,\d{3}){1,4}|\d{1,15}(?:\.\d{1,9})?)(?![\w]|\.\d)/g;
const SHARE = new RegExp(
  `${BEFORE}(\\d{1,9}) (?:of|out of) (?:the |its |all |our )?(?:last )?(\\d{1,9})(?![\\w%]|[.,]\\d| ?(?:%|ms|s|min|minutes?|seconds?|hours?|days?)(?!\\w))`,
  'gi',
);
const RANGE = new RegExp(
  `${BEFORE}(${NUMBER})( ?(?:-|–|—|to|and) ?)(${NUMBER})(?:( ?)-?(${UNIT}))${AFTER}`,
  'gi',
);
const WITH_UNIT = new RegExp(`${BEFORE}(${NUMBER})(?:[ \\u00a0-]?)(${UNIT})(?![a-z\\d_]|\\.\\d)`, 'gi');
const SCALED = new RegExp(`${BEFORE}(${NUMBER}) ?(k|M|million|billion|thousand)(?![\\w])`, 'g');
const BARE = new RegExp(`${BEFORE}(${NUMBER})(?=(s)?(?![\\w]|\\.\\d))`, 'gi');
/** `after 20ms` and `x=20` but not `20th`. */
const GLUED = new RegExp(`(?<=[a-z_][=:]|\\()(${NUMBER})(?![\\w]|\\.\\d)`, 'gi');

const SMALL =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen'.split(
    '|',
  );
const TENS = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety'.split('|');
/** Spelt numbers count only with a unit: "two deploys" is no measurement, "forty percent" is. */
const SPELT = new RegExp(
  `\\b(?:(${TENS.join('|')})(?:[ -](${SMALL.slice(0, 9).join('|')}))?|(${SMALL.join('|')}))(?: |-)(percent|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|[kmgt]b|(?:kilo|mega|giga)bytes?|times|fold)\\b`,
  'gi',
);
const LOOSE =
  /\b(?:(about|around|approximately|roughly|some|approx\.?|circa)|(over|more than|at least|above|exceeding|upwards of)|(nearly|almost|under|less than|below|up to|at most|just under|close to)) $|([~≈])\s?$|(>=?|≥)\s?$|(<=?|≤)\s?$/i;

export function numbersIn(unread: Unread): (Quantity | Share)[] {
  const { text } = unread;
  const make = (
    place: { start: number; end: number; text: string },
    written: string,
    meaning: UnitMeaning,
  ): Quantity => {
    const before = text.slice(Math.max(0, place.start - 60), place.start);
    return {
      kind: 'quantity',
      ...place,
      measure: meaning.measure,
      written: numeric(written),
      value: numeric(written) * meaning.factor,
      step: stepOf(written) * meaning.factor,
      loose: loosenessOf(before),
      isRatio: meaning.measure === 'times' && isRatio(place.text, text.slice(place.end, place.end + 40)),
      nouns: meaning.measure === 'count' ? nounsAfter(text.slice(place.end, place.end + 60)) : [],
      key: keyOf(before),
    };
  };
  const money = unread.take(MONEY, (match) =>
    make(placeOf(match), match[2] ?? match[3] ?? '', { measure: 'money', factor: 1 }),
  );
  const counted = unread.take(TIMES_BEFORE, (match) =>
    make(placeOf(match), match[1] ?? '', { measure: 'times', factor: 1 }),
  );
  const spoken = spokenIn(unread, (place, value, kind) => ({
    ...make(place, String(value), { measure: kind === 'share' ? 'percent' : 'times', factor: 1 }),
    value,
    isRatio: kind === 'ratio',
    spoken: kind,
  }));
  const spelt = unread.take(SPELT, (match) => {
    const [, tens, ones, small, unit = ''] = match;
    const value = tens
      ? (TENS.indexOf(tens.toLowerCase()) + 2) * 10 + SMALL.indexOf((ones ?? '').toLowerCase()) + 1
      : SMALL.indexOf((small ?? '').toLowerCase()) + 1;
    const meaning = unitMeaning(unit);
    return meaning && make(placeOf(match), String(value), meaning);
  });
  const ranges = unread
    .take(RANGE, (match): Quantity[] | null => {
      const [all, first = '', between = '', second = '', , unit = ''] = match;
      const meaning = unitMeaning(unit);
      // `100 and 200 ms` may be of two things.
      if (!meaning) return null;
      const middle = match.index + first.length;
      const place = { start: match.index, end: middle, text: first };
      const rest = {
        start: middle + between.length,
        end: match.index + all.length,
        text: all.slice(first.length + between.length),
      };
      return [make(place, first, meaning), make(rest, second, meaning)];
    })
    .flat();
  const shares = unread.take(SHARE, (match): Share => {
    return { kind: 'share', ...placeOf(match), part: Number(match[1]), whole: Number(match[2]) };
  });
  const units = unread.take(WITH_UNIT, (match) => {
    const [all, written = '', unit = ''] = match;
    // `503s` are answers with that status.
    if (/^[45]\d\d[sS]$/.test(all)) return make(placeOf(match), written, { measure: 'count', factor: 1 });
    const meaning = unitMeaning(unit);
    return meaning && make(placeOf(match), written, meaning);
  });
  const scaled = unread.take(SCALED, (match) => {
    const factor = { k: 1e3, thousand: 1e3, M: 1e6, million: 1e6, billion: 1e9 }[match[2] ?? ''] ?? 1;
    return make(placeOf(match), match[1] ?? '', { measure: 'count', factor });
  });
  const bare = [BARE, GLUED].flatMap((pattern) =>
    unread.take(pattern, (match): Quantity => {
      const made = make(placeOf(match), match[1] ?? '', { measure: 'count', factor: 1 });
      const meaning = meaningOfKey(made.key);
      if (!meaning) return made;
      const { measure, factor } = meaning;
      return { ...made, measure, value: made.value * factor, step: made.step * factor };
    }),
  );
  const durations = joined([...spelt, ...ranges, ...units], text);
  return [...money, ...counted, ...spoken, ...durations, ...scaled, ...bare, ...shares];
}

/** `1 hour 5 minutes`, `13m40s` and `2 days and 3 hours` are one duration each. */
function joined(all: readonly Quantity[], text: string): Quantity[] {
  const result: Quantity[] = [];
  for (const next of all.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    const between = last === undefined ? '' : text.slice(last.end, next.start);
    if (
      last?.measure === 'duration' &&
      next.measure === 'duration' &&
      next.step < last.step &&
      next.value < last.step &&
      /^(?: |, | and |, and )?$/.test(between)
    ) {
      result[result.length - 1] = {
        ...last,
        end: next.end,
        text: text.slice(last.start, next.end),
        value: last.value + next.value,
        step: next.step,
      };
    } else result.push(next);
  }
  return result;
}

const RATIO_WORDS =
  /^ ?(?:as |higher|more|the |its |their |larger|slower|faster|longer|lower|less|greater|over|above|normal|usual|increase|jump|worse|what)/i;

function isRatio(text: string, after: string): boolean {
  return /fold$|\d ?[x×]$/i.test(text) || (!text.startsWith('×') && RATIO_WORDS.test(after));
}

function numeric(written: string): number {
  return Number(written.replaceAll(',', ''));
}

function stepOf(written: string): number {
  const decimals = /\.(\d+)$/.exec(written)?.[1]?.length ?? 0;
  return 10 ** -decimals;
}

function loosenessOf(before: string): Looseness {
  const match = LOOSE.exec(before);
  if (!match) return null;
  if (match[1] ?? match[4]) return 'about';
  return (match[2] ?? match[5]) ? 'over' : 'under';
}

/** Words that follow a number without being what is counted. */
const NO_NOUN =
  /^(?:a|an|the|and|or|of|in|at|on|to|for|from|by|with|per|is|are|was|were|has|have|had|that|which|since|while|when|as|than|then|now|more|before|after|within|between|but|so|it|its|this|these|those|during|until|not|no|only|still|already|again|about|around|over|under|each|every|all|most|out|off|up|down|into|onto|if|because|against|instead|compared|i|we|you|they|normally|usually)$/;

function nounsAfter(after: string): string[] {
  const words = /^[ -]([a-z]+(?:-[a-z]+)?)(?:[ -]([a-z]+))?/i.exec(after);
  const nouns: string[] = [];
  for (const word of words?.slice(1) ?? []) {
    if (word === undefined || NO_NOUN.test(word.toLowerCase())) break;
    nouns.push(singular(word));
  }
  return nouns;
}

export function singular(word: string): string {
  const lower = word.toLowerCase();
  if (/(?:ss|us|is)$/.test(lower)) return lower;
  if (/ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  return lower.replace(/(?<=(?:sh|ch|x|s))es$|s$/, '');
}

function keyOf(before: string): string {
  return /([a-z_][\w.-]{0,40})["']?\s*[=:]\s*["']?$/i.exec(before)?.[1] ?? '';
}
