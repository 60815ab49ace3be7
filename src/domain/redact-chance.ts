// How much more a run of characters looks drawn by chance than written or named by people.

// ln(chance / text) of two letters in a row, in halves from -2.25 (0) to +2.25 (9); rows: the first letter, columns: the second.
// Counted over 7,756 words of identifiers, documentation and log lines, each weighed 1 + ln(how often it stands there).
const PAIRS = [
  '72137639396131939120456848', // a
  '37774899489288499558499979',
  '28471892393389079352499969',
  '36750779299677489548589989',
  '25104348688230735002745369', // e
  '48884499599299499676599969',
  '49992965499785699469599999',
  '39992999499979399585699979',
  '34233339998230149421839694', // i
  '89997999999999799969899999',
  '89983999599998999958999999',
  '28850799199299289944479939',
  '25971999299759329959599989', // m
  '28222509396675379810559979',
  '55338559595320439033344789',
  '29772996499389249253499999',
  '99999999999899999999499999', // q
  '17440759195645179423458949',
  '49371793296566338720387959',
  '18580882099579269224497949',
  '54554769499342849333999999', // u
  '49991999399999689999999999',
  '49995996599996599659999999',
  '89696999699999959995999999',
  '88897999799886759958999999', // y
  '69995999799999799999999999',
];
const LETTER_PAIR = PAIRS.flatMap((row) => [...row].map((digit) => Number(digit) / 2 - 2.25));

// The same for what is not two letters, by how often base64 of random bytes and names in logs have it.
const LETTER_AND_DIGIT = 1.4;
const DIGITS = -0.6;
const NEW_CAPITAL = 0.8;
const SEPARATOR = -1;
const PLUS = 1;

/**
 * In nats: the logarithm of how much likelier `run` is as a random key than as a name, a path or words. Random base62
 * gains about 1 per character, words and paths lose about half of one.
 */
export function chanceOf(run: string): number {
  let sum = 0;
  let before = run.charCodeAt(0);
  for (let at = 1; at < run.length; at += 1) {
    const code = run.charCodeAt(at);
    sum += pair(before, code);
    before = code;
  }
  return sum;
}

function pair(one: number, other: number): number {
  const a = kindOf(one);
  const b = kindOf(other);
  if (a === 'separator' || b === 'separator') return a === 'separator' ? 0 : SEPARATOR;
  if (a === 'plus' || b === 'plus') return a === 'plus' ? 0 : PLUS;
  if (a === 'digit' && b === 'digit') return DIGITS;
  if (a === 'digit' || b === 'digit') return LETTER_AND_DIGIT;
  if (a === 'lower' && b === 'upper') return NEW_CAPITAL;
  return LETTER_PAIR[((one | 32) - 97) * 26 + (other | 32) - 97] ?? 0;
}

function kindOf(code: number): 'lower' | 'upper' | 'digit' | 'plus' | 'separator' {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 65 && code <= 90) return 'upper';
  if (code >= 48 && code <= 57) return 'digit';
  return code === 43 ? 'plus' : 'separator';
}
