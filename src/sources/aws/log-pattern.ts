// A person's substring in the two pattern languages of CloudWatch Logs, so written that it can be nothing else. Pure.

/**
 * For `like /…/` of Logs Insights: letters and digits stand for themselves, in either case; everything else is
 * written as its code point, so no text can end the pattern or mean an operator.
 */
export function insightsPattern(text: string): string {
  return `/(?i)${Array.from(text, caseless).join('')}/`;
}

/** One of these names exactly, as an Insights pattern. */
export function insightsNames(names: readonly string[]): string {
  return `/^(?:${names.map((name) => Array.from(name, literal).join('')).join('|')})$/`;
}

/** What a filter pattern takes is 1,024 characters long; a letter in both cases is four. */
const MOST_FILTERED = 200;

/**
 * A filter pattern of FilterLogEvents that every matching event fits, and others may: it knows neither "in any case"
 * nor most characters, so what is not a letter or a digit becomes "something", and the events are looked at once more.
 * Null: nothing of the text can be said in it. (Syntax: "Supported regular expressions", CloudWatch Logs guide.)
 */
export function filterPattern(text: string): string | null {
  const parts = Array.from(text.slice(0, MOST_FILTERED), (character) =>
    /[a-z]/i.test(character)
      ? `[${character.toLowerCase()}${character.toUpperCase()}]`
      : /[0-9]/.test(character)
        ? character
        : '.+',
  );
  const pattern = parts
    .join('')
    .replace(/^(?:\.\+)+|(?:\.\+)+$/g, '')
    .replace(/(?:\.\+){2,}/g, '.+');
  return pattern === '' ? null : `%${pattern}%`;
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
