// What is looked for in a text that states facts, the model's and the readings' alike.
import type { Measure } from './measure.ts';

export interface Place {
  /** UTF-16 indexes into the text; `end` is not included. */
  start: number;
  end: number;
  text: string;
}

/** "about", "over" or "almost" before it; null: said as it is. */
export type Looseness = 'about' | 'over' | 'under' | null;

export interface Quantity extends Place {
  kind: 'quantity';
  measure: Measure;
  /** In the base unit of the measure. */
  value: number;
  /** The number as it is written, without its unit. */
  written: number;
  /** What one of its last written digit is worth, in the base unit. */
  step: number;
  loose: Looseness;
  /** `60 times higher`, `11x`, not `38 times` nor `×38`, which say how often. */
  isRatio: boolean;
  /** Said in words: "a quarter of" is a `share` of 25%, "doubled" a `ratio` of 2. */
  spoken?: 'share' | 'ratio' | undefined;
  /** Words after a bare number, in the singular: `3 healthy instances` is of healthy and of instance. */
  nouns: string[];
  /** The name before `=` or `:`; empty: none. */
  key: string;
}

/** `2 of 3` */
export interface Share extends Place {
  kind: 'share';
  part: number;
  whole: number;
}

export interface Time extends Place {
  kind: 'time';
  /** A time of day whose day is not said is taken for its nearest coming to now. Null: a mere date, or a zone not known. */
  at: number | null;
  /** What is said no more exactly than: a second, a minute, an hour or a day, in ms. */
  precisionMs: number;
  /** Minutes the clock it is read from is ahead of UTC; null: it is the reader's own; NaN: its zone's name means several. */
  offset: number | null;
  /** On that clock. Null: a date alone. */
  ofDayMs: number | null;
  /** Days since 1970 on that clock. Null: not said. */
  day: number | null;
}

export interface Name extends Place {
  kind: 'name';
  of: 'deploy' | 'address' | 'path' | 'id' | 'host' | 'word' | 'person' | 'percentile';
  /** In lower case; of a deploy its number alone. */
  name: string;
}

export type Found = Quantity | Share | Time | Name;

/** Where something was found already, so that nothing in it is taken for something else. Same length as the text. */
export class Unread {
  text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** Each match for which `make` gives something is found, and its place is read. */
  take<T>(pattern: RegExp, make: (match: RegExpExecArray) => T | null): T[] {
    const found: T[] = [];
    const pieces: string[] = [];
    let end = 0;
    for (const match of this.text.matchAll(pattern)) {
      const made = make(match);
      if (made === null) continue;
      found.push(made);
      pieces.push(this.text.slice(end, match.index), READ.repeat(match[0].length));
      end = match.index + match[0].length;
    }
    if (end > 0) this.text = pieces.join('') + this.text.slice(end);
    return found;
  }
}

const READ = '\u0001';

export function placeOf(match: RegExpExecArray): Place {
  const [text] = match;
  return { start: match.index, end: match.index + text.length, text };
}
