// Secrets known by the words before them: how such a rule is written, and what of its finds is none.
import { type Cut, cutsOf } from './redact-cuts.ts';
import { isExemptValue, marker } from './redact-names.ts';

export interface Spoken {
  kind: string;
  /** Global. The first group is what stays before the secret, the last is the secret. */
  find: RegExp;
  isSecret?: (secret: string, match: RegExpExecArray) => boolean;
}

/** Three words and more tied together, as generators of passphrases make them. */
const PHRASE = /^[A-Za-z]{3,12}(?:[-_.][A-Za-z]{3,12}){2,}[.,;]?$/;

/** Of a word after "password": a phrase, or letters with a digit or a mark among them, and no file, host or path. */
export function looksMade(secret: string): boolean {
  if (PHRASE.test(secret)) return true;
  return (
    /[\d!#$%^*~]/.test(secret) &&
    /[A-Za-z]/.test(secret) &&
    !/^(?:[\w-]{1,40}(?:\.[a-z]{1,6}){1,4}[.,:]?$|[\w.-]{0,40}\/)/.test(secret)
  );
}

/** What the rule finds in a text. */
export function stepOf({ kind, find, isSecret }: Spoken): (text: string) => Cut[] {
  return (text) =>
    cutsOf(text, find, marker(kind), (match) => {
      const secret = match.at(-1) ?? '';
      const passed = isExemptValue(secret) || isSecret?.(secret, match) === false;
      return passed ? null : (match[1] ?? '').length;
    });
}
