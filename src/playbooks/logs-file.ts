// The file beside a `/logs` answer: the lines that the answer is about with what stood beside them, then the newest.
import { readLine } from '../diagnosis/log-groups.ts';
import type { RankedGroup } from '../diagnosis/log-ranking.ts';
import type { LogLine } from '../domain/capability.ts';
import type { Kit } from '../domain/playbook.ts';
import { clean, timeText } from './text.ts';

/** A file is kept with its message, and read on a phone. */
const MOST_LINES = 1_000;
const MOST_CHARACTERS = 60_000;
/** Of what is told, so that the newest have their half. */
const MOST_TOLD = MOST_CHARACTERS / 2;
const BESIDE = 2;
const MOST_KINDS = 100;
const OF_A_KIND = 5;
const LONGEST_LINE = 1_000;

/** Lines that follow each other; `kind` is that of the one in their midst. */
interface Passage {
  kind: string;
  line: LogLine;
  lines: LogLine[];
}

export interface Passages {
  /** As they are read; where a batch ends, fewer stand beside a line. */
  take(lines: readonly LogLine[]): void;
  found(): Passage[];
}

/** Of errors and warnings some of each kind, in memory that does not grow with what is read. */
export function passages(): Passages {
  const found = new Map<string, Passage[]>();
  return {
    take(lines) {
      for (const [index, line] of lines.entries()) {
        if (line.level !== 'error' && line.level !== 'warn') continue;
        const kind = kindOf(line);
        const known = found.get(kind) ?? [];
        if (known.length >= OF_A_KIND || (known.length === 0 && found.size >= MOST_KINDS)) continue;
        const beside = lines.slice(Math.max(0, index - BESIDE), index + BESIDE + 1);
        known.push({ kind, line: kept(line), lines: beside.map(kept) });
        found.set(kind, known);
      }
    },
    found: () => [...found.values()].flat(),
  };
}

/** Its words without those that hold numbers, which differ from line to line. Cheap, as every error passes here. */
function kindOf({ text }: LogLine): string {
  const words = text.slice(0, 300).split(' ');
  return words
    .filter((word) => !/\d/.test(word))
    .join(' ')
    .slice(0, 60);
}

/** A copy: a piece of a large text keeps all of it in memory. */
function kept(line: LogLine): LogLine {
  return { ...line, text: Buffer.from(line.text.slice(0, LONGEST_LINE)).toString() };
}

export interface LogsFile {
  text: string;
  /** Lines of logs in it, and how many of them are there for what is told. */
  count: number;
  told: number;
}

/** `newest`: oldest first. `groups`: those the answer shows. */
export function logsFile(
  newest: readonly LogLine[],
  { groups, found, kit }: { groups: readonly RankedGroup[]; found: readonly Passage[]; kit: Kit },
): LogsFile {
  const written = (line: LogLine) => lineText(line, kit);
  const there = new Set(newest.slice(-MOST_LINES).map(written));
  const parts: string[] = [];
  let size = 0;
  let told = 0;
  for (const { group } of groups) {
    const kind = kindOf(group.sample);
    const beside = found.filter((passage) => passage.kind === kind);
    const passagesOf = beside.length > 0 ? beside.map(({ lines }) => lines) : [[group.sample]];
    // What stands among the newest anyway is not shown twice.
    const missing = passagesOf
      .map((lines) => lines.map(written))
      .filter((lines) => !lines.every((line) => there.has(line)));
    if (missing.length === 0) continue;
    let ofGroup = 0;
    const heading = `--- ×${group.now.count.toLocaleString('en')} ${clean(readLine(group.sample).message, 120)} ---`;
    for (const [index, lines] of missing.entries()) {
      const part = [index === 0 ? heading : '...', ...lines];
      const length = part.join('\n').length + 1;
      if (ofGroup + length > MOST_TOLD / groups.length) break;
      parts.push(...part);
      ofGroup += length;
      told += lines.length;
    }
    size += ofGroup;
  }
  if (told > 0) parts.push('--- the newest lines ---');
  const tail: string[] = [];
  // The newest matter most.
  for (const line of newest.slice(-MOST_LINES).map(written).toReversed()) {
    size += line.length + 1;
    if (size > MOST_CHARACTERS) break;
    tail.unshift(line);
  }
  return { text: `${[...parts, ...tail].join('\n')}\n`, count: told + tail.length, told };
}

function lineText({ at, level, instance, text }: LogLine, kit: Kit): string {
  const mark = level === 'error' ? 'ERROR ' : level === 'warn' ? 'WARN  ' : '';
  const when = at === null ? '' : `${timeText(at, kit)} `;
  return `${when}${clean(instance, 60)} ${mark}${clean(text, LONGEST_LINE)}`.trim();
}
