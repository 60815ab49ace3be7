// Another reading of a text, in which secrets cannot hide behind spelling: escapes of JSON, URLs, HTML and quoted-printable
// decoded once, invisible characters and colours dropped, tokens that a line's end or a list's comma divides put together.
import { chanceOf } from './redact-chance.ts';
import type { Cut } from './redact-cuts.ts';
import { sensitiveName } from './redact-names.ts';
import { PREFIXES } from './redact-providers.ts';

/** What must be replaced by what, to read `text` plainly. */
export function plainCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  if (!SIGN.test(text)) return cuts;
  SPELLED.lastIndex = 0;
  for (let match = SPELLED.exec(text); match !== null; match = SPELLED.exec(text)) {
    const end = match.index + match[0].length;
    const put = plain(text, match.index, end, match[0], match.groups ?? {});
    if (put !== null) cuts.push({ start: match.index, end, put });
  }
  return cuts;
}

const HIDDEN =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff\\u0000-\\u0008';
const SIGN = new RegExp(`[\\\\%&=\\n\\u001b${HIDDEN}]|["'][ ]?[,+]|\\udb40`);

/**
 * Between two records of one line that a container's runtime tore apart: CRI's, where P says that more comes, and docker's
 * json-file, whose records end with a line's end when they are whole.
 */
const TORN =
  '\\r?\\n\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,20}(?:Z|[+-]\\d\\d:\\d\\d) std(?:out|err) [PF] |"[ ]?,[ ]?"stream"[^\\n{}]{0,120}\\}\\r?\\n\\{"log":[ ]?"';

// Longest first where they overlap: an escaped line end or a comma between quotes may join two halves.
const SPELLED = new RegExp(
  [
    `(?<hidden>(?:[${HIDDEN}]|\\udb40[\\udc00-\\uddff]|\\u001b\\[[0-9;:]{0,24}[A-Za-z])+)`,
    `(?<torn>${TORN})`,
    `(?<seam>["'][ \\t]{0,4}\\r?\\n[ \\t]{0,40}["']|\\\\{0,4}["'\`][ \\t]{0,4}[,+&.][ \\t]{0,4}(?:\\r?\\n[ \\t]{0,40})?\\\\{0,4}["'\`]|[=\\\\]?\\r?\\n[ \\t]{0,12})`,
    '\\\\{1,4}(?:u\\{?0{0,4}(?<u>[0-7][0-9a-fA-F])\\}?|x(?<x>[0-9a-fA-F]{2})|(?<c>[/"\'nrt]))',
    '%(?:25)?(?<p>[2-7][0-9a-fA-F]|0[9aAdD])',
    '=(?<q>[2-7][0-9A-F])',
    '&(?:#(?<d>\\d{2,3})|#[xX]0{0,4}(?<h>[2-7][0-9a-fA-F])|(?<e>amp|quot|apos|lt|gt|equals|colon|sol|commat|plus|lowbar|period|hyphen|dash));',
  ].join('|'),
  'g',
);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  equals: '=',
  colon: ':',
  sol: '/',
  commat: '@',
  plus: '+',
  lowbar: '_',
  period: '.',
  hyphen: '-',
  dash: '-',
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function plain(
  text: string,
  start: number,
  end: number,
  match: string,
  groups: Readonly<Record<string, string | undefined>>,
): string | null {
  if (groups.hidden !== undefined) return '';
  // `sha=66fb5dcd…` is a pair: quoted-printable has capitals, and no reason to spell a hash's first digit.
  if (/^\d\d$/.test(groups.q ?? '') && /^[0-9a-f-]{6}/.test(text.slice(end, end + 6))) return null;
  if (groups.torn !== undefined) return isTorn(text, start) ? '' : null;
  if (groups.seam !== undefined) return isSeam(text, start, end, match) ? '' : null;
  if (groups.c !== undefined) return CONTROLS[groups.c] ?? groups.c;
  if (groups.e !== undefined) return ENTITIES[groups.e] ?? null;
  const hex = groups.u ?? groups.x ?? groups.p ?? groups.q ?? groups.h;
  const code = hex === undefined ? Number(groups.d) : Number.parseInt(hex, 16);
  // Bytes that are no text end what stands beside them.
  return code === 10 || code === 13 || (code >= 32 && code < 127) ? String.fromCharCode(code) : ' ';
}

