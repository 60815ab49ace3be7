// Ctrl-R: type a part of an earlier line, Ctrl-R again for the one before.
import type { Key } from './editor.ts';

export interface Search {
  query: string;
  /** Index into the history of what was found; the history's length: nothing yet. */
  at: number;
  failed?: boolean;
}

export type AfterKey =
  | { kind: 'search'; search: Search }
  /** The line as it was. */
  | { kind: 'give-up' }
  /** The found line, to go on editing; `take` hands the key on, so Enter sends it. */
  | { kind: 'edit'; line: string }
  | { kind: 'take'; line: string };

export function searchKey(
  search: Search,
  history: readonly string[],
  text: string | undefined,
  key: Key,
): AfterKey {
  const found = history[search.at];
  if (key.ctrl && key.name === 'r') return { kind: 'search', search: findBack(search, history) };
  if (key.ctrl && (key.name === 'g' || key.name === 'c')) return { kind: 'give-up' };
  if (key.name === 'backspace') {
    return {
      kind: 'search',
      search: findBack({ query: search.query.slice(0, -1), at: history.length }, history),
    };
  }
  if (text !== undefined && !key.ctrl && !key.meta && /^[^\p{Cc}]+$/u.test(text)) {
    // From the line that is shown: what was typed so far may still match it.
    const next = findBack({ query: search.query + text, at: search.at + 1 }, history);
    return { kind: 'search', search: next.failed ? { ...next, at: search.at } : next };
  }
  if (found === undefined) return { kind: 'give-up' };
  return key.name === 'escape' ? { kind: 'edit', line: found } : { kind: 'take', line: found };
}

/** The next older entry with the query in it; the same place and `failed` where there is none. */
export function findBack(search: Search, history: readonly string[]): Search {
  const { query } = search;
  if (query === '') return { query, at: history.length };
  const from = Math.min(search.at, history.length) - 1;
  const at = history.findLastIndex((line, index) => index <= from && line.includes(query));
  if (at !== -1) return { query, at };
  return { query, at: Math.min(search.at, history.length), failed: true };
}
