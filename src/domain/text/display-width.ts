// How many cells of a terminal a text takes, and fitting it into a number of them.

/**
 * In cells: wide characters and emoji take 2, marks and our own colour codes none. Text that `safeText` let through
 * is counted the same by every terminal; of joined emoji they disagree, and here each is one picture.
 */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  const bare = text.includes(ESCAPE) ? text.replace(COLOUR_CODES, '') : text;
  if (SINGLE.test(bare)) return bare.length;
  if (JOINS.test(bare)) return sum(segmentsOf(bare).map(clusterWidth));
  return charactersWidth(bare);
}

/** Printable ASCII alone. A loop, because it is asked for every cell and a short command has no time for a regex. */
export function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/** What a person sees as one character each, at most two cells wide: longer clusters (stacked jamo) come apart. */
export function graphemes(text: string): string[] {
  return segmentsOf(text).flatMap((segment) =>
    segment.length > 1 && displayWidth(segment) > 2 ? Array.from(segment) : [segment],
  );
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Ends in `…` where something was cut, and closes the colours it opened. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  let cut = '';
  let room = width - 1;
  const parts = text.split(COLOUR_CODE_PARTS);
  for (const [index, part] of parts.entries()) {
    const taken = index % 2 === 1 ? part : takeWidth(part, room);
    cut += taken;
    if (index % 2 === 0) room -= displayWidth(taken);
    if (taken !== part) break;
  }
  return `${cut.trimEnd()}…${parts.length > 1 ? RESET : ''}`;
}

/** The longest beginning that fits; never half a character. */
function takeWidth(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const grapheme of graphemes(text)) {
    used += displayWidth(grapheme);
    if (used > width) break;
    taken += grapheme;
  }
  return taken;
}

const ESCAPE = '\u001b';
const RESET = `${ESCAPE}[0m`;
const COLOUR_CODES = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const COLOUR_CODE_PARTS = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);
// Latin letters, dashes, quotes, arrows, box and block characters: one cell each, each for itself.
const SINGLE =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u259f\u2713\u2717]*$/;
// Joiner, picture selector, skin tones (their second half in UTF-16).
const JOINS = /[\u200d\ufe0f]|\ud83c[\udffb-\udfff]/;

let segmenter: Intl.Segmenter | undefined;
function segmentsOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function clusterWidth(cluster: string): number {
  return JOINS.test(cluster)
    ? Math.min(2, charactersWidth(cluster.replace('\ufe0f', '  ')))
    : charactersWidth(cluster);
}

function charactersWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

// Made when the first such text comes: building these sets takes longer than a short command.
let shapes: { none: RegExp; picture: RegExp } | undefined;

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x300) return code === 0xad || (code >= 0x7f && code < 0xa0) ? 0 : 1;
  shapes ??= { none: /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u, picture: /\p{Emoji_Presentation}/u };
  if (shapes.none.test(character) || isJoiningJamo(code)) return 0;
  // A flag is two regional indicators, one cell each.
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return 1;
  if (shapes.picture.test(character)) return 2;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

function isJoiningJamo(code: number): boolean {
  return (code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff);
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** Unicode's East Asian Wide and Fullwidth blocks (UAX 11); emoji are asked of the regular expression engine. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];
