// Numbers that a text says in words: "1 in 7", "a quarter of the instances", "has doubled", "half the usual".
import { type Place, placeOf, type Unread } from './found.ts';

const SMALL = 'two|three|four|five|six|seven|eight|nine|ten'.split('|');
const ONE_IN = new RegExp(
  `(?<![\\w.#/-])(?:one|1) in (?:every )?(\\d{1,4}|${SMALL.join('|')})(?![\\w%:]|[.,]\\d)`,
  'gi',
);
const FRACTIONS: readonly [RegExp, number][] = [
  [/(?<![\w-])(?:three[ -]quarters) of(?= (?:the|its|all|our|their|these|those)\b)/gi, 75],
  [/(?<![\w-])(?:two[ -]thirds) of(?= (?:the|its|all|our|their|these|those)\b)/gi, 200 / 3],
  [/(?<![\w-])(?:one|an?)(?: full)? (?:half) of(?= (?:the|its|all|our|their|these|those)\b)/gi, 50],
  [/(?<![\w-])half of(?= (?:the|its|all|our|their|these|those)\b)/gi, 50],
  [/(?<![\w-])(?:a|one)[ -]third of(?= (?:the|its|all|our|their|these|those)\b)/gi, 100 / 3],
  [/(?<![\w-])(?:a|one)[ -]quarter of(?= (?:the|its|all|our|their|these|those)\b)/gi, 25],
];
/** Only where they compare: "twice" alone is how often. */
const RATIOS: readonly [RegExp, number][] = [
  [
    /(?<![\w-])(?:doubled|doubling)(?![\w-])|(?<![\w-])(?:double|twice)(?= (?:the|its|their|what|that|as|of)\b)/gi,
    2,
  ],
  [
    /(?<![\w-])(?:tripled|tripling|trebled)(?![\w-])|(?<![\w-])(?:triple|thrice)(?= (?:the|its|their|what|that|as)\b)/gi,
    3,
  ],
  [/(?<![\w-])(?:quadrupled|quadrupling)(?![\w-])|(?<![\w-])quadruple(?= (?:the|its|their|what)\b)/gi, 4],
  [
    /(?<![\w-])(?:halved|halving)(?![\w-])|(?<![\w-])half(?= (?:the usual|its usual|its normal|the normal|what|as)\b)/gi,
    0.5,
  ],
];

export function spokenIn<T>(
  unread: Unread,
  make: (place: Place, value: number, kind: 'share' | 'ratio') => T,
): T[] {
  const oneIn = unread.take(ONE_IN, (match) => {
    const [, said = ''] = match;
    const whole = /\d/.test(said) ? Number(said) : SMALL.indexOf(said.toLowerCase()) + 2;
    return whole < 2 ? null : make(placeOf(match), 100 / whole, 'share');
  });
  const fractions = FRACTIONS.flatMap(([pattern, value]) =>
    unread.take(pattern, (match) => make(placeOf(match), value, 'share')),
  );
  const ratios = RATIOS.flatMap(([pattern, value]) =>
    unread.take(pattern, (match) => make(placeOf(match), value, 'ratio')),
  );
  return [...oneIn, ...fractions, ...ratios];
}
