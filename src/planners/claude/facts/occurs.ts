// Whether a fact occurs in the evidence as it is said, or rounded as a person rounds.
import type { Known } from './evidence.ts';
import { plainQuote } from './evidence.ts';
import type { Name, Quantity, Share, Time } from './found.ts';
import { DAY_MS } from './times.ts';

/** Of a rounded value from the true one, in proportion; more where "about" is said. */
const ROUNDED = 0.1;
const LOOSELY = 0.15;
/** Counts to this one are in every text by chance, so that what is counted has to fit as well. */
const SMALL_COUNT = 20;

/**
 * Whether a person would say `claim` for `value`, which is in the claim's base unit. `rounded`: how far 1,200 may be from
 * the true value, in proportion, where no "about" is said.
 */
export function saysValue(
  claim: Pick<Quantity, 'value' | 'step' | 'loose' | 'measure'>,
  value: number,
  rounded = 0.01,
): boolean {
  const { value: said, step, loose, measure } = claim;
  const off = Math.abs(said - value);
  if (off <= 1e-9 * Math.max(said, value)) return true;
  if (said === 0 || value === 0) return false;
  const share = off / Math.abs(value);
  const half = step * 0.5 * (1 + 1e-9);
  if (off <= half && share <= ROUNDED) return true;
  // 13 minutes and 40 seconds are 13 minutes to a clock.
  if (measure === 'duration' && value > said && off < step && share <= ROUNDED) return true;
  const full = trailing(said, step) * (1 + 1e-9);
  const coarse = full / 2;
  if (loose === null) return off <= coarse && share <= rounded;
  // "less than 1 GB" is said of 0.4 GB.
  if (
    loose === 'under' &&
    /^10*$/.test(String(Math.round(said / step))) &&
    value < said &&
    value > said * 0.2
  )
    return true;
  if (share > LOOSELY) return false;
  if (loose === 'about') return off <= Math.max(coarse, step);
  return off <= full && (loose === 'over' ? value > said : value < said);
}

/** What one of its last digit that is no zero is worth: 100 for 1,200 written with a step of 1. */
function trailing(said: number, step: number): number {
  let coarse = step;
  const units = Math.round(said / step);
  while (units !== 0 && units % Math.round((coarse * 10) / step) === 0) coarse *= 10;
  return coarse;
}

export function quantityOccurs(claim: Quantity, known: Known): boolean {
  // It is computed, from what the sentence speaks about.
  if (claim.spoken !== undefined) return false;
  const measures: Quantity['measure'][] =
    claim.measure === 'times' && !claim.isRatio ? ['times', 'count'] : [claim.measure];
  return (
    measures.some((measure) => near(claim, measure, known)) ||
    standsAlone(claim, known) ||
    isCounted(claim, known)
  );
}

function near(claim: Quantity, measure: Quantity['measure'], known: Known): boolean {
  const all = known.byMeasure.get(measure) ?? [];
  const room = Math.abs(claim.value) * 0.25 + claim.step;
  for (let index = firstFrom(all, claim.value - room); index < all.length; index += 1) {
    const each = all[index];
    if (each === undefined || each.value > claim.value + room) break;
    if (claim.isRatio && each.text.startsWith('×')) continue;
    if (saysValue(claim, each.value) && countsTheSame(claim, each)) return true;
  }
  return false;
}

