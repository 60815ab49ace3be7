// How answers look: tables, details, the line after a change. Text from the store is made safe to print here.
import { Chalk } from 'chalk';
import type { Severity } from '../domain/severity.ts';
import { cutToWidth, displayWidth, isPlain, padEnd, padStart } from '../domain/text/display-width.ts';
import { type Colours, NO_COLOURS } from '../domain/text/palette.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Io } from './io.ts';

export interface Column {
  title: string;
  align?: 'left' | 'right' | undefined;
  /** Colours the finished cell; gets the plain text as well. */
  paint?: ((cell: string, text: string) => string) | undefined;
}

const GAP = '  ';
const MIN_COLUMN = 8;

/** A table on stdout; nothing but the head when there are no rows. Only a terminal's width cuts cells. */
export function table(
  io: Io,
  columns: readonly (string | Column)[],
  rows: readonly (readonly string[])[],
): void {
  const heads = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  const cells = rows.map((row) => heads.map((_, index) => oneLine(row[index] ?? '')));
  const natural = heads.map((head, index) =>
    Math.max(displayWidth(head.title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  const widths = io.isTty ? shrink(natural, io.width) : natural;
  const line = (row: readonly string[], finish: (cell: string, text: string, head: Column) => string) =>
    `${heads
      .map((head, index) => {
        const text = row[index] ?? '';
        const width = widths[index] ?? 0;
        const cut = io.isTty ? cutToWidth(text, width) : text;
        const isLast = index === heads.length - 1 && head.align !== 'right';
        const padded = isLast ? cut : head.align === 'right' ? padStart(cut, width) : padEnd(cut, width);
        return finish(padded, text, head);
      })
      .join(GAP)
      .trimEnd()}\n`;
  const { dim } = colours(io);
  const head = line(
    heads.map(({ title }) => title.toUpperCase()),
    (cell) => dim(cell),
  );
  io.stdout(
    head +
      cells.map((row) => line(row, (cell, text, { paint }) => (paint ? paint(cell, text) : cell))).join(''),
  );
}

/** Labels and values on stdout. A value of several lines follows its label, each line as it was stored. */
export function details(io: Io, pairs: readonly (readonly [label: string, value: string])[]): void {
  const short = pairs.filter(([, value]) => !value.includes('\n'));
  const width = Math.max(0, ...short.map(([label]) => displayWidth(label)));
  const { dim } = colours(io);
  pairs.forEach(([label, value], index) => {
    const isLong = value.includes('\n');
    // A blank line around text of several lines, which is printed as it is: its own blank lines count.
    const wasLong = pairs[index - 1]?.[1].includes('\n') ?? false;
    if (index > 0 && (isLong || wasLong)) io.stdout('\n');
    if (isLong) io.stdout(`${dim(`${label}:`)}\n${printable(value)}\n`);
    else io.stdout(`${dim(padEnd(label, width))}${GAP}${printable(value)}\n`);
  });
}

/** What was done, and on stderr what to type next. With --json both are talk. */
export function success(io: Io, text: string, next?: string): void {
  const { green, dim } = colours(io);
  const line = `${green('✓')} ${printable(text)}\n`;
  if (io.json) io.stderr(line);
  else io.stdout(line);
  if (next !== undefined) io.stderr(`${dim(`  next: ${printable(next)}`)}\n`);
}

/** Something a person should know that stops nothing. */
export function warn(io: Io, text: string, hint?: string): void {
  const { yellow, dim } = colours(io);
  io.stderr(`${yellow('warning:')} ${printable(text)}\n`);
  if (hint !== undefined) io.stderr(`${dim(`   hint: ${printable(hint)}`)}\n`);
}

/** The one document of a --json run. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, 2)}\n`);
}

/** What each style does here: nothing, where there is no colour. */
export function colours(io: Io): Colours {
  if (!io.colour) return NO_COLOURS;
  coloured ??= new Chalk({ level: 1 });
  return coloured;
}

export function severityColour(io: Io, severity: Severity): (text: string) => string {
  const { red, yellow, blue } = colours(io);
  return severity === 'critical' ? red : severity === 'warning' ? yellow : blue;
}

/** `2026-11-23 09:04:12` in the zone of the machine. */
export function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `just now`, `3m ago`, `in 2h`: one unit, the largest that fits. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round(Math.abs(now - at) / 1000);
  if (seconds < 5) return 'just now';
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, 's'];
  const text = `${Math.floor(seconds / size)}${unit}`;
  return at > now ? `in ${text}` : `${text} ago`;
}

export function timeWithAge(at: number, now: number): string {
  return `${localTime(at)} (${relativeTime(at, now)})`;
}

let coloured: Colours | undefined;
const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
];

function oneLine(text: string): string {
  if (isPlain(text)) return text.trim();
  return printable(text)
    .replace(/\s*[\n\t]\s*/g, ' ')
    .trim();
}

/** Takes columns from the widest until the line fits; no column gets under its share of a small terminal. */
function shrink(natural: readonly number[], total: number): number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - total;
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= MIN_COLUMN) break;
    widths[widest] = width - 1;
    over -= 1;
  }
  return widths;
}
