// What Tab does with the lines that could be meant.
import { safeLine } from '../../domain/text/safe-text.ts';

const MOST_SHOWN = 40;

/** The line as far as all candidates agree, and the choices to show when that adds nothing. */
export function offer(before: string, candidates: readonly string[]): { line: string; choices: string[] } {
  const [first] = candidates;
  if (first === undefined) return { line: before, choices: [] };
  const shared = candidates.reduce(commonStart, first);
  if (candidates.length === 1) return { line: first, choices: [] };
  if (shared.length > before.length) return { line: shared, choices: [] };
  const words = candidates.map((candidate) => safeLine(candidate).split(' ').at(-1) ?? '');
  const more = words.length - MOST_SHOWN;
  return { line: before, choices: more > 0 ? [...words.slice(0, MOST_SHOWN), `and ${more} more`] : words };
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length]?.toLowerCase() === other[length]?.toLowerCase()) length += 1;
  return one.slice(0, length);
}
