// How many terminal columns a text takes, and making foreign text safe to print.

/** Columns: wide and emoji clusters count 2, combining marks and our own colour codes 0. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  const plain = text.includes(ESCAPE) ? text.replace(COLOUR_CODES, '') : text;
  if (SINGLE.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemes(plain)) width += clusterWidth(segment);
  return width;
}

/** Cut to `columns`, the last of them `…` where something was left out. Colours are closed again. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  let width = 0;
  let out = '';
  let coloured = false;
  for (const part of text.split(COLOUR_CODE_PARTS)) {
    if (part.startsWith(ESCAPE)) {
      out += part;
      coloured = true;
      continue;
    }
    for (const { segment } of graphemes(part)) {
      const next = clusterWidth(segment);
      if (width + next > columns - 1) return `${out}…${coloured ? RESET : ''}`;
      width += next;
      out += segment;
    }
  }
  return out;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/**
 * Text from outside may hold codes that move the cursor, rename the window or hide what follows. Control
 * characters and direction marks become `�`; plain colours stay, lines and tabs stay.
 */
export function printable(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(/\r\n/g, '\n').replace(UNSAFE, (code) => (HARMLESS_COLOUR.test(code) ? code : '�'));
}

/** Printable ASCII alone. A loop, because it is asked for every cell and a short command has no time for a regex. */
export function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

const ESCAPE = '\u001b';
const RESET = '\u001b[0m';
// Latin letters, dashes, quotes, arrows, box and block characters: one column each, each for itself.
const SINGLE =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u259f\u2713\u2717]*$/;
const COLOUR_CODES = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const COLOUR_CODE_PARTS = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);
// Bold, dim and the foreground colours we use ourselves: with them nothing can be concealed.
const HARMLESS_COLOUR = new RegExp(`^${ESCAPE}\\[(?:0|1|2|4|22|24|3[1-79]|9[0-6])m$`);
// A colour code as a whole, else any C0 but tab and newline, DEL, C1, and the bidirectional overrides.
const UNSAFE = new RegExp(
  `${ESCAPE}\\[[0-9;]*m|[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]`,
  'g',
);

let segmenter: Intl.Segmenter | undefined;
function graphemes(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return cluster.includes('\ufe0f') ? 2 : 1;
  shapes ??= {
    zero: /^[\p{Mark}\p{Cf}\p{Cc}]+$/u,
    emoji: /^\p{Emoji_Presentation}|\ufe0f|^\p{Regional_Indicator}{2}/u,
  };
  if (shapes.zero.test(cluster)) return 0;
  return shapes.emoji.test(cluster) || isWide(code) ? 2 : 1;
}

// Made when the first such text comes: building these sets takes longer than a short command.
let shapes: { zero: RegExp; emoji: RegExp } | undefined;

/** Blocks whose characters are Wide or Fullwidth in Unicode's EastAsianWidth.txt. */
function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last);
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];
