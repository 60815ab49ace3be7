// Whether "1 in 7", "a quarter of" and "doubled" are what two values, or a percentage, of the same thing give.
import type { Known } from './evidence.ts';
import type { Quantity } from './found.ts';
import { metricsIn, servicesIn } from './named.ts';
import { singular } from './numbers.ts';
import { holdsWord, NOT_WELL } from './occurs.ts';
import { labelOf } from './sums.ts';

/** In proportion: "half" is said of 46% to 54%, "doubled" of 1.8 to 2.2. */
const SHARE_ROUNDED = 0.08;
const RATIO_ROUNDED = 0.1;
/** "more than doubled" is not said of what became ten times as much. */
const FAR = 1.6;
const WELL = /^(?:healthy|running|ready|available|up|well)$/;
const FAILS = /\b(?:fail\w*|error\w*|broken)\b/i;
const MOST_VALUES = 14;
const MOST_COUNTS = 40;

export function isProportion(
  claim: Quantity,
  { sentence, begins }: { sentence: string; begins: number },
  own: readonly Quantity[],
  lines: readonly number[],
  known: Known,
): boolean {
  // Somebody's own words for it.
  if (claim.spoken === 'ratio' && holdsWord(known.text, claim.text)) return true;
  const values = own.filter(({ spoken }) => spoken === undefined);
  const ratios = ratiosOf(values);
  if (claim.spoken === 'ratio') {
    const isSaid = (ratio: number) =>
      says(claim, ratio, RATIO_ROUNDED) || says(claim, 1 / ratio, RATIO_ROUNDED);
    // Whoever names both values means these.
    if (ratios.length > 0) return ratios.some(isSaid);
    return linesRatios(lines, known, values).some(isSaid);
  }
  const isShare = (percent: number) => says(claim, percent, SHARE_ROUNDED);
  if (values.some(({ measure, value }) => measure === 'percent' && isShare(value))) return true;
  const stated = [...sentence.matchAll(/(\d[\d,]*) (?:of|out of) (\d[\d,]*)/g)].map(
    ([, part = '', whole = '']) => numeric(part) / numeric(whole),
  );
  if ([...ratios, ...stated].some((ratio) => isShare(ratio * 100))) return true;
  const isBad = NOT_WELL.test(sentence.slice(claim.end - begins));
  return sharesRead(sentence, isBad, lines, known).some(isShare);
}

/** In percent: what readings of the services, or else the lines, that the sentence speaks about give as shares. */
function sharesRead(sentence: string, isBad: boolean, lines: readonly number[], known: Known): number[] {
  const services = new Set(servicesIn(sentence, known.services).map(({ name }) => name));
  const metrics = new Set(metricsIn(sentence, known.metrics).map(({ name }) => name));
  const said = new Set((sentence.toLowerCase().match(/[a-z]+/g) ?? []).map(singular));
  const near = new Set(lines);
  const isNamed = (line: number) =>
    [...(known.subjects[line]?.metrics ?? [])].some(
      (name) => metrics.has(name) || (FAILS.test(sentence) && FAILS.test(name.replaceAll('_', ' '))),
    );
  const fits = (line: number) => {
    const subject = known.subjects[line];
    if (subject === undefined || subject.isRaw) return false;
    return services.size === 0 || [...subject.services].some((name) => services.has(name));
  };
  const isOurs = (line: number) => fits(line) && (services.size > 0 || near.has(line));
  const byLine = new Map<number, Quantity[]>();
  const result: number[] = [];
  for (const each of known.quantities) {
    if (each.measure === 'percent' && fits(each.line) && isNamed(each.line)) result.push(each.value);
    // What is counted has to be named as well: `errors`, `lines`.
    const isPart = each.measure === 'count' || (each.measure === 'bytes' && isNamed(each.line));
    if (isPart && fits(each.line)) byLine.set(each.line, [...(byLine.get(each.line) ?? []), each]);
  }
  for (const [line, all] of byLine) {
    const few = all.slice(0, MOST_VALUES);
    for (const part of few) {
      const label = part.measure === 'bytes' ? '' : labelOf(part, known.lines[line] ?? '');
      const isWell = isBad && WELL.test(label);
      if (part.measure === 'count' && !said.has(label) && !isWell) continue;
      for (const whole of few) {
        if (whole.measure !== part.measure || whole.value <= part.value) continue;
        const percent = (part.value / whole.value) * 100;
        result.push(isWell ? 100 - percent : percent);
      }
    }
  }
  const counts = [...byLine].flatMap(([line, all]) =>
    all
      .filter(({ measure }) => measure === 'count')
      .map((each) => ({ value: each.value, label: labelOf(each, known.lines[line] ?? '') }))
      .filter(({ label }) => said.has(label)),
  );
  const few = counts.slice(0, MOST_COUNTS);
  for (const part of few)
    for (const whole of few)
      if (part.label !== whole.label && whole.value > part.value)
        result.push((part.value / whole.value) * 100);
  for (const { line, part, whole } of known.shares)
    if (isOurs(line)) result.push((isBad ? 1 - part / whole : part / whole) * 100);
  return result;
}

function says({ value, loose }: Quantity, actual: number, rounded: number): boolean {
  if (loose === 'over') return actual >= value && actual <= value * FAR;
  if (loose === 'under') return actual <= value && actual >= value / FAR;
  return Math.abs(actual - value) <= value * rounded * (loose === 'about' ? 1.5 : 1);
}

/** The smaller by the larger of each two that measure the same. */
function ratiosOf(all: readonly Quantity[]): number[] {
  const few = all.slice(0, MOST_VALUES);
  return few.flatMap((a, index) =>
    few.slice(index + 1).flatMap((b) => {
      const [small, large] = [Math.min(a.value, b.value), Math.max(a.value, b.value)];
      return a.measure === b.measure && small > 0 ? [small / large] : [];
    }),
  );
}

/** Of the lines the sentence speaks about; where it names a value, only those with it. */
function linesRatios(lines: readonly number[], known: Known, values: readonly Quantity[]): number[] {
  return lines.flatMap((line) => {
    const here = known.quantities.filter((each) => each.line === line);
    const fits = values.every(
      ({ measure, value }) =>
        here.every((each) => each.measure !== measure) ||
        here.some((each) => each.measure === measure && each.value === value),
    );
    return fits ? ratiosOf(here) : [];
  });
}

function numeric(written: string): number {
  return Number(written.replaceAll(',', ''));
}
