// The changed lines of a deploy, for a card: those that tell most, and never a secret that was among them.
import { migrationsOf } from '../domain/migration-files.ts';
import type { Patch } from '../domain/patch.ts';
import { redact } from '../domain/redact.ts';
import { clean } from './text.ts';

const MOST_LINES = 40;
const LONGEST_LINE = 160;
/** A chat shows a code block of about that size in one piece. */
const MOST_CHARACTERS = 2_400;

const GENERATED =
  /(?:^|\/)(?:node_modules|vendor|dist|build|__snapshots__|generated)\/|(?:\.lock|-lock\.(?:json|yaml)|\.sum|\.min\.\w+|\.map|\.snap|\.svg)$/i;
const PROSE = /(?:^|\/)(?:docs?|licen[cs]e[^/]*|changelog[^/]*)(?:\/|$)|\.(?:md|mdx|rst|adoc|txt)$/i;
const TEST = /(?:^|\/)(?:tests?|specs?|__tests__|fixtures)\/|[._-](?:test|spec)\.\w+$/i;

/** For a file that may hold secrets. */
const NOT_SHOWN = '(not shown: it may hold secrets)';

/** Empty: no source gave any text of it. Each line begins with `+`, `-` or is the name of a file. */
export function diffLines(patches: readonly Patch[]): string[] {
  const files = patches
    .map(({ path, patch, cut = false, withheld = false }) => ({
      path,
      cut,
      withheld,
      changed: withheld ? [NOT_SHOWN] : changedLines(patch),
    }))
    .filter(({ changed }) => changed.length > 0)
    .sort((a, b) => relevance(a.path) - relevance(b.path));
  const lines: string[] = [];
  let left = { lines: MOST_LINES, characters: MOST_CHARACTERS };
  let [missing, missingFiles, cutShort] = [0, 0, false];
  for (const [index, { path, cut, withheld, changed }] of files.entries()) {
    // One large file does not hide the others: what is left is shared, and what a small one leaves goes to the next.
    const share = Math.ceil(left.lines / Math.min(files.length - index, 4));
    const fits = (count: number) =>
      [path, ...changed.slice(0, count)].reduce((sum, line) => sum + line.length + 1, 20) <= left.characters;
    let count = Math.min(share, changed.length);
    while (count > 0 && !fits(count)) count -= 1;
    cutShort ||= cut;
    missing += changed.length - count;
    if (count < changed.length) missingFiles += 1;
    if (count === 0) continue;
    const shown = withheld
      ? [`${clean(path, 120)} ${NOT_SHOWN}`]
      : [fileLine(path, changed), ...changed.slice(0, count)];
    lines.push(...shown);
    left = {
      lines: left.lines - count,
      characters: left.characters - shown.join('\n').length - 1,
    };
  }
  if (missing > 0 || cutShort)
    lines.push(
      `and ${cutShort ? 'at least ' : ''}${missing || 'a few'} more ${missing === 1 ? 'line' : 'lines'}${missingFiles > 1 ? ` in ${missingFiles} files` : ''}`,
    );
  return lines;
}

function fileLine(path: string, changed: readonly string[]): string {
  const count = (mark: string) => changed.filter((line) => line.startsWith(mark)).length;
  return `${clean(path, 120)} (+${count('+')} -${count('-')})`;
}

/** What can break a service before what cannot. */
function relevance(path: string): number {
  if (migrationsOf([path]).length > 0) return 0;
  if (GENERATED.test(path)) return 4;
  if (PROSE.test(path)) return 3;
  return TEST.test(path) ? 2 : 1;
}

/** Those added and removed, without the blank ones and without the headers of files. */
function changedLines(patch: string): string[] {
  const lines = patch.split('\n');
  const headed = lines.some((line) => line.startsWith('@@'));
  let inHunk = !headed;
  const changed: string[] = [];
  for (const line of lines) {
    if (line.startsWith('@@')) inHunk = true;
    else if (headed && line.startsWith('diff ')) inHunk = false;
    else if (inHunk && /^[+-]/.test(line) && (headed || !/^(?:\+\+\+|---) /.test(line))) changed.push(line);
  }
  return withoutSecrets(changed).filter((line) => line.slice(1).trim() !== '');
}

/** A key of several lines is seen only in lines that follow each other, without their marks. */
function withoutSecrets(lines: readonly string[]): string[] {
  const runs: { mark: string; lines: string[] }[] = [];
  for (const line of lines) {
    const mark = line.slice(0, 1);
    const last = runs.at(-1);
    if (last?.mark === mark) last.lines.push(line.slice(1));
    else runs.push({ mark, lines: [line.slice(1)] });
  }
  return runs.flatMap(({ mark, lines: run }) =>
    redact(run.join('\n'))
      .split('\n')
      .map((line) => clean(`${mark}${line.replaceAll('\t', '  ')}`, LONGEST_LINE)),
  );
}
