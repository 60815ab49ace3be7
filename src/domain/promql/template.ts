// PromQL that an operator wrote, with places for a service. Filled in by code, so that no name can become PromQL.
import { quoted } from '../excerpt.ts';
import { type Matcher, quoteRegex, selectorText, stringBody } from './selector.ts';

export interface Filling {
  /** What the service is called in Prometheus. */
  service: string;
  selector: readonly Matcher[];
  /** Such as `5m`. */
  window: string;
}

interface Part {
  kind: 'code' | 'string' | 'comment';
  text: string;
  /** Of a string: it is compared as a regular expression. */
  regex: boolean;
}

const SERVICE = /\$service(?![A-Za-z0-9_])/g;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether it has a place for a service; else it measures the same for all. */
export function namesService(expression: string): boolean {
  return (
    takesSelector(expression) ||
    partsOf(expression).some(({ kind, text }) => kind === 'string' && text.search(SERVICE) >= 0)
  );
}

/** Whether it can be narrowed to an instance: the name of a service cannot. */
export function takesSelector(expression: string): boolean {
  return partsOf(expression).some(
    ({ kind, text }) => kind === 'code' && /\$selector(?![A-Za-z0-9_])/.test(text),
  );
}

/** Errors: none for one without problems. In a regular expression the name stands for itself alone. */
export function fillTemplate(expression: string, { service, selector, window }: Filling): string {
  return partsOf(expression)
    .map(({ kind, text, regex }) => {
      if (kind === 'comment') return '';
      if (kind === 'code')
        return text
          .replace(/\$selector(?![A-Za-z0-9_])/g, () => selectorText(selector))
          .replace(/\$window(?![A-Za-z0-9_])/g, () => window);
      const quote = text.charAt(0) === "'" ? "'" : '"';
      return text.replace(SERVICE, () => stringBody(regex ? quoteRegex(service) : service, quote));
    })
    .join('');
}

/** What is wrong with it, as far as it can be seen without a server: sentences. Empty: nothing. */
export function templateProblems(expression: string): string[] {
  const parts = partsOf(expression);
  const problems: string[] = [];
  for (const { kind, text } of parts) {
    if (kind === 'string' && !isClosed(text)) problems.push(`a string is not closed: ${quoted(text, 40)}`);
    if (kind === 'string' && text.startsWith('`') && text.search(SERVICE) >= 0)
      problems.push('$service in backquotes could not be escaped: write "$service"');
    if (kind !== 'code') continue;
    for (const [variable] of text.matchAll(/\$[A-Za-z0-9_{]*/g)) {
      if (variable === '$selector' || variable === '$window') continue;
      problems.push(
        variable === '$service'
          ? '$service stands outside of quotes: write service="$service"'
          : `${quoted(variable, 40)} means nothing here: there are "$service", {$selector} and [$window]`,
      );
    }
  }
  const unbalanced = unbalancedIn(
    parts
      .filter(({ kind }) => kind === 'code')
      .map(({ text }) => text)
      .join(' '),
  );
  if (unbalanced !== null) problems.push(`${quoted(unbalanced)} has no counterpart`);
  if (parts.every(({ kind, text }) => kind === 'comment' || text.trim() === ''))
    problems.push('there is no query in it');
  return problems;
}

function partsOf(expression: string): Part[] {
  const parts: Part[] = [];
  let before = '';
  for (const [text] of expression.matchAll(
    /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|#[^\n]*|[^"'`#]+/gs,
  )) {
    const kind = text.startsWith('#') ? 'comment' : /^["'`]/.test(text) ? 'string' : 'code';
    parts.push({ kind, text, regex: /[=!]~\s*$/.test(before) });
    if (kind !== 'comment') before = text;
  }
  return parts;
}

function isClosed(text: string): boolean {
  return /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)$/s.test(text);
}

function unbalancedIn(code: string): string | null {
  const open: string[] = [];
  for (const [bracket] of code.matchAll(/[()[\]{}]/g)) {
    if (bracket in CLOSING) open.push(bracket);
    else {
      const last = open.pop();
      if (last === undefined || CLOSING[last] !== bracket) return bracket;
    }
  }
  return open.at(-1) ?? null;
}
