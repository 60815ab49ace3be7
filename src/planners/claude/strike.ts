// How what nobody read is taken out, so that what stays reads well: the clause at the end of a sentence, else the sentence;
// of a row its values, so that its cells stay in their columns. A mark stands where something stood.
import type { Place } from './facts/found.ts';
import type { Statement } from './facts/statements.ts';

/** In the place of a value of a table. */
export const NOT_READ = '[not in the readings]';
/** In the place of a sentence, or of its last clause. */
export const STRUCK = '[struck: not in the readings]';
/** In the place of a text of which less than half is left. */
export const MOSTLY_STRUCK =
  'Most of what the model wrote here is not in the readings, so none of it is shown.';

export interface Lost {
  statement: Statement;
  /** What is not in the readings, with places in the whole text. */
  places: readonly Place[];
  quotes: boolean;
}

/** `statements`: all of the text, by which it is known how much of it is lost. */
export function withStruck(text: string, statements: readonly Statement[], lost: readonly Lost[]): string {
  const cuts = lost.flatMap(cutsOf(text)).sort((a, b) => a.start - b.start);
  const length = ({ start, end }: { start: number; end: number }) => end - start;
  const gone = cuts.reduce((sum, cut) => sum + length(cut), 0);
  const all = statements.reduce((sum, each) => sum + length(each), 0);
  if (lost.length > 1 && gone > all / 2) return MOSTLY_STRUCK;
  let end = 0;
  let result = '';
  for (const cut of cuts) {
    const between = text.slice(end, cut.start);
    // Two in a row are one.
    if (!(cut.mark === STRUCK && result.endsWith(STRUCK) && /^[ \t]*$/.test(between)))
      result += between + cut.mark;
    end = cut.end;
  }
  return result + text.slice(end);
}

interface Cut {
  start: number;
  end: number;
  mark: string;
}

function cutsOf(text: string): (lost: Lost) => Cut[] {
  return ({ statement: { start, end, kind }, places, quotes }) => {
    if (kind === 'row') {
      if (!quotes) return places.map((place) => ({ start: place.start, end: place.end, mark: NOT_READ }));
      return [...text.slice(start, end).matchAll(/[^|\s][^|]*[^|\s]|[^|\s]/g)].map((cell) => ({
        start: start + cell.index,
        end: start + cell.index + cell[0].length,
        mark: NOT_READ,
      }));
    }
    const clause = kind === 'code' ? null : clauseWith(text.slice(start, end), places, start);
    return clause
      ? [{ start: start + clause.start, end: start + clause.end, mark: ` ${STRUCK}` }]
      : [{ start, end, mark: STRUCK }];
  };
}

const BOUNDARY =
  / \(|;? [—–] |; |(?<!\d): |, |,? (?:but|while|so|because|whereas|which) |,? and (?=(?:the|its|it|this|that|a|an|there|[\w-]+ (?:is|are|was|were|has|have)) )/gi;
/** What begins so does not stand without what follows. */
const LEANS =
  /^[\W_]*(?:if|when|while|although|though|since|as|because|after|before|between|with|without|of|at|in|on|from|by|for|over|under|once|unless|until|both|either|neither|not|no|despite|given|compared|during|within|together|across)\b/i;
const SAYS =
  /\b(?:is|are|was|were|has|have|had|did|does|went|rose|fell|came|took|began|grew|ran|runs|shows?|says|fails|roll|restart|scale|look|check|\w{3,}ed)\b/i;

/** The last clause, or the one in brackets, that holds all of it; null: the rest would not read as a sentence. */
function clauseWith(
  sentence: string,
  places: readonly Place[],
  begins: number,
): { start: number; end: number } | null {
  const first = Math.min(...places.map((place) => place.start)) - begins;
  const last = Math.max(...places.map((place) => place.end)) - begins;
  const at = [...sentence.matchAll(BOUNDARY)].filter(
    ({ index, 0: { length } }) => index + length <= first && isWhole(sentence.slice(0, index)),
  );
  const boundary = at.at(-1);
  if (!boundary) return null;
  const head = sentence.slice(0, boundary.index);
  if ((head.match(/[\p{L}\d#@][^\s]*/gu)?.length ?? 0) < 3 || LEANS.test(head) || !SAYS.test(head))
    return null;
  if (boundary[0] === ' (') {
    const close = sentence.indexOf(')', last);
    if (close !== -1) return { start: boundary.index, end: close + 1 };
  }
  const rest = /[.!?…]["'”’*_)\]]*$/.exec(sentence);
  return { start: boundary.index, end: rest && rest.index >= last ? rest.index : sentence.length };
}

/** No bracket, quotation or emphasis is left open. */
function isWhole(head: string): boolean {
  const even = ['"', '`', '**'].every((mark) => (head.split(mark).length - 1) % 2 === 0);
  return (
    even &&
    head.split('(').length === head.split(')').length &&
    head.split('“').length === head.split('”').length
  );
}
