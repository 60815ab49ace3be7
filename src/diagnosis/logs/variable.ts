// Whether a piece of a line is a value, and how it is shown in a template.
import { classOf, DIGIT, isDigit, LETTER } from './characters.ts';
import { isHost } from './known-words.ts';

/** A name in code is no longer. */
const MAX_WORD = 100;
/** Lengths of hexadecimal numbers and digests; in shorter ones a digit tells. */
const HEXADECIMAL = new Set([8, 12, 16, 32, 40, 64]);

/** Digits, addresses, ids, hosts, mails: what one line has and the next has not. */
export function isVariable(piece: string): boolean {
  let digits = 0;
  let dots = 0;
  let slashes = 0;
  let at = 0;
  for (let index = 0; index < piece.length; index += 1) {
    const code = piece.charCodeAt(index);
    if (isDigit(code)) digits += 1;
    else if (code === 46) dots += 1;
    else if (code === 47 || code === 92) slashes += 1;
    else if (code === 64) at = index;
  }
  if (digits > 0) return digits > 1 || !isNameWithDigit(piece);
  // com.example/.Main, config/app.yaml; but read/write
  if (slashes > 1 || (slashes > 0 && dots > 0) || at > 0 || piece.length > MAX_WORD) return true;
  if (piece.length === 1) return isName(piece.charCodeAt(0));
  if (HEXADECIMAL.has(piece.length) && isHexadecimal(piece)) return true;
  return dots > 0 && isHost(piece);
}

/** One letter is the name of something, an article or "I" apart. */
function isName(code: number): boolean {
  return code < 128 && classOf(code) === LETTER && code !== 97 && code !== 65 && code !== 73;
}

export function isHexadecimal(piece: string): boolean {
  return /^[0-9a-f]+$/i.test(piece);
}

/** flush2DB, log4jLogger: a digit between the letters of a name. */
function isNameWithDigit(piece: string): boolean {
  if (piece.length < 6) return false;
  let digitAt = 0;
  for (let index = 0; index < piece.length; index += 1) {
    const kind = classOf(piece.charCodeAt(index));
    if (kind === DIGIT) digitAt = index;
    else if (kind !== LETTER) return false;
  }
  return digitAt > 1 && digitAt < piece.length - 1;
}

const QUAD = /^\/?\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?$/;
const COLONS = /^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}$/i;
const NUMBER = /^[-+]?\d[\d.,:/+-]*(%|[a-zA-Zµ]{1,3})?$/;
const NAMED = /^([A-Za-z]{2,}[-_#]?)-?\d+$/;

/** `<n>`, `<n>ms`, `<ip>`, `<path>`, `<id>`, or `blk_<n>`. */
export function shownVariable(piece: string): string {
  if (piece.length > 100) return piece.includes('/') ? '<path>' : '<id>';
  if (QUAD.test(piece) || COLONS.test(piece)) return '<ip>';
  const [, unit] = NUMBER.exec(piece) ?? [];
  if (unit !== undefined && !/^\d+[eE]?$/.test(piece)) return `<n>${unit}`;
  if (NUMBER.test(piece)) return '<n>';
  const [, name] = NAMED.exec(piece) ?? [];
  if (name !== undefined) return `${name}<n>`;
  if (piece.includes('/') || piece.includes('\\')) return '<path>';
  return isHostName(piece) ? '<ip>' : '<id>';
}

function isHostName(piece: string): boolean {
  return /^[a-z][\w-]*(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?$/i.test(piece) && !/[A-Z]/.test(piece);
}

/** Of two ways a value is shown, the one that is true of both; the order does not matter. */
export function shownBoth(one: string, other: string): string {
  if (one === other) return one;
  if (one.startsWith('<n>') && other.startsWith('<n>')) return '<n>';
  if (one.startsWith('<text>') || other.startsWith('<text>')) return '<text>';
  return one === '<path>' || other === '<path>' ? '<path>' : '<id>';
}
