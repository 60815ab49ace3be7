// What the lines of one kind have in common: their words with variables between, and how that is shown.
import { type Scanned, VARIABLE } from './scan-line.ts';
import { shownBoth } from './variable.ts';

export interface Skeleton {
  /** The words, with a space between: two lines with the same key are of one kind. */
  key: string;
  words: readonly string[];
  /** What stands before each word, the word as shown, and so on; what stands after the last. */
  shown: readonly string[];
  /** Lines. */
  count: number;
  /** Words that became variables when it was merged with others. */
  opened: number;
}

export function skeletonOf({ words, shown }: Scanned, count = 1): Skeleton {
  return { key: words.length === 0 ? signsOf(shown) : words.join(' '), words, shown, count, opened: 0 };
}

/** A line without words ("=====") is known by its signs. */
function signsOf(shown: readonly string[]): string {
  return `\n${[...new Set(shown.join(''))].join('')}`;
}

/** Of two with the same words. Which is first makes no difference. */
export function both(one: Skeleton, other: Skeleton): Skeleton {
  const count = one.count + other.count;
  const shown =
    one.shown.length === other.shown.length
      ? one.shown.map((text, index) => shownTogether(text, other.shown[index] ?? '', index % 2 === 1))
      : smaller(one.shown.join(''), other.shown.join(''))
        ? one.shown
        : other.shown;
  return { ...one, shown, count, opened: Math.max(one.opened, other.opened) };
}

function shownTogether(one: string, other: string, word: boolean): string {
  if (one === other) return one;
  if (word) return shownBoth(one, other);
  return smaller(one, other) ? one : other;
}

function smaller(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length;
}

/** Shown the same way. */
export function sameShown({ shown }: Skeleton, other: readonly string[]): boolean {
  return shown.length === other.length && shown.every((text, index) => text === other[index]);
}

/** With the word at this place a variable; beside another, they become one. */
export function withVariable(skeleton: Skeleton, at: number): Skeleton {
  const words = [...skeleton.words];
  const shown = [...skeleton.shown];
  words[at] = VARIABLE;
  shown[2 * at + 1] = '<text>';
  for (const left of [at, at - 1]) {
    if (words[left] !== VARIABLE || words[left + 1] !== VARIABLE) continue;
    words.splice(left, 1);
    const run = shown.slice(2 * left + 1, 2 * left + 4).join('');
    shown.splice(2 * left + 1, 3, run);
  }
  return { ...skeleton, key: words.join(' '), words, shown, opened: skeleton.opened + 1 };
}

/** "synchronized to LOCAL(0)", where others say "synchronized to 10.0.0.1": what it is when a word and its bracket are one value. */
export function withoutBracketed(skeleton: Skeleton): Skeleton[] {
  const { words, shown } = skeleton;
  return words.flatMap((word, at) =>
    at > 0 && word !== VARIABLE && words[at + 1] === VARIABLE && /^[([{]$/.test(shown[2 * at + 2] ?? '')
      ? [withVariable(skeleton, at)]
      : [],
  );
}

/** With one variable for all from this place on. */
export function variableFrom(skeleton: Skeleton, at: number): Skeleton {
  const words = [...skeleton.words.slice(0, at), VARIABLE];
  const shown = [...skeleton.shown.slice(0, 2 * at + 1), '<text>', ''];
  return { ...skeleton, key: words.join(' '), words, shown, opened: skeleton.opened + 1 };
}

export function templateOf({ shown }: Skeleton): string {
  return shown.join('').trim();
}