/** The record before it says that more comes, or does not say that it is whole. */
function isTorn(text: string, start: number): boolean {
  if (text.charAt(start) === '"') return text.slice(start - 2, start) !== '\\n';
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return / std(?:out|err) P /.test(line.slice(0, 60));
}

const LOOK = 240;

/** Whether one token goes on after what stands between `start` and `end`. */
function isSeam(text: string, start: number, end: number, match: string): boolean {
  if (!isOfToken(text.charCodeAt(start - 1))) return false;
  let from = start;
  while (from > 0 && from > start - LOOK && isOfToken(text.charCodeAt(from - 1))) from -= 1;
  const before = text.slice(from, start);
  const after = /^[\w+/=.~-]*/.exec(text.slice(end, end + LOOK))?.[0] ?? '';
  // The end of a line in quoted-printable and a shell's continued line say so themselves.
  if (/^[=\\]\r?\n/.test(match)) return before !== '' && after !== '';
  if (before === '' || STARTS_ANEW.test(after) || /^\d\d?:\d\d/.test(text.slice(end, end + 5))) return false;
  if (after === '') return isUrl(text, start) && /^[:@&?%]/.test(text.slice(end, end + 1));
  if (isUrl(text, start)) return true;
  const own = before.slice(before.lastIndexOf('=', before.length - 2) + 1);
  if (isNamedKey(before) && match.includes('\n') && isRestOfKey(own, after)) return true;
  // What opens as a key itself is the next one, or a name that only begins so.
  if (PREFIXES.test(before + after) && !PREFIXES.test(after))
    return !/^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(after) || after.length > 12;
  const [tail = ''] = /[0-9a-f]*$/i.exec(before.slice(-130)) ?? [];
  const [head = ''] = /^[0-9a-f]*/i.exec(after) ?? [];
  if (areHalves(tail, head)) return true;
  if (tail === before && head === after)
    return /^\r?\n/.test(match) && start - text.lastIndexOf('\n', start - 1) > 60;
  return isPiece(before) && isPiece(after) && !(WHOLE.test(before) && WHOLE.test(after));
}

/** `SHOP_API_KEY=first-half`, where the line ends. */
function isNamedKey(before: string): boolean {
  const sign = before.lastIndexOf('=', before.length - 2);
  return sign > 0 && before.length - sign > 6 && sensitiveName(before.slice(0, sign)) !== null;
}

/** The next line begins with what looks like the rest: as random, or of a UUID. */
function isRestOfKey(first: string, rest: string): boolean {
  if (/^[0-9a-f-]{36}$/i.test(first + rest)) return true;
  return rest.length >= 8 && /\d/.test(rest) && /[A-Z]/.test(rest) && chanceOf(rest) > rest.length * 0.2;
}

/** [\w+/=.~-] */
function isOfToken(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 45 && code <= 57) ||
    code === 95 ||
    code === 61 ||
    code === 43 ||
    code === 126
  );
}

function isUrl(text: string, end: number): boolean {
  return /:\/\/\S*$/.test(text.slice(Math.max(0, end - LOOK), end));
}

// A time, a number, a level or a word: the next line, not the rest of a token.
const STARTS_ANEW = /^(?:\d{4}[-/.]\d\d[-/.]\d\d|\d{8}-\d\d|\d+$|[A-Z]?[a-z]{1,12}$|[A-Z]{2,8}$)/;

// Ids that stand in lists are complete.
const WHOLE =
  /^(?:[a-z]{1,6}-[0-9a-f]{8,17}|[0-9a-f]{7,12}|[0-9a-f-]{36}|[A-Z0-9]{6,14}|[a-z0-9-]*-[a-z0-9]{8,10}-[a-z0-9]{5})$/;

function isPiece(run: string): boolean {
  if (run.length < 4) return false;
  const kinds = Number(/[a-z]/.test(run)) + Number(/[A-Z]/.test(run)) + Number(/\d/.test(run));
  const chance = chanceOf(run.slice(-64)) / run.slice(-64).length;
  return kinds >= 2 ? chance > 0.2 : run.length >= 12 && chance > 0.5;
}

// Digits of no length that a hash or an id has, and of one that keys have when put together.
function areHalves(one: string, other: string): boolean {
  const isWhole = (part: string) => part.length < 10 || [12, 16, 32, 40, 64, 128].includes(part.length);
  return !isWhole(one) && !isWhole(other) && [32, 40, 48, 64, 96, 128].includes(one.length + other.length);
}
