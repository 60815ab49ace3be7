// Counts what logs say over several stretches of time as their lines arrive, in memory that does not grow with them.
import type { LogLine } from '../domain/capability.ts';
import { readLine } from './log-groups.ts';
import { logKinds } from './log-kinds.ts';

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
/** Of a stack trace or a dump, under the line that says what happened. Programs that indent every line begin it so too. */
const CONTINUES =
  /^(?:(?:\t| {2,})(?![\t ]|\[?\d{2,4}[-:/]|\[?[A-Z]{4,} )|[\t ]+(?:at |File "|\.\.\. )|at \S+[ (]|Caused by: |\.\.\. \d+ )/;
/** More of them in a row are no trace. */
const LONGEST_TRACE = 200;

interface Tally extends Count {
  level: LogLine['level'];
  sample: LogLine;
  instances: string[];
}

export function logCounter(): LogCounter {
  const kinds = logKinds();
  const windows = new Map<string, { all: Count; tallies: Map<number, Tally> }>();
  const windowOf = (name: string) => {
    const known = windows.get(name);
    if (known) return known;
    const made = { all: { count: 0, firstAt: null, lastAt: null }, tallies: new Map<number, Tally>() };
    windows.set(name, made);
    return made;
  };
  return {
    add(name, lines) {
      const { all, tallies } = windowOf(name);
      let above: string | null = null;
      let inTrace = 0;
      for (const line of lines) {
        extend(all, line.at);
        const continues = above === line.instance && inTrace < LONGEST_TRACE && CONTINUES.test(line.text);
        above = line.instance;
        inTrace = continues ? inTrace + 1 : 0;
        if (continues) continue;
        const { message, level } = readLine(line);
        const kind = kinds.add(message);
        const tally = tallies.get(kind);
        if (tally === undefined) tallies.set(kind, begun(line, level));
        else join(tally, line, level);
      }
    },
    seen: (name) => ({ ...windowOf(name).all }),
    groups(name, others) {
      const settled = kinds.settle();
      const groups = new Map<number, CountedGroup>();
      for (const [kind, tally] of windowOf(name).tallies) {
        const { group, template } = settled[kind] ?? { group: -1, template: '' };
        const known = groups.get(group);
        if (known) unite(known, tally);
        else groups.set(group, { ...groupOf(tally), template });
      }
      for (const other of others) {
        for (const [kind, tally] of windowOf(other).tallies) {
          const group = groups.get(settled[kind]?.group ?? -1);
          if (group) group.earlier.set(other, sum(group.earlier.get(other), tally));
        }
      }
      return [...groups.values()];
    },
  };
}

function begun(line: LogLine, level: LogLine['level']): Tally {
  const { at, instance } = line;
  return { count: 1, firstAt: at, lastAt: at, level, sample: kept(line), instances: [instance] };
}

function join(tally: Tally, line: LogLine, level: LogLine['level']): void {
  const { at, instance } = line;
  const worse = BADNESS[level] - BADNESS[tally.level];
  const earlier = at !== null && (tally.sample.at === null || at < tally.sample.at);
  if (worse > 0 || (worse === 0 && earlier)) {
    tally.level = level;
    tally.sample = kept(line);
  }
  extend(tally, at);
  if (tally.instances.length < MOST_INSTANCES && !tally.instances.includes(instance))
    tally.instances.push(instance);
}

function unite(group: CountedGroup, tally: Tally): void {
  const worse = BADNESS[tally.level] - BADNESS[group.level];
  if (worse > 0 || (worse === 0 && (tally.sample.at ?? Infinity) < (group.sample.at ?? Infinity))) {
    group.level = tally.level;
    group.sample = tally.sample;
  }
  group.now = sum(group.now, tally);
  group.instances = [...new Set([...group.instances, ...tally.instances])].slice(0, MOST_INSTANCES);
}

function groupOf({ count, firstAt, lastAt, level, sample, instances }: Tally): CountedGroup {
  return {
    template: '',
    level,
    sample,
    instances: [...instances],
    now: { count, firstAt, lastAt },
    earlier: new Map(),
  };
}

function extend(count: Count, at: number | null): void {
  count.count += 1;
  if (at === null) return;
  if (count.firstAt === null || at < count.firstAt) count.firstAt = at;
  if (count.lastAt === null || at > count.lastAt) count.lastAt = at;
}

function sum(one: Count | undefined, { count, firstAt, lastAt }: Count): Count {
  if (one === undefined) return { count, firstAt, lastAt };
  return {
    count: one.count + count,
    firstAt:
      one.firstAt === null || firstAt === null ? (one.firstAt ?? firstAt) : Math.min(one.firstAt, firstAt),
    lastAt: one.lastAt === null || lastAt === null ? (one.lastAt ?? lastAt) : Math.max(one.lastAt, lastAt),
  };
}

/** A copy: a piece of a large text would keep all of it in memory. */
function kept(line: LogLine): LogLine {
  return { ...line, text: Buffer.from(line.text.slice(0, LONGEST_SAMPLE)).toString() };
}