function firstFrom(all: readonly { value: number }[], least: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.value ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** "error rate at 12.3": without its unit, but as it is written there. */
function standsAlone(claim: Quantity, known: Known): boolean {
  if (claim.measure !== 'count' || claim.nouns.length > 0) return false;
  if (claim.written < 100 && claim.step === 1) return false;
  return known.quantities.some(({ written }) => written === claim.written);
}

function isCounted({ measure, value, nouns }: Quantity, known: Known): boolean {
  if (measure !== 'count') return false;
  return nouns.some((noun) => known.counted.get(groupOf(noun)) === value && value > 1);
}

export function countsTheSame(claim: Quantity, other: Quantity): boolean {
  if (claim.measure !== 'count' || claim.value > SMALL_COUNT || claim.nouns.length === 0) return true;
  const others = [...other.nouns, ...(other.key === '' ? [] : other.key.split(/[._-]/))].map(groupOf);
  return others.length === 0 || claim.nouns.some((noun) => others.includes(groupOf(noun)));
}

const GROUPS = [
  'instance replica pod host node machine server task container healthy running desired capacity copy copies current unit',
  'error failure exception fault line occurrence event entry log failed',
  'warning warn',
  'request call query hit',
  'deploy deployment release rollout change',
  'unhealthy failing down broken',
  'file path',
  'commit',
  'key item',
  'alert alarm',
  'service',
  'connection',
].map((line) => line.split(' '));

/** Words that count the same things are one. */
export function groupOf(word: string): string {
  const lower = word.toLowerCase().replace(/s$/, '');
  return GROUPS.find((group) => group.includes(lower))?.[0] ?? lower;
}

export const NOT_WELL =
  /^.{0,40}\b(?:un\w+|not|down|fail\w*|missing|bad|broken|dead|starting|sick|lost|gone|out)\b/i;

/** `after`: what follows it, for "1 of 3 unhealthy" is what "2 of 3 healthy" says. */
export function shareOccurs({ part, whole }: Share, after: string, known: Known): boolean {
  const parts = NOT_WELL.test(after) ? [part, whole - part] : [part];
  if (known.shares.some((share) => share.whole === whole && parts.includes(share.part))) return true;
  const wholes = known.quantities.filter(({ measure, value }) => measure === 'count' && value === whole);
  return wholes.some(({ line, start }) =>
    known.quantities.some(
      (each) =>
        each.line === line &&
        each.start !== start &&
        each.measure === 'count' &&
        parts.includes(each.value) &&
        (each.key !== '' || each.nouns.length > 0),
    ),
  );
}

export function timeOccurs(claim: Time, known: Known): boolean {
  const { precisionMs, ofDayMs, offset, day, at } = claim;
  if (ofDayMs === null) return day !== null && known.days.has(day);
  if (Number.isNaN(offset)) return holdsWord(known.text, claim.text);
  if (day !== null) {
    return known.instants.some(
      (each) => at !== null && Math.floor(each.at / precisionMs) === Math.floor(at / precisionMs),
    );
  }
  if (offset === null) return known.ofDay.zone.has(`${precisionMs} ${Math.floor(ofDayMs / precisionMs)}`);
  const utc = (((ofDayMs - offset * 60_000) % DAY_MS) + DAY_MS) % DAY_MS;
  return known.ofDay.utc.has(`${precisionMs} ${Math.floor(utc / precisionMs)}`);
}

export function nameOccurs({ of, name }: Name, known: Known): boolean {
  switch (of) {
    case 'deploy':
      return known.numbers.has(name) || (!/^\d+$/.test(name) && holdsWord(known.text, name));
    case 'percentile':
      return known.percentiles.has(name);
    case 'id':
      return holdsWord(known.text, name, { beginning: /^[\da-f]{7,64}$/.test(name) });
    case 'person':
      return holdsWord(known.text, name);
    case 'address':
    case 'path':
    case 'host':
    case 'word':
      return isOfService(name, known) || holdsWord(known.text, name);
    default:
      return of satisfies never;
  }
}

/** `api-prod` of `api-prod-*`, and the service itself; an instance has to be in a reading. */
function isOfService(name: string, { services }: Known): boolean {
  return services.some(
    (service) =>
      service.name.toLowerCase() === name ||
      service.instances.some((pattern) => pattern.toLowerCase().replace(/-?\*$/, '') === name),
  );
}

const MOST_PLACES = 500;

/** As a whole: neither `db-1` in `db-12` nor `orders` in `orders-db`. `beginning`: the start of a hash is enough. */
export function holdsWord(text: string, name: string, { beginning = false } = {}): boolean {
  const wanted = plainQuote(name).trim();
  if (wanted === '') return false;
  for (let at = text.indexOf(wanted), count = 0; at !== -1 && count < MOST_PLACES; count += 1) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + wanted.length, at + wanted.length + 4);
    const begins = !/[\p{L}\p{N}_-]$/u.test(before) && !/\d\.$/.test(before);
    const ends = beginning || !/^(?:[\p{L}\p{N}_]|-(?!\d{1,3}\b|\*)|\.\d)/u.test(after);
    if (begins && ends) return true;
    at = text.indexOf(wanted, at + 1);
  }
  return false;
}
