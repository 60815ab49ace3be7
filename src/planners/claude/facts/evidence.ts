// What a turn has to show for its facts: every number, time and name that a tool, the incident or the person gave, each
// with the line it stands in, because what is near belongs together.
import { onOneLine } from '../../../domain/excerpt.ts';
import type { Service } from '../../../domain/resource.ts';
import { wallReading } from '../../../domain/wall-clock.ts';
import type { Name, Quantity, Share, Time } from './found.ts';
import { meaningOfKey, unitMeaning } from './measure.ts';
import { hostsIn, metricOfLine, metricsIn, type Subject, servicesIn } from './named.ts';
import { singular } from './numbers.ts';
import { factsIn, plainDigits } from './scan.ts';
import { type Clocks, DAY_MS } from './times.ts';

export interface Evidence extends Clocks {
  /** What the tools answered in this turn, as the model read it. */
  results: readonly string[];
  /** Which service each of `results` was asked about, where the question said so. */
  about?: readonly (string | undefined)[] | undefined;
  /** The same as data, where it is at hand. Points of a series are left out: the model reads what was made of them. */
  values?: readonly unknown[] | undefined;
  /** The incident's own facts (title, alert), and what the person asked, in their words. */
  given?: readonly string[] | undefined;
  /** When the incident began, was alerted, and the like. */
  instants?: readonly number[] | undefined;
  services: readonly Pick<Service, 'name' | 'instances'>[];
  /** What can be typed here: `/rollback`. A line that begins so is an offer, not a quotation. */
  commands?: readonly string[] | undefined;
}

export interface Known {
  clocks: Clocks;
  quantities: readonly (Quantity & { line: number })[];
  /** By their values, the smallest first. */
  byMeasure: ReadonlyMap<Quantity['measure'], readonly (Quantity & { line: number })[]>;
  shares: readonly (Share & { line: number })[];
  /** Whose each line is. */
  subjects: readonly Subject[];
  metrics: ReadonlySet<string>;
  instants: readonly { at: number; line: number }[];
  /** `second of day, minute, hour` in the reader's zone and in UTC. */
  ofDay: { zone: ReadonlySet<string>; utc: ReadonlySet<string> };
  days: ReadonlySet<number>;
  /** Numbers of deploys, incidents and the like. */
  numbers: ReadonlySet<string>;
  percentiles: ReadonlySet<string>;
  /** All text in lower case, spaces and quotation marks made alike. */
  text: string;
  lines: readonly string[];
  /** Lines by the words, numbers and names in them. */
  byWord: ReadonlyMap<string, readonly number[]>;
  /** How many different ones there are, by what they are. */
  counted: ReadonlyMap<string, number>;
  services: readonly Pick<Service, 'name' | 'instances'>[];
  commands: readonly string[];
}

const MOST_TEXT = 200_000;
const LONGEST_LINE = 400;
const MOST_LEAVES = 5_000;
const MOST_LINES_OF_WORD = 40;
const MOST_METRICS = 100;
const NOT_READ = new Set(['points', 'sameHour', 'sparkline']);

export function knownOf(evidence: Evidence): Known {
  const { now, zone, services, commands = [] } = evidence;
  const clocks = { now, zone };
  const told = toldLines(evidence);
  const lines = told.map(({ text }) => text);
  const metrics = new Set(
    told.flatMap(({ text, metric }) => metric ?? metricOfLine(text) ?? []).slice(0, MOST_METRICS),
  );
  const quantities: (Quantity & { line: number })[] = [];
  const shares: (Share & { line: number })[] = [];
  const times: (Time & { line: number })[] = [];
  const names: Name[] = [];
  const byWord = new Map<string, number[]>();
  for (const [line, text] of lines.entries()) {
    for (const found of factsIn(text, clocks)) {
      if (found.kind === 'quantity')
        quantities.push({ ...found, line }, ...alsoRead(found).map((each) => ({ ...each, line })));
      else if (found.kind === 'share') {
        shares.push({ ...found, line });
        quantities.push(...countsOf(found).map((each) => ({ ...each, line })));
      } else if (found.kind === 'time') times.push({ ...found, line });
      else names.push(found);
    }
    for (const word of wordsOf(text)) {
      const at = byWord.get(word) ?? [];
      if (at.length < MOST_LINES_OF_WORD && at.at(-1) !== line) at.push(line);
      byWord.set(word, at);
    }
  }
  const instants = [
    ...[now, ...(evidence.instants ?? [])].map((at) => ({ at, line: -1, precisionMs: 1_000 })),
    ...times.flatMap(({ at, line, precisionMs }) => (at === null ? [] : [{ at, line, precisionMs }])),
  ];
  const numbers = names.flatMap(({ of, name }) => (of === 'deploy' ? [name] : []));
  const byMeasure = new Map<Quantity['measure'], (Quantity & { line: number })[]>();
  for (const each of quantities) {
    const same = byMeasure.get(each.measure) ?? [];
    same.push(each);
    byMeasure.set(each.measure, same);
  }
  for (const same of byMeasure.values()) same.sort((a, b) => a.value - b.value);
  return {
    clocks,
    quantities,
    byMeasure,
    shares,
    subjects: told.map((one) => subjectOf(one, metrics, services)),
    metrics,
    instants,
    ofDay: { zone: ofDay(instants, zone), utc: ofDay(instants, 'UTC') },
    days: new Set([
      ...instants.flatMap(({ at }) => [dayIn(at, zone), dayIn(at, 'UTC')]),
      ...times.flatMap(({ day }) => (day === null ? [] : [day])),
    ]),
    numbers: new Set(numbers),
    percentiles: new Set(percentilesIn(lines.join('\n'))),
    text: plainQuote(lines.join('\n')),
    lines,
    byWord,
    counted: new Map([
      ['deploy', new Set(numbers).size],
      ['service', services.length],
      ['commit', new Set(names.flatMap(({ of, name }) => (of === 'id' ? [name] : []))).size],
      ['instance', new Set(names.flatMap(({ of, name }) => (of === 'host' ? [name] : []))).size],
    ]),
    services,
    commands,
  };
}

