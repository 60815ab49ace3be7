// Which words of a skeleton may turn out to be values, and how much it takes to believe it.
import { GRAMMAR, isCapitals, isVerbForm, NAMES_FOLLOW, VALUES_FOLLOW } from './known-words.ts';
import { VARIABLE } from './scan-line.ts';

/** What stands before a word says whether a name is expected there: `user alice`, `host=db`; or may be: `for alice`. */
export type Cue = 'strong' | 'weak' | 'none';

export function cueAt(words: readonly string[], at: number): Cue {
  const before = words[at - 1] ?? '';
  if (before.endsWith('=') || NAMES_FOLLOW.has(before.toLowerCase())) return 'strong';
  if (isDotted(words[at] ?? '')) return 'weak';
  if (before === 'to') return goesTo(words[at - 2] ?? '') ? 'weak' : 'none';
  return VALUES_FOLLOW.has(before) ? 'weak' : 'none';
}

/** com.example.daily: the name of a part of a program. */
function isDotted(word: string): boolean {
  return /^\w[\w-]*\.\w[\w.-]*:?$/.test(word);
}

/** "connected to db", but not "failed to read" or "took 2 s to read", where a verb follows. */
function goesTo(before: string): boolean {
  return isVerbForm(before) && !/^(?:fail|try|tri|attempt|need|want|expect|suppos|allow)/i.test(before);
}

/** Never a value: the first word, keys, capitals, verb forms and grammar. They say which kind of line it is. */
export function isPinned(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  if (isDotted(word)) return !staysSolid(words, at, MANY_SOLID);
  if (at === 0 || word === VARIABLE) return true;
  if (isKey(word)) return true;
  return GRAMMAR.has(word.toLowerCase()) || isCapitals(word) || isVerbForm(word);
}

export function isKey(word: string): boolean {
  return word.endsWith('=') || word.endsWith(':');
}

/** A sentence: whoever says it, it is the same. */
const MANY_SOLID = 5;

/** Whether so many words that say something stay, without the one at this place. */
export function staysSolid(words: readonly string[], without: number, enough = 2): boolean {
  let solid = 0;
  for (let at = 0; at < words.length && solid < enough; at += 1) {
    const word = words[at] ?? '';
    if (at !== without && word !== VARIABLE && !GRAMMAR.has(word.toLowerCase())) solid += 1;
  }
  return solid === enough || (enough === 2 && without === 1 && isAct(words));
}

/** "removing chargen": a verb and what it is done to. */
function isAct([verb = '', ...more]: readonly string[]): boolean {
  return more.length === 1 && /^[A-Za-z]{3,}ing$/.test(verb);
}

/** From 0 (all lines have one value) to 1 (as many lines of each): the entropy of the counts over its largest. */
export function evenness(counts: readonly number[]): number {
  if (counts.length < 2) return 0;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entropy = counts.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  return entropy / Math.log(counts.length);
}

/** `counts`: lines of each value at one position, in skeletons that are otherwise the same. */
export function areValues(counts: readonly number[], cue: Cue): boolean {
  const even = evenness(counts) >= 0.75;
  switch (cue) {
    case 'strong':
      return counts.length >= (even ? 3 : 5);
    case 'weak':
      return counts.length >= (even ? 4 : 6);
    case 'none':
      return counts.length >= (even ? 6 : 12);
  }
}
