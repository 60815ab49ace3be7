// Text from outside on its way to the model: as data between marks that nobody outside can know, and as a list of what it named.
import { clipped, shortened } from '../../domain/excerpt.ts';
import { safeText } from '../../domain/text/safe-text.ts';

const LONGEST_LABEL = 80;

/**
 * `text` between two lines that hold `nonce`, an unguessable word of this conversation. Controls, escape sequences, direction
 * marks and whatever shows nothing (tags, variation selectors, joiners) are gone; `longest` characters of it at most.
 */
export function fenced(label: string, text: string, nonce: string, longest: number): string {
  const clean = safeText(text).replaceAll(nonce, '[…]');
  const cut = clean.length > longest ? `\n(cut: ${clean.length - longest} more characters)` : '';
  const name = clipped(safeText(label), LONGEST_LABEL).replaceAll(/[<>]/g, ' ');
  return `<<${nonce} ${name}>>\n${shortened(clean, longest)}${cut}\n<<${nonce} end>>`;
}

/** What a conversation has seen: free text, in which anybody may have written anything, and ids that sources gave as such. */
export interface Seen {
  outside: string[];
  /** Numbers of deploys, replicas and the like, each after what it is: `deploy 492`. */
  ids: Set<string>;
}

/** As a word of its own, in any case. */
export function names(text: string, name: string): boolean {
  if (name === '') return false;
  const lower = text.toLowerCase();
  const wanted = name.toLowerCase();
  // In writing without spaces a name of Latin letters ends where another script begins.
  const letter = /^[\p{Script=Latin}\p{N}_-]+$/u.test(wanted)
    ? /[\p{Script=Latin}\p{N}_]/u
    : /[\p{L}\p{N}_]/u;
  const isWord = (at: number) => at >= 0 && at < lower.length && letter.test(lower[at] ?? '');
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1))
    if (!isWord(at - 1) && !isWord(at + wanted.length)) return true;
  return false;
}
