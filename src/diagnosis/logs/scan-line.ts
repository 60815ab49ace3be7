// One pass over the characters of a line: its words stay, its values become variables, runs of variables become one.
import { classOf, DELIMITER, isDigit, JOINER, LETTER, SPACE } from './characters.ts';
import { CALENDAR, LITERALS, UNITS, ZONES } from './known-words.ts';
import { isVariable, shownVariable } from './variable.ts';

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

const EQUALS = 61;
const COLON = 58;
const SLASH = 47;
const DOT = 46;
const COMMA = 44;
const DOUBLE = 34;
const SINGLE = 39;
const BACKTICK = 96;

class LineScanner {
  readonly words: string[] = [];
  readonly shown: string[] = [];
  /** Where what stands between two words begins. */
  private between = 0;
  private at = 0;
  /** Quotes that are not closed in what is left. */
  private readonly unclosed = new Set<number>();
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  scan(): Scanned {
    const { text } = this;
    while (this.at < text.length && this.words.length < MAX_WORDS) {
      const code = text.charCodeAt(this.at);
      const kind = classOf(code);
      if (kind >= JOINER) this.readAtom();
      else if (kind === DELIMITER && (code === DOUBLE || code === SINGLE || code === BACKTICK))
        this.readQuote(code);
      else this.at += 1;
    }
    this.shown.push(tidy(text.slice(this.between)));
    return this;
  }

  /** Quoted text is a value, unless it opens the line, is that of a `key=`, or begins with a word in capitals (GET). */
  private readQuote(quote: number): void {
    const { text, at } = this;
    this.at += 1;
    const before = at === 0 ? SPACE : classOf(text.charCodeAt(at - 1));
    if (this.words.length === 0 || before > DELIMITER || this.unclosed.has(quote)) return;
    if (text.charCodeAt(at - 1) === EQUALS) return;
    let end = text.indexOf(String.fromCharCode(quote), at + 1);
    // can't: between letters it is no quote
    while (end !== -1 && quote === SINGLE && classOf(text.charCodeAt(end + 1)) >= LETTER)
      end = text.indexOf("'", end + 1);
    if (end === -1) {
      this.unclosed.add(quote);
      return;
    }
    if (end === at + 1 || /^[A-Z]{3,} /.test(text.slice(at + 1, at + 12))) return;
    if (followedByColon(text, end + 1)) return;
    this.addVariable(at, end + 1, '<text>');
    this.at = end + 1;
  }

  /** Letters, digits and what joins them, up to a space or delimiter. */
  private readAtom(): void {
    const { text } = this;
    const start = this.at;
    let end = start;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (classOf(code) >= JOINER) {
        // "enabled.....1", "a--b": what is doubled joins nothing.
        if ((code === DOT || code === 45) && text.charCodeAt(end + 1) === code) break;
        continue;
      }
      if (code === COMMA && isDigit(text.charCodeAt(end - 1)) && isDigit(text.charCodeAt(end + 1))) continue;
      break;
    }
    if (end === start) {
      this.at = start + 1;
      return;
    }
    const path = pathStart(text, start, end);
    if (path !== -1) {
      // "src:/10.0.0.1" and "file:///x": what is written before stays.
      if (path > start) this.readPieces(start, path);
      this.at = trimmedEnd(text, path, pathEnd(text, end, text.startsWith('://', schemeEnd(text, path))));
      this.addVariable(path, this.at, isDigit(text.charCodeAt(path + 1)) ? undefined : '<path>');
      return;
    }
    this.readPieces(start, end);
    this.at = end;
  }

  /** Parts between colons: neighbours that are values are one (10.0.0.1:5432, 03:01:02). */
  private readPieces(start: number, end: number): void {
    const { text } = this;
    let from = start;
    let values = -1;
    let valuesEnd = -1;
    for (let index = start; index <= end; index += 1) {
      if (index < end && text.charCodeAt(index) !== COLON) continue;
      const [first, last] = bare(text, from, index);
      if (first < last) {
        const piece = text.slice(first, last);
        const named = this.words.length === 0 && values === -1 ? nameBefore(piece) : 0;
        if (named > 0) {
          this.addWord(first, first + named);
          values = first + named;
          while (classOf(text.charCodeAt(values)) === JOINER) values += 1;
          valuesEnd = last;
        } else if (isVariable(piece) || (values !== -1 && isHexadecimal(piece))) {
          if (values === -1) values = first;
          valuesEnd = last;
        } else {
          if (values !== -1) this.addVariable(values, valuesEnd);
          values = -1;
          this.addWord(first, last);
        }
      }
      from = index + 1;
    }
    if (values !== -1) this.addVariable(values, valuesEnd);
  }

  private addWord(start: number, end: number): void {
    const word = this.text.slice(start, end);
    const last = this.words.at(-1);
    if (last === VARIABLE && this.between === start - 1 && this.joins(start) && UNITS.has(word)) {
      this.extend(start, end, ` ${word}`);
      return;
    }
    if (last === VARIABLE && ZONES.has(word)) {
      this.extend(start, end, '');
      return;
    }
    if (last?.endsWith('=') && LITERALS.has(word)) {
      this.addVariable(start, end, '<text>');
      return;
    }
    this.put(start, word + signAfter(this.text, end), word);
    this.between = end;
  }

  private joins(start: number): boolean {
    return this.text.charCodeAt(start - 1) === 32;
  }

  private addVariable(start: number, end: number, shown?: string): void {
    const { words } = this;
    // "Mon Jul 25": the names belong to the date.
    while (words.length > 0 && CALENDAR.has(words.at(-1) ?? '')) {
      words[words.length - 1] = VARIABLE;
      this.shown[this.shown.length - 1] = '<n>';
      if (words.at(-2) === VARIABLE) this.mergeLast();
      else if (!CALENDAR.has(words.at(-2) ?? '')) break;
      else {
        words.pop();
        this.shown.length -= 2;
      }
    }
    const as = shown ?? shownVariable(this.text.slice(start, end));
    if (words.at(-1) === VARIABLE) this.extend(start, end, tidy(this.text.slice(this.between, start)) + as);
    else this.put(start, VARIABLE, as);
    this.between = end;
  }

  private mergeLast(): void {
    this.words.pop();
    const shown = this.shown.pop() ?? '';
    const before = this.shown.pop() ?? '';
    this.shown[this.shown.length - 1] += before + shown;
  }

  private put(start: number, word: string, shown: string): void {
    this.shown.push(tidy(this.text.slice(this.between, start)), shown);
    this.words.push(word);
  }

  private extend(_start: number, end: number, shown: string): void {
    this.shown[this.shown.length - 1] += shown;
    this.between = end;
  }
}

