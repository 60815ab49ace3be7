// Where words, paths and quotes of a line begin and end.
import { classOf, isDigit, JOINER, LETTER, SPACE } from './characters.ts';
import { isHexadecimal, isVariable } from './variable.ts';

export const EQUALS = 61;
export const COLON = 58;
export const DOUBLE = 34;
export const SINGLE = 39;
export const BACKTICK = 96;
const SLASH = 47;
const BACKSLASH = 92;
const DOT = 46;
const DASH = 45;
const COMMA = 44;
const TILDE = 126;

/** Of letters, digits and what joins them, up to a space or delimiter; `start` itself where it is nothing of the kind. */
export function atomEnd(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const next = text.charCodeAt(end + 1);
    if (classOf(code) >= JOINER) {
      // "enabled.....1", "a--b": what is doubled joins nothing.
      if ((code === DOT || code === DASH) && next === code) break;
    } else if (code === COMMA) {
      if (!isDigit(text.charCodeAt(end - 1)) || !isDigit(next)) break;
    } else if (code !== SINGLE || end === start || !isLetter(text.charCodeAt(end - 1)) || !isLetter(next))
      break;
  }
  return end;
}

function isLetter(code: number): boolean {
  return classOf(code) === LETTER;
}

/** Longer text in quotes is no value; and no quote makes a line slow to read. */
const MAX_QUOTED = 400;

/** Where quoted text ends that begins here, or -1. An apostrophe between letters closes nothing. */
export function quoteEnd(text: string, start: number, quote: number): number {
  const last = Math.min(text.length, start + MAX_QUOTED);
  for (let at = start + 1; at < last; at += 1) {
    if (text.charCodeAt(at) !== quote) continue;
    if (quote !== SINGLE || classOf(text.charCodeAt(at + 1)) < LETTER) return at;
  }
  return -1;
}

/** `=` where the word is a key of what follows, `:` where it is written directly behind. */
export function signAfter(text: string, end: number): string {
  let at = end;
  const quote = text.charCodeAt(at);
  if (quote === DOUBLE || quote === SINGLE) at += 1;
  if (text.charCodeAt(at) === COLON) return ':';
  if (text.charCodeAt(at) === 32) at += 1;
  return text.charCodeAt(at) === EQUALS ? '=' : '';
}

export function followedByColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === COLON || (text.charCodeAt(at) === 32 && text.charCodeAt(at + 1) === COLON);
}

/** Where a path or URL begins in an atom, or -1. Of "src:/a/b" the key is no part of it. */
export function pathStart(text: string, start: number, end: number): number {
  let slashes = 0;
  let digits = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) digits += 1;
    else if (code === BACKSLASH && index === start + 2 && text.charCodeAt(start + 1) === COLON) return start;
    else if (code === SLASH) {
      const before = index === start ? SPACE : text.charCodeAt(index - 1);
      const next = text.charCodeAt(index + 1);
      if (before === COLON && next === SLASH && index > start + 1) return schemeStart(text, start, index - 1);
      if (index === start || before === COLON || before === DOT || before === TILDE) {
        if (classOf(next) >= LETTER) return before === DOT || before === TILDE ? start : index;
      }
      slashes += 1;
    }
  }
  return slashes > 1 && digits === 0 && isLetter(text.charCodeAt(start)) ? start : -1;
}

/** Back from the colon of "://", over `git+ssh` and `akka.tcp`. */
function schemeStart(text: string, start: number, colon: number): number {
  let at = colon;
  while (at > start && text.charCodeAt(at - 1) !== COLON && text.charCodeAt(at - 1) !== SLASH) at -= 1;
  return at;
}

/** A URL goes on to a space, quote or closing bracket, with its query; a path over `=?*&` too. */
export function pathEnd(text: string, start: number, from: number): number {
  const over = text.slice(start, from).includes('://') ? '=?*&,;!|(' : '=?*&';
  let at = from;
  while (at < text.length) {
    if (classOf(text.charCodeAt(at)) < JOINER && !over.includes(text.charAt(at))) break;
    at += 1;
  }
  while (at > start + 1 && '.,:;-'.includes(text.charAt(at - 1))) at -= 1;
  return at;
}

/** Without the signs around a piece that belong to the sentence; a minus before a digit stays. */
export function bare(text: string, from: number, to: number): [number, number] {
  let start = from;
  let end = to;
  while (start < end && classOf(text.charCodeAt(start)) === JOINER) start += 1;
  if (start > from && text.charCodeAt(start - 1) === DASH && isDigit(text.charCodeAt(start))) start -= 1;
  while (end > start && classOf(text.charCodeAt(end - 1)) === JOINER && text.charAt(end - 1) !== '%')
    end -= 1;
  return [start, end];
}

/** ff:f2:9f:16:be:e0: it may begin with letters alone. */
export function isHardwareAddress(text: string, start: number, end: number): boolean {
  const size = end - start;
  if (size < 17 || size > 23 || text.charCodeAt(start + 2) !== COLON) return false;
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5,7}$/i.test(text.slice(start, end));
}

/** The length of the name in "worker-7" where it opens the line: the first word says what the line is about. */
export function nameBefore(piece: string): number {
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

/** What stands between two words, for people: one space for many, and nothing that is not seen. */
export function tidy(between: string): string {
  if (between === ' ' || between === '') return between;
  let out = '';
  for (let index = 0; index < between.length; index += 1) {
    const space = classOf(between.charCodeAt(index)) === SPACE;
    if (!space) out += between.charAt(index);
    else if (!out.endsWith(' ')) out += ' ';
  }
  return out;
}
