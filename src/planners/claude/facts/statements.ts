// A text in Markdown as the statements it makes: sentences, cells of a table, lines of code, each with its place; what is
// around them (bullets, heading marks, fences) is no statement and stays.

export interface Statement {
  /** UTF-16 indexes into the text; `end` is not included. */
  start: number;
  end: number;
  kind: 'sentence' | 'row' | 'code';
}

const FENCE = /^\s*(?:```|~~~)/;
const MARKS = /^\s*(?:(?:[-*•+]|\d{1,3}[.)]|#{1,6}|>)\s+)*(?:\[[ x]\]\s+)?/;
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|approx|vs|no|nos|ca|cf|etc|resp|incl|max|min|avg|est|fig)\.$/i;

export function statementsOf(text: string): Statement[] {
  const all: Statement[] = [];
  let inCode = false;
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    if (FENCE.test(line)) inCode = !inCode;
    else if (line.trim() !== '') {
      if (inCode) all.push({ start, end, kind: 'code' });
      else if (/^\s*\|.*\|\s*$/.test(line)) all.push({ start, end, kind: 'row' });
      else all.push(...sentencesOf(line, start));
    }
    start = end + 1;
  }
  return all;
}

function sentencesOf(line: string, offset: number): Statement[] {
  const all: Statement[] = [];
  let from = MARKS.exec(line)?.[0].length ?? 0;
  const ends = /[.!?…][)\]"'”’*_`]*(?=\s|$)/g;
  ends.lastIndex = from;
  const add = (end: number) => {
    const piece = line.slice(from, end);
    const lead = piece.length - piece.trimStart().length;
    if (piece.trim() !== '')
      all.push({
        start: offset + from + lead,
        end: offset + from + piece.trimEnd().length,
        kind: 'sentence',
      });
    from = end;
  };
  for (let match = ends.exec(line); match !== null; match = ends.exec(line)) {
    const end = match.index + match[0].length;
    const next = line.slice(end, end + 12).trimStart();
    // A sentence begins with a capital, a digit or a mark; "approx. 12" goes on.
    if (next !== '' && !/^[\p{Lu}\d"'`“(*#[/⚠-➿\p{Emoji_Presentation}]/u.test(next)) continue;
    if (
      match[0].startsWith('.') &&
      ABBREVIATION.test(line.slice(Math.max(0, match.index - 8), match.index + 1))
    )
      continue;
    if (isWithinQuote(line.slice(from, end))) continue;
    add(end);
  }
  add(line.length);
  return all;
}

/** A full stop within what is quoted ends no sentence of ours. */
function isWithinQuote(piece: string): boolean {
  const straight = piece.split('"').length - 1;
  const ticks = piece.split('`').length - 1;
  return straight % 2 === 1 || ticks % 2 === 1 || piece.split('“').length > piece.split('”').length;
}