/** `=` where the word is a key of what follows, `:` where it is written directly behind. */
function signAfter(text: string, end: number): string {
  let at = end;
  const quote = text.charCodeAt(at);
  if (quote === DOUBLE || quote === SINGLE) at += 1;
  if (text.charCodeAt(at) === COLON) return ':';
  if (text.charCodeAt(at) === 32) at += 1;
  return text.charCodeAt(at) === EQUALS ? '=' : '';
}

function followedByColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === COLON || (text.charCodeAt(at) === 32 && text.charCodeAt(at + 1) === COLON);
}

/** Where a path or URL begins in an atom, or -1. */
function pathStart(text: string, start: number, end: number): number {
  let slashes = 0;
  let digits = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code === SLASH) {
      const next = classOf(text.charCodeAt(index + 1));
      const before = index === start ? SPACE : text.charCodeAt(index - 1);
      if (before === COLON && text.charCodeAt(index + 1) === SLASH && index - 1 > start)
        return schemeStart(text, start, index - 1);
      if ((index === start || before === COLON || before === DOT || before === 126) && next >= LETTER) {
        // Not in "key:/path": the key stays a word.
        return before === COLON || index === start ? index : start;
      }
      slashes += 1;
    } else if (code === 92 && index === start + 2 && text.charCodeAt(start + 1) === COLON) return start;
    else if (isDigit(code)) digits += 1;
  }
  return slashes > 1 && digits === 0 && classOf(text.charCodeAt(start)) === LETTER ? start : -1;
}

function schemeStart(text: string, start: number, colon: number): number {
  let at = colon;
  while (at > start && classOf(text.charCodeAt(at - 1)) >= LETTER) at -= 1;
  return at;
}

function schemeEnd(text: string, start: number): number {
  let at = start;
  while (classOf(text.charCodeAt(at)) >= LETTER) at += 1;
  return at;
}

/** A URL goes on to a space, quote or closing bracket, with its query; a path over `=?*&` too. */
function pathEnd(text: string, from: number, url: boolean): number {
  const over = url ? '=?*&,;!|(' : '=?*&';
  let at = from;
  while (at < text.length) {
    if (classOf(text.charCodeAt(at)) < JOINER && !over.includes(text.charAt(at))) break;
    at += 1;
  }
  return at;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start + 1 && '.,:;-'.includes(text.charAt(last - 1))) last -= 1;
  return last;
}

/** Without the signs around a piece that belong to the sentence; a minus before a digit stays. */
function bare(text: string, from: number, to: number): [number, number] {
  let start = from;
  let end = to;
  while (start < end && classOf(text.charCodeAt(start)) === JOINER) start += 1;
  if (start > from && text.charCodeAt(start - 1) === 45 && isDigit(text.charCodeAt(start))) start -= 1;
  while (end > start && classOf(text.charCodeAt(end - 1)) === JOINER && text.charAt(end - 1) !== '%')
    end -= 1;
  return [start, end];
}

/** The length of the name in "worker-7" where it opens the line: the first word says what the line is about. */
function nameBefore(piece: string): number {
  let at = 0;
  while (at < piece.length && classOf(piece.charCodeAt(at)) === LETTER) at += 1;
  return at >= 4 &&
    at < piece.length &&
    isVariable(piece) &&
    !isHexadecimal(piece.slice(0, at)) &&
    onlyDigits(piece, at)
    ? at
    : 0;
}

function onlyDigits(piece: string, from: number): boolean {
  for (let index = from; index < piece.length; index += 1) {
    if (classOf(piece.charCodeAt(index)) === LETTER) return false;
  }
  return true;
}

function isHexadecimal(piece: string): boolean {
  return /^[0-9a-f]{1,8}$/i.test(piece);
}

/** What stands between two words, for people: one space for many, and nothing that is not seen. */
function tidy(between: string): string {
  if (between === ' ' || between === '') return between;
  let out = '';
  for (let index = 0; index < between.length; index += 1) {
    const space = classOf(between.charCodeAt(index)) === SPACE;
    if (!space) out += between.charAt(index);
    else if (!out.endsWith(' ')) out += ' ';
  }
  return out;
}
