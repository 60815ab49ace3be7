// One pass over the characters of a line: its words stay, its values become variables, runs of variables become one.
import {
  atomEnd,
  BACKTICK,
  bare,
  COLON,
  DOUBLE,
  EQUALS,
  followedByColon,
  isHardwareAddress,
  nameBefore,
  pathEnd,
  pathStart,
  quoteEnd,
  SINGLE,
  signAfter,
  tidy,
} from './boundaries.ts';
import { classOf, DELIMITER, isDigit, JOINER, LETTER, SPACE } from './characters.ts';
import { CALENDAR, LITERALS, SWITCHES, UNITS, ZONES } from './known-words.ts';
import { isHexadecimal, isVariable, shownVariable } from './variable.ts';

/** Stands for a variable among the words. No word is one: `*` is no letter. */
export const VARIABLE = '*';

export interface Scanned {
  /** Words, `key=` and `key:` with their sign, and `*` for each run of variables: what tells kinds of lines apart. */
  words: string[];
  /** For people: what stands before each word, the word, and so on; what stands after the last. */
  shown: string[];
}

/** Further in a line it is somebody's text. */
export const MAX_READ = 2_000;
const MAX_WORDS = 120;

/** Linear in the text, at most 2,000 characters of it. */
export function scanLine(line: string): Scanned {
  return new LineScanner(line.length > MAX_READ ? line.slice(0, MAX_READ) : line).scan();
}

class LineScanner {
  readonly words: string[] = [];
  readonly shown: string[] = [];
  /** Where each word begins, and what stands between it and the one before. */
  private readonly places: { between: number; start: number }[] = [];
  /** Where what stands between two words begins. */
  private between = 0;
  private at = 0;
  /** The quote that closes what is read as plain words. */
  private closing = -1;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  scan(): Scanned {
    const { text, words, shown } = this;
    while (this.at < text.length && words.length < MAX_WORDS) {
      const code = text.charCodeAt(this.at);
      const kind = classOf(code);
      if (kind >= JOINER) this.readAtom();
      else if (kind === DELIMITER && (code === DOUBLE || code === SINGLE || code === BACKTICK))
        this.readQuote(code);
      else this.at += 1;
    }
    shown.push(tidy(text.slice(this.between)));
    return { words, shown };
  }

  /** Quoted text is a value, unless it opens the line, is that of a `key=`, or begins with a word in capitals (GET). */
  private readQuote(quote: number): void {
    const { text, at } = this;
    this.at += 1;
    const before = at === 0 ? SPACE : text.charCodeAt(at - 1);
    if (at <= this.closing || this.words.length === 0 || classOf(before) > DELIMITER) return;
    const end = quoteEnd(text, at, quote);
    if (end === -1) return;
    this.closing = end;
    if (before === EQUALS || end === at + 1 || followedByColon(text, end + 1)) return;
    if (/^[A-Z]{3,} /.test(text.slice(at + 1, at + 12))) return;
    this.addVariable(at, end + 1, '<text>');
    this.at = end + 1;
  }

  private readAtom(): void {
    const { text } = this;
    const start = this.at;
    const end = atomEnd(text, start);
    this.at = Math.max(end, start + 1);
    const path = end === start ? -1 : pathStart(text, start, end);
    this.readPieces(start, path === -1 ? end : path);
    if (path === -1) return;
    this.at = pathEnd(text, path, end);
    this.addVariable(path, this.at, isDigit(text.charCodeAt(path + 1)) ? undefined : '<path>');
  }

  /** Parts between colons: neighbours that are values are one (10.0.0.1:5432, 03:01:02). */
  private readPieces(start: number, end: number): void {
    const { text } = this;
    if (isHardwareAddress(text, start, end)) {
      this.addVariable(start, end, '<id>');
      return;
    }
    let from = start;
    let values = -1;
    let valuesEnd = -1;
    for (let index = start; index <= end; index += 1) {
      if (index < end && text.charCodeAt(index) !== COLON) continue;
      const [first, last] = bare(text, from, index);
      from = index + 1;
      if (first >= last) continue;
      const piece = text.slice(first, last);
      const named = this.words.length === 0 && values === -1 ? nameBefore(piece) : 0;
      if (named > 0) {
        this.addWord(first, first + named);
        [values] = bare(text, first + named, last);
        valuesEnd = last;
      } else if (
        ((isVariable(piece) || this.isLoneLetter(first, last)) && !this.isShortKey(first, last)) ||
        (values !== -1 && isHexadecimal(piece))
      ) {
        if (values === -1) values = first;
        valuesEnd = last;
      } else {
        if (values !== -1) this.addVariable(values, valuesEnd);
        values = -1;
        this.addWord(first, last);
      }
    }
    if (values !== -1) this.addVariable(values, valuesEnd);
  }

  /** "a", with nothing behind that it could be the article of. */
  private isLoneLetter(start: number, end: number): boolean {
    return end === start + 1 && classOf(this.text.charCodeAt(end + 1)) < LETTER;
  }

  /** `n` of `n=3` is no value. */
  private isShortKey(start: number, end: number): boolean {
    return end === start + 1 && signAfter(this.text, end) !== '' && !isDigit(this.text.charCodeAt(start));
  }

  private addWord(start: number, end: number): void {
    const { text } = this;
    const word = text.slice(start, end);
    const last = this.words.at(-1) ?? '';
    const between = text.slice(this.between, start);
    if (last === VARIABLE && ((between === ' ' && UNITS.has(word)) || ZONES.has(word))) {
      this.extend(end, UNITS.has(word) ? ` ${word}` : '');
    } else if (
      (last.endsWith('=') && LITERALS.has(word)) ||
      (SWITCHES.has(word) && this.opensBracket(between))
    ) {
      this.addVariable(start, end, '<text>');
    } else this.put(start, end, word + signAfter(text, end), word);
  }

  /** Directly behind a bracket, or behind another switch in it. */
  private opensBracket(between: string): boolean {
    return /[([] ?$/.test(between) || (between === ' ' && this.shown.at(-1) === '<text>' && this.inBracket());
  }

  private inBracket(): boolean {
    return /[([] ?$/.test(this.shown.at(-2) ?? '');
  }

  private addVariable(from: number, end: number, given?: string): void {
    const { words, shown, text } = this;
    let start = from;
    // "Mon Jul 25": the names belong to the date.
    while (CALENDAR.has(words.at(-1) ?? '')) {
      words.pop();
      shown.length -= 2;
      const place = this.places.pop();
      if (place) ({ between: this.between, start } = place);
    }
    const value = text.slice(from, end);
    const as = given ?? (UNITS.has(value) ? value : shownVariable(value));
    if (words.at(-1) !== VARIABLE) {
      this.put(start, end, VARIABLE, as);
      return;
    }
    const between = tidy(text.slice(this.between, start));
    // A list is shown by its first.
    const listed = (between === ' ' || between === ', ') && shown.at(-1)?.endsWith(as);
    this.extend(end, listed ? '' : between + as);
  }

  private put(start: number, end: number, word: string, shown: string): void {
    this.places.push({ between: this.between, start });
    this.shown.push(tidy(this.text.slice(this.between, start)), shown);
    this.words.push(word);
    this.between = end;
  }

  private extend(end: number, shown: string): void {
    this.shown[this.shown.length - 1] += shown;
    this.between = end;
  }
}
