// Texts in the two pattern languages of CloudWatch Logs, so written that they can be nothing else. Pure.

/**
 * One of the texts, for `like /…/` of Logs Insights: letters and digits stand for themselves, in either case; everything
 * else is written as its code point, so no text can end the pattern or mean an operator.
 */
export function insightsPattern(texts: readonly string[]): string {
  return `/(?i)${texts.map((text) => Array.from(text, caseless).join('')).join('|')}/`;
}

/** One of these names exactly, as an Insights pattern. */
export function insightsNames(names: readonly string[]): string {
  return `/^(?:${names.map((name) => Array.from(name, literal).join('')).join('|')})$/`;
}

/** Of all texts: what a filter pattern takes is 1,024 characters long; a letter in both cases is four. */
const MOST_FILTERED = 200;

/**
 * A filter pattern of FilterLogEvents that every event with one of the texts fits, and others may: it knows neither "in
 * any case" nor most characters, so what is not a letter or a digit becomes "something", and the events are looked at
 * once more. Null: nothing of a text can be said in it, or there is none. (Syntax: "Supported regular expressions",
 * CloudWatch Logs guide.)
 */
export function filterPattern(texts: readonly string[]): string | null {
  const patterns = texts.map((text) => filtered(text.slice(0, MOST_FILTERED / texts.length)));
  return patterns.length === 0 || patterns.includes('') ? null : `%${patterns.join('|')}%`;
}

function filtered(text: string): string {
  const parts = Array.from(text, (character) =>
    /[a-z]/i.test(character)
      ? `[${character.toLowerCase()}${character.toUpperCase()}]`
      : /[0-9]/.test(character)
        ? character
        : '.+',
  );
  return parts
    .join('')
    .replace(/^(?:\.\+)+|(?:\.\+)+$/g, '')
    .replace(/(?:\.\+){2,}/g, '.+');
}

function caseless(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return literal(character);
  const forms = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  const single = [...forms].filter((form) => Array.from(form).length === 1);
  return single.length === 1 ? literal(character) : `[${single.map(literal).join('')}]`;
}

function literal(character: string): string {
  if (/^[A-Za-z0-9 ]$/.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\x{${hex}}`;
}
