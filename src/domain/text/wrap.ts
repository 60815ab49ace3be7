// Breaking lines at words, with continuation lines under the text they belong to.
import { displayWidth, graphemes } from './display-width.ts';

/** Narrower than this nothing can be laid out; the terminal then breaks the rows itself. */
export const NARROWEST = 8;

/** Every row is at most `width` cells wide. Existing newlines stay. `hang`: how far plain lines continue. Default: 2. */
export function wrapText(text: string, width: number, { hang = 2 } = {}): string[] {
  const room = Math.max(NARROWEST, width);
  return text.split('\n').flatMap((line) => wrapLine(line, room, hangOf(line, hang)));
}

/** `hang` is how far continuation rows are indented. */
export function wrapLine(line: string, width: number, hang: number): string[] {
  const trimmed = line.trimEnd();
  if (displayWidth(trimmed) <= width) return [trimmed];
  const indent = ' '.repeat(Math.min(hang, Math.floor(width / 2)));
  const rows: string[] = [];
  let row = '';
  let blank = true;
  for (const token of trimmed.match(/ +|[^ ]+/gu) ?? []) {
    if (displayWidth(row) + displayWidth(token) <= width) {
      row += token;
      blank &&= token.startsWith(' ');
      continue;
    }
    if (token.startsWith(' ')) {
      if (!blank) {
        rows.push(row);
        row = indent;
        blank = true;
      }
      continue;
    }
    if (!blank) {
      rows.push(row.trimEnd());
      row = indent;
    } else if (displayWidth(row) > width / 2) {
      row = indent;
    }
    const pieces = splitWord(token, width, { start: row, indent });
    row = pieces.pop() ?? '';
    rows.push(...pieces);
    blank = false;
  }
  if (!blank) rows.push(row);
  return rows;
}

/** At spaces where a row has some in its second half, else anywhere. Nothing is left out or put in but the breaks. */
export function wrapCode(line: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const token of line.match(/ +|[^ ]+/gu) ?? ['']) {
    const used = displayWidth(row);
    if (used + displayWidth(token) <= width) {
      row += token;
      continue;
    }
    const isWord = !token.startsWith(' ');
    // A wide character may not fit into the last cell.
    if (used > 0 && (used + 2 > width || (isWord && row.trim() !== '' && used > width / 2))) {
      rows.push(row);
      row = '';
    }
    const pieces = splitWord(token, width, { start: row });
    row = pieces.pop() ?? '';
    rows.push(...pieces);
  }
  return [...rows, row];
}

/** Breaks anywhere: words longer than a row. `start` stands before the first row's text. */
export function splitWord(
  word: string,
  width: number,
  options: { start?: string; indent?: string } = {},
): string[] {
  const { start = '', indent = '' } = options;
  const rows: string[] = [];
  let row = start;
  let used = displayWidth(start);
  let blank = true;
  for (const grapheme of graphemes(word)) {
    const cells = displayWidth(grapheme);
    if (!blank && used + cells > width) {
      rows.push(row);
      row = indent;
      used = displayWidth(indent);
    }
    row += grapheme;
    used += cells;
    blank = false;
  }
  rows.push(row);
  return rows;
}

/** Under the words of a bullet, a number or a time; otherwise `plain` cells in. */
function hangOf(line: string, plain: number): number {
  const lead = /^ *(?:(?:[•*-]|\d{1,3}[.)]|\d{1,2}:\d{2}(?::\d{2})?) +)?/u.exec(line)?.[0] ?? '';
  return lead.trim() === '' ? lead.length + plain : displayWidth(lead);
}
