// Which time series are a service's: a list of matchers, written as PromQL without any way to break out of it.
// https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
import { usageError } from '../errors.ts';
import { quoted } from '../excerpt.ts';

export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
}

const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ONE_MATCHER =
  /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*(,|$)/y;
const EXAMPLE = 'write job:api-prod, or a selector such as {namespace="prod",app="api"}';

/** `job="api-prod",env=~"prod.*"`, for between the braces. Every value is one string, whatever is in it. */
export function selectorText(matchers: readonly Matcher[]): string {
  return matchers.map(({ label, op, value }) => `${label}${op}"${stringBody(value, '"')}"`).join(',');
}

/**
 * The binding of a service: `job:api-prod`, or a selector in braces. Errors: UserError (usage). Its regular
 * expressions are as the operator wrote them.
 */
export function parseBinding(text: string): Matcher[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') && trimmed.endsWith('}')) return parseMatchers(trimmed.slice(1, -1), text);
  const colon = trimmed.indexOf(':');
  const label = trimmed.slice(0, colon).trim();
  const value = trimmed.slice(colon + 1).trim();
  if (colon < 1 || value === '' || !isLabel(label))
    throw usageError(`${quoted(text)} names no time series`, EXAMPLE);
  return [{ label, op: '=', value }];
}

export function isLabel(text: string): boolean {
  return LABEL.test(text) && text !== '__name__' && text.length <= 200;
}

/**
 * A label of the names an instance is known by: `api-prod-*` with or without a port behind it, as `instance` has one.
 * Errors: none; `*` stands only at the end of a pattern.
 */
export function instanceMatcher(label: string, patterns: readonly string[], port: boolean): Matcher {
  const one = (pattern: string) =>
    pattern.endsWith('*') ? `${quoteRegex(pattern.slice(0, -1))}[^:]*` : quoteRegex(pattern);
  return { label, op: '=~', value: `(?:${patterns.map(one).join('|')})${port ? '(?::[0-9]+)?' : ''}` };
}

/** What RE2 reads as these very characters. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/**
 * Within quotes of that kind, by Go's rules, which are PromQL's: a quote of the other kind may not be escaped.
 * Control characters, line separators and direction marks by their number.
 */
export function stringBody(value: string, quote: '"' | "'"): string {
  return value
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/\\/g, '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(
      /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

function parseMatchers(text: string, whole: string): Matcher[] {
  const found: Matcher[] = [];
  let at = 0;
  while (at < text.length) {
    ONE_MATCHER.lastIndex = at;
    const match = ONE_MATCHER.exec(text);
    const [, label = '', op = '=', literal = ''] = match ?? [];
    if (match === null || !isLabel(label))
      throw usageError(`${quoted(whole, 100)} is no selector at ${quoted(text.slice(at), 30)}`, EXAMPLE);
    found.push({ label, op: op as Matcher['op'], value: unescaped(literal, whole) });
    at = ONE_MATCHER.lastIndex;
  }
  // Prometheus refuses one that could match everything, and so would the reader of its numbers.
  if (!found.some(({ op, value }) => op === '=' && value !== ''))
    throw usageError(
      `${quoted(whole, 100)} could mean every service: at least one label must be equal to something`,
      EXAMPLE,
    );
  return found;
}

/** Only what people write: `\\`, the quotes, `\n`, `\t`. */
function unescaped(literal: string, whole: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, (sequence, character: string) => {
    if (character === '\\' || character === literal.charAt(0)) return character;
    if (character === 'n') return '\n';
    if (character === 't') return '\t';
    throw usageError(
      `${quoted(whole, 100)} has ${quoted(sequence)} in a string, which PromQL does not know`,
      'a backslash in a regular expression is written twice: instance=~"api\\\\.prod.*"',
    );
  });
}
