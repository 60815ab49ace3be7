// What a text quotes, and whether anybody said it.
import { type Known, plainQuote } from './evidence.ts';
import type { Place } from './found.ts';
import { holdsWord } from './occurs.ts';

export interface Quote extends Place {
  kind: 'quote';
  words: string;
  /** In back ticks, where single names stand too. */
  isCode: boolean;
}

const QUOTED =
  /"([^"\n]{1,2000})"|“([^”\n]{1,2000})”|«([^»\n]{1,2000})»|„([^“”\n]{1,2000})[“”]|(?<![\w`])(`{1,2})([^`\n]{1,2000})\5(?!`)|(?<![\p{L}\p{N}'])'([^'\n]{8,2000})'(?![\p{L}\p{N}])/gu;

export function quotesIn(text: string, offset: number): Quote[] {
  return [...text.matchAll(QUOTED)].map((match) => {
    const words = match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[6] ?? match[7] ?? '';
    const start = offset + match.index;
    return {
      kind: 'quote',
      start,
      end: start + match[0].length,
      text: match[0],
      words,
      isCode: match[5] !== undefined,
    };
  });
}

/** One or two plain words between marks are a way of speaking ("cold" cache), and no line anybody wrote. */
export function isWayOfSpeaking({ words, isCode }: Quote): boolean {
  return !isCode && words.length <= 30 && /^\p{L}[\p{L}'-]*(?: \p{L}[\p{L}'-]*)?[.,]?$/u.test(words);
}

/** `/rollback #492`, where that can be typed here: its deploys and names are checked like any others. */
export function isOffer({ words }: Pick<Quote, 'words'>, { commands }: Known): boolean {
  const [first = ''] = words.trim().split(/\s/);
  return commands.includes(first);
}

/** Word for word, but for white space, marks at its ends, and what `…` leaves out within one place. */
export function quoteOccurs({ words }: Pick<Quote, 'words'>, { text }: Known): boolean {
  const parts = plainQuote(words)
    .split(/\s*(?:…|\.{3}|\[\.{3}\]|\[…\])\s*/)
    .map((part) => part.replace(/^[\s.,;:]+|[\s.,;:]+$/g, ''))
    .filter((part) => part !== '');
  if (parts.length === 0) return true;
  if (parts.length === 1) return holdsWord(text, parts[0] ?? '');
  return inOrder(text, parts);
}

/** Left out is at most so much between two parts, else they are of different lines. */
const LONGEST_GAP = 600;
const MOST_TRIES = 100;

function inOrder(text: string, [first = '', ...rest]: string[]): boolean {
  let at = text.indexOf(first);
  for (let count = 0; at !== -1 && count < MOST_TRIES; count += 1) {
    let end = at + first.length;
    const all = rest.every((part) => {
      const next = text.slice(end, end + LONGEST_GAP + part.length).indexOf(part);
      if (next === -1) return false;
      end += next + part.length;
      return true;
    });
    if (all) return true;
    at = text.indexOf(first, at + 1);
  }
  return false;
}
