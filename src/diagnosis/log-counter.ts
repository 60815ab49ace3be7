// Counts what logs say over several stretches of time as their lines arrive, in memory that does not grow with them.
import type { LogLine } from '../domain/capability.ts';
import { readLine } from './log-groups.ts';
import { OTHER_TEMPLATE, settledGroups } from './logs/settled-groups.ts';
import { type LogEvent, type TraceFolder, traceFolder } from './logs/stack-trace.ts';

export interface Count {
  count: number;
  /** Instants; null: no line of it had a time. */
  firstAt: number | null;
  lastAt: number | null;
}

export interface CountedGroup {
  template: string;
  /** The worst level seen in the window that is asked about. */
  level: LogLine['level'];
  /** The earliest line of that level in that window. */
  sample: LogLine;
  /** At most 20. */
  instances: string[];
  /** In that window. */
  now: Count;
  /** In other windows, by their names. One in which it was not seen is not there. */
  earlier: Map<string, Count>;
}

export interface LogCounter {
  /** Lines in any order; those of one instance that follow each other stay together. */
  add(window: string, lines: readonly LogLine[]): void;
  /** All lines of a window, those of stack traces too, and the times they are from. */
  seen(window: string): Count;
  /** Groups with a line in the window, and their counts in the others; in no order that means anything. */
  groups(window: string, others: readonly string[]): CountedGroup[];
}

const BADNESS: Record<LogLine['level'], number> = { error: 4, warn: 3, unknown: 2, info: 1, debug: 0 };
const MOST_INSTANCES = 20;
const LONGEST_SAMPLE = 2_000;
const LONGEST_TEMPLATE = 300;

interface Tally extends Count {
  level: LogLine['level'];
  sample: LogLine;
  instances: string[];
}

/** What one group counts, by window. */
type Tallies = Map<string, Tally>;

export function logCounter(): LogCounter {
  const settled = settledGroups<Tallies>({ merge, copy });
  const windows = new Map<string, { seen: Count; folder: TraceFolder }>();
  const windowOf = (name: string) => {
    const known = windows.get(name);
    if (known) return known;
    const folder = traceFolder((event) => {
      const { message, level } = readLine(event.line);
      settled.add(message, new Map([[name, begun(event, level)]]));
    });
    const made = { seen: { count: 0, firstAt: null, lastAt: null }, folder };
    windows.set(name, made);
    return made;
  };
  return {
    add(name, lines) {
      const { seen, folder } = windowOf(name);
      for (const line of lines) {
        extend(seen, line.at);
        folder.add(line);
      }
    },
    seen: (name) => ({ ...windowOf(name).seen }),
    groups(name, others) {
      for (const { folder } of windows.values()) folder.end();
      const { groups, other } = settled.settle();
      const all = other ? [...groups, { ...other, template: OTHER_TEMPLATE }] : groups;
      return all.flatMap(({ template, tally }) => {
        const now = tally.get(name);
        if (now === undefined) return [];
        const earlier = others.flatMap((window): [string, Count][] => {
          const then = tally.get(window);
          return then ? [[window, countOf(then)]] : [];
        });
        return [groupOf(template.slice(0, LONGEST_TEMPLATE).trimEnd(), now, new Map(earlier))];
      });
    },
  };
}

function begun({ line }: LogEvent, level: LogLine['level']): Tally {
  const { at, instance } = line;
  return { count: 1, firstAt: at, lastAt: at, level, sample: line, instances: [instance] };
}

/** Into the first: every line passes here. What is kept of it is a copy, as a piece of a large text keeps all of it. */
function merge(into: Tallies, other: Tallies): Tallies {
  for (const [window, tally] of other) {
    const known = into.get(window);
    if (known === undefined) into.set(window, { ...tally, sample: kept(tally.sample) });
    else join(known, tally);
  }
  return into;
}

function copy(tallies: Tallies): Tallies {
  return new Map(
    [...tallies].map(([window, tally]) => [window, { ...tally, instances: [...tally.instances] }]),
  );
}

function join(tally: Tally, other: Tally): void {
  const worse = BADNESS[other.level] - BADNESS[tally.level];
  if (worse > 0 || (worse === 0 && isBefore(other.sample, tally.sample))) {
    tally.level = other.level;
    tally.sample = kept(other.sample);
  }
  tally.count += other.count;
  if (other.firstAt !== null) tally.firstAt = Math.min(tally.firstAt ?? other.firstAt, other.firstAt);
  if (other.lastAt !== null) tally.lastAt = Math.max(tally.lastAt ?? other.lastAt, other.lastAt);
  for (const instance of other.instances) {
    if (tally.instances.length >= MOST_INSTANCES) break;
    if (!tally.instances.includes(instance)) tally.instances.push(instance);
  }
}

function isBefore(one: LogLine, other: LogLine): boolean {
  return one.at !== null && (other.at === null || one.at < other.at);
}

function groupOf(template: string, tally: Tally, earlier: Map<string, Count>): CountedGroup {
  const { level, sample, instances } = tally;
  return { template, level, sample: kept(sample), instances: [...instances], now: countOf(tally), earlier };
}

function countOf({ count, firstAt, lastAt }: Count): Count {
  return { count, firstAt, lastAt };
}

function extend(count: Count, at: number | null): void {
  count.count += 1;
  if (at === null) return;
  if (count.firstAt === null || at < count.firstAt) count.firstAt = at;
  if (count.lastAt === null || at > count.lastAt) count.lastAt = at;
}

function kept(line: LogLine): LogLine {
  return { ...line, text: Buffer.from(line.text.slice(0, LONGEST_SAMPLE)).toString() };
}
