// What a person can read of a night with thousands of lines: the first of each sort, and how many more there were. Pure.
import type { WhyLine } from './answer.ts';

export type FoldedLine =
  | { folded: false; line: WhyLine }
  /** In place of lines that say the same of others. `until`: the time of the last of them. */
  | { folded: true; at: number; kind: string; count: number; until: number };

/** Of one sort. */
const FIRST = 5;
/** In all, however many sorts there are. */
const MOST = 80;

/** In their order; a gap stands where the first of those left out would. Fewer than two are never left out. */
export function foldLines(lines: readonly WhyLine[]): FoldedLine[] {
  const sorts = new Map<string, { shown: number; gap: (FoldedLine & { folded: true }) | null }>();
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(sortOf(line), (counts.get(sortOf(line)) ?? 0) + 1);
  const folded: FoldedLine[] = [];
  for (const line of lines) {
    const name = sortOf(line);
    const sort = sorts.get(name) ?? { shown: 0, gap: null };
    sorts.set(name, sort);
    if (sort.gap) {
      sort.gap.count += 1;
      sort.gap.until = line.at;
    } else if (sort.shown < FIRST || counts.get(name) === FIRST + 1) {
      sort.shown += 1;
      folded.push({ folded: false, line });
    } else {
      sort.gap = { folded: true, at: line.at, kind: line.kind, count: 1, until: line.at };
      folded.push(sort.gap);
    }
  }
  if (folded.length <= MOST) return folded;
  const left = folded.slice(MOST - 1);
  const count = left.reduce((sum, each) => sum + (each.folded ? each.count : 1), 0);
  const [first] = left;
  const until = Math.max(...left.map((each) => (each.folded ? each.until : each.line.at)));
  const at = first === undefined ? until : first.folded ? first.at : first.line.at;
  return [...folded.slice(0, MOST - 1), { folded: true, at, kind: 'more', count, until }];
}

/** `Alert fired`, `Paged @sarah via slack`, `page # to @sarah via slack`: without what differs from one to the next. */
function sortOf({ kind, text }: WhyLine): string {
  const words = text.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, '#');
  return `${kind} ${words.split(':')[0] ?? ''}`;
}