/** Of `latency_p99`, `p99.9` and `95th percentile` the number. */
function percentilesIn(text: string): string[] {
  return [
    ...text.matchAll(/(?<![a-z\d])p(\d{2,3}(?:\.\d+)?)(?![\d%])|\b(\d{2}(?:\.\d+)?)th[ -]percentile/gi),
  ].map(([, short, long]) => short ?? long ?? '');
}

/** The words of a sentence by which it is known which lines it speaks about. */
export function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/#?[\p{L}\d][\p{L}\d_.-]*[\p{L}\d]|\d/gu) ?? [];
  return new Set(
    words
      .flatMap((word) => [word, ...word.split(/[_.-]/)])
      .filter((word) => word.length > 2)
      .map(singular),
  );
}

/** White space is one space, dashes and quotation marks are all alike. */
export function plainQuote(text: string): string {
  return onOneLine(text.normalize('NFKC').replace(/\r?\n/g, ' ¶ '))
    .replace(/[“”„«»″]/g, '"')
    .replace(/[‘’‚′`]/g, "'")
    .replace(/[‐-―−]/g, '-')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

/** A long line is many things: JSON of a tool, say. */
function piecesOf(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const pieces: string[] = [];
  let from = 0;
  while (from < line.length) {
    let to = Math.min(from + LONGEST_LINE, line.length);
    if (to < line.length) {
      const within = line.slice(from, to);
      const cut = Math.max(
        within.lastIndexOf('},'),
        within.lastIndexOf('; '),
        within.lastIndexOf(' '),
        within.lastIndexOf(','),
      );
      if (cut > LONGEST_LINE / 2) to = from + cut + 1;
    }
    pieces.push(line.slice(from, to));
    from = to;
  }
  return pieces;
}

/** A number that a reader may as well take for another measure. */
function alsoRead(found: Quantity): Quantity[] {
  const { measure, value, written, key } = found;
  // `×38` and `38×` is how often; it may be said as a count.
  if (measure === 'times') return [{ ...found, measure: 'count', nouns: [] }];
  // 0.97 under the name of a rate is 97%.
  if (measure === 'percent' && key !== '' && value > 0 && value <= 1 && /\d$/.test(found.text))
    return [{ ...found, value: value * 100, step: found.step * 100 }];
  // People write MB for MiB.
  if (measure === 'bytes' && /\d\s?[kmgt]i/i.test(found.text)) {
    const factor = unitMeaning(found.text.replace(/^[\d.,\s]+/, '').replace(/i/i, ''))?.factor;
    return factor === undefined ? [] : [{ ...found, value: written * factor, step: factor }];
  }
  return [];
}

function countsOf({ part, whole, start, end, text }: Share): Quantity[] {
  return [part, whole].map((value) => ({
    kind: 'quantity',
    start,
    end,
    text,
    measure: 'count',
    value,
    written: value,
    step: 1,
    loose: null,
    isRatio: false,
    nouns: [],
    key: '',
  }));
}

function ofDay(instants: readonly { at: number; precisionMs: number }[], zone: string): Set<string> {
  const all = new Set<string>();
  for (const { at, precisionMs } of instants) {
    const wall = ((wallReading(at, zone) % DAY_MS) + DAY_MS) % DAY_MS;
    for (const step of [1_000, 60_000, 3_600_000])
      if (step >= precisionMs) all.add(`${step} ${Math.floor(wall / step)}`);
  }
  return all;
}

function dayIn(at: number, zone: string): number {
  return Math.floor(wallReading(at, zone) / DAY_MS);
}

interface Told {
  text: string;
  /** The services its whole answer is about. */
  about: readonly string[];
  metric?: string | undefined;
  isRaw: boolean;
}

/** A line of an answer is about what its own words name, else about what the answer's first line names. */
function toldLines({ services, given = [], results, values = [], about = [] }: Evidence): Told[] {
  let room = MOST_TEXT;
  const written = (text: string, isRaw: boolean, subject: readonly string[]): Told[] => {
    const read = text.slice(0, room);
    room = Math.max(0, room - read.length - 1);
    return read.split(/\r\n|[\n\r\u2028\u2029\u0085]/).map((line) => ({ text: line, about: subject, isRaw }));
  };
  const names = (text: string) =>
    servicesIn(unquoted(text.slice(0, LONGEST_LINE)), services).map(({ name }) => name);
  const data: Told[] = values.flatMap((value) =>
    linesOf(value).map((line) => ({ ...line, about: subjectOfData(value, services), isRaw: false })),
  );
  const texts = results.flatMap((result, index) => {
    const asked = services.filter(({ name }) => name === about[index]).map(({ name }) => name);
    const parsed = asData(result);
    for (const value of parsed) {
      const subject = asked.length > 0 ? asked : subjectOfData(value, services);
      data.push(...linesOf(value).map((line) => ({ ...line, about: subject, isRaw: false })));
    }
    const [first = ''] = result.trimStart().split('\n', 1);
    return written(result, parsed.length > 0, asked.length > 0 ? asked : names(first));
  });
  return [
    ...services.map(({ name, instances }) => ({
      text: `${name} ${instances.join(' ')}`,
      about: [name],
      isRaw: true,
    })),
    ...given.flatMap((text) => written(text, false, [])),
    ...texts,
    ...data,
  ].flatMap((one) => piecesOf(plainDigits(one.text)).map((text) => ({ ...one, text })));
}

/** Of `{"service":"api",…}` the service. */
function subjectOfData(value: unknown, services: Evidence['services']): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const named = Object.values(value).filter((each) => typeof each === 'string');
  return services.filter(({ name }) => named.includes(name)).map(({ name }) => name);
}

function subjectOf(
  { text, about, metric, isRaw }: Told,
  metrics: ReadonlySet<string>,
  services: Evidence['services'],
): Subject {
  const said = unquoted(text);
  const own = servicesIn(said, services).map(({ name }) => name);
  return {
    services: new Set(own.length > 0 ? own : about),
    hosts: hostsIn(said, services),
    metrics: new Set(metric === undefined ? metricsIn(said, metrics).map(({ name }) => name) : [metric]),
    isRaw,
  };
}

function unquoted(text: string): string {
  return text.replace(/"[^"]*"/g, ' ');
}

/** A tool that answers in JSON gives a value's unit beside it, not behind it. */
function asData(result: string): unknown[] {
  if (!/^\s*[[{]/.test(result) || result.length > MOST_TEXT) return [];
  try {
    return [JSON.parse(result)];
  } catch {
    return [];
  }
}

/** A line for each object, `key: value` with its unit, as the text of a tool would say it. */
function linesOf(value: unknown): { text: string; metric?: string | undefined }[] {
  const lines: { text: string; metric?: string | undefined }[] = [];
  let leaves = 0;
  const walk = (node: unknown, key: string, unit: string): string => {
    if (leaves > MOST_LEAVES) return '';
    if (Array.isArray(node)) return node.map((item) => walk(item, key, unit)).join(' ');
    if (typeof node === 'object' && node !== null) {
      const own = 'unit' in node && typeof node.unit === 'string' ? node.unit : unit;
      const parts = Object.entries(node).flatMap(([name, part]) =>
        NOT_READ.has(name) ? [] : [walk(part, name, own)],
      );
      const metric =
        'metric' in node && typeof node.metric === 'string' ? node.metric.toLowerCase() : undefined;
      lines.push({ text: parts.join(' '), metric });
      return '';
    }
    leaves += 1;
    return typeof node === 'number' ? numberText(node, key, unit) : typeof node === 'string' ? node : '';
  };
  lines.push({ text: walk(value, '', '') });
  return lines.filter(({ text }) => text.trim() !== '');
}

function numberText(value: number, key: string, unit: string): string {
  if (/^at$|At$/.test(key) && value > 1e11) return new Date(value).toISOString();
  if (!Number.isFinite(value)) return '';
  const plain = Number(value.toPrecision(12));
  if (/Ms$/.test(key)) return `${key}: ${plain} ms`;
  if (/Bytes$/.test(key)) return `${key}: ${plain} bytes`;
  if (unit !== '') return `${key}: ${plain} ${unit}`;
  return meaningOfKey(key) ? `${key}: ${plain}` : `${key} ${plain}`;
}
