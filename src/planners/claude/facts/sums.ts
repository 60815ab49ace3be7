// Whether a number is the sum of values that count the same thing. Any number is a sum of some others, so a sentence has to
// say that it adds up, and what is added has to bear one name.
import type { Known } from './evidence.ts';
import type { Quantity, Share } from './found.ts';
import { servicesIn } from './named.ts';
import { singular } from './numbers.ts';
import { groupOf, NOT_WELL, saysValue } from './occurs.ts';

const ADDS =
  /\b(?:together|total\w*|combined|altogether|add(?:s|ed|ing)? up|sums?|summed|across|both|overall|in all|plus)\b|\ball \d/i;
const MOST_VALUES = 14;
const MOST_BESIDE = 60;

type Placed = Quantity & { line: number };

export function isSum(
  claim: Quantity,
  sentence: string,
  own: readonly Quantity[],
  lines: readonly number[],
  known: Known,
): boolean {
  if (!ADDS.test(sentence)) return false;
  const isSame = ({ measure, spoken }: Quantity) =>
    spoken === undefined && (measure === claim.measure || (claim.measure === 'count' && measure === 'times'));
  if (claim.measure === 'percent' || claim.measure === 'times') return false;
  if (
    addsUp(
      claim,
      own.filter((each) => isSame(each) && each.start !== claim.start).map(({ value }) => value),
    )
  )
    return true;
  const words = new Set(
    (sentence.toLowerCase().match(/[a-z]+/g) ?? []).map((word) => groupOf(singular(word))),
  );
  const said = new Set((sentence.toLowerCase().match(/[a-z]+/g) ?? []).map(singular));
  const placed = known.quantities.filter(
    (each): each is Placed => isSame(each) && known.subjects[each.line]?.isRaw !== true,
  );
  const groups = new Map<string, Map<string, number>>();
  for (const each of placed) {
    const label = labelOf(each, known.lines[each.line] ?? '');
    if (label === '' || !(said.has(label) || words.has(groupOf(label)))) continue;
    const group = groups.get(label) ?? new Map<string, number>();
    // The same line, read twice, is one.
    const text = known.lines[each.line] ?? '';
    if (!group.has(text)) group.set(text, each.value);
    groups.set(label, group);
  }
  for (const group of groups.values()) if (addsUp(claim, [...group.values()])) return true;
  // "Errors and warnings", "the two indexes": what one answer has side by side, each under its own name.
  const near = new Set(lines);
  const services = new Set(servicesIn(sentence, known.services).map(({ name }) => name));
  const isOurs = (line: number) =>
    near.has(line) ||
    services.size === 0 ||
    [...(known.subjects[line]?.services ?? [])].some((name) => services.has(name));
  const beside = placed
    .filter((each) => isOurs(each.line))
    .map((each) => ({
      value: each.value,
      label: labelOf(each, known.lines[each.line] ?? ''),
      line: each.line,
    }))
    .filter(({ label, line }) => label !== '' && (words.has(groupOf(label)) || near.has(line)))
    .slice(0, MOST_BESIDE);
  return beside.some((a, index) =>
    beside
      .slice(index + 1)
      .some(
        (b) =>
          a.label !== b.label &&
          ((words.has(groupOf(a.label)) && words.has(groupOf(b.label))) ||
            (a.line === b.line && near.has(a.line) && claim.measure !== 'count')) &&
          saysValue(claim, a.value + b.value),
      ),
  );
}

/** All of them, or two. */
function addsUp(claim: Quantity, values: readonly number[]): boolean {
  if (values.length < 2) return false;
  if (
    saysValue(
      claim,
      values.reduce((sum, value) => sum + value, 0),
    )
  )
    return true;
  const few = values.slice(0, MOST_VALUES);
  return few.some((a, index) => few.slice(index + 1).some((b) => saysValue(claim, a + b)));
}

/** `running: 8`, `running 8` and `8 running` are of running, `ERROR ×38` of error. Empty: it has no name. */
export function labelOf({ key, nouns, text, start }: Quantity, line: string): string {
  if (key !== '') return singular(key);
  if (text.startsWith('×')) return singular(/^\W*([a-z]+)/i.exec(line)?.[1] ?? '');
  return nouns[0] ?? singular(/([a-z]+) $/i.exec(line.slice(0, start))?.[1] ?? '');
}

/** "9 of 10 across both": all shares that readings give, or two of them. */
export function isSumOfShares(
  { part, whole }: Share,
  sentence: string,
  after: string,
  known: Known,
): boolean {
  if (!ADDS.test(sentence)) return false;
  const lines = new Map(known.shares.map((share) => [known.lines[share.line] ?? '', share]));
  const all = [...lines.values()].slice(0, MOST_VALUES);
  const parts = NOT_WELL.test(after) ? [part, whole - part] : [part];
  const isIt = (some: readonly Share[]) =>
    whole === some.reduce((sum, share) => sum + share.whole, 0) &&
    parts.includes(some.reduce((sum, share) => sum + share.part, 0));
  return (
    (all.length > 1 && isIt(all)) || all.some((a, index) => all.slice(index + 1).some((b) => isIt([a, b])))
  );
}
