// A message as rows of a terminal. Every string in it may come from outside.
import type { Block, Button, Message } from '../message.ts';
import { displayWidth, padEnd, padStart } from './display-width.ts';
import type { Palette } from './palette.ts';
import { safeLine, safeText } from './safe-text.ts';
import { NARROWEST, wrapCode, wrapLine, wrapText } from './wrap.ts';

/** One text, and one block: a log that floods the terminal helps nobody. The store keeps it in full. */
const MOST_CHARACTERS = 8_000;
const MOST_ROWS = 300;
/** A label wider than this does not push the other values to the right. */
const WIDEST_LABEL = 24;

interface Paper {
  /** Cells of a row. */
  width: number;
  pen: Palette;
}

/** Rows at most `width` cells wide (8 or more; Infinity breaks none), safe to write to a terminal. */
export function renderMessage(message: Message, options: Paper): string[] {
  const paper = { ...options, width: Math.max(NARROWEST, options.width) };
  const title = safeLine(bounded(message.title));
  return [
    ...(title === '' ? [] : wrapText(title, paper.width, { hang: 3 })).map((row) =>
      paper.pen.title(message.tone, row),
    ),
    ...message.blocks.flatMap((block) => atMost(renderBlock(block, paper), paper)),
  ];
}

function renderBlock(block: Block, paper: Paper): string[] {
  switch (block.type) {
    case 'text':
      return wrapText(safeText(bounded(block.text)), paper.width);
    case 'fields':
      return renderFields(block.fields, paper);
    case 'section':
      return renderSection(block, paper);
    case 'code':
      return renderCode(block.text, paper);
    case 'table':
      return renderTable(block, paper);
    case 'buttons':
      return renderButtons(block.buttons, paper);
    default:
      return block satisfies never;
  }
}

function renderFields(fields: readonly { label: string; value: string }[], { width, pen }: Paper): string[] {
  const cells = fields.slice(0, MOST_ROWS).map(({ label, value }) => ({
    label: `${safeLine(bounded(label))}:`,
    value: safeText(bounded(value)),
  }));
  const limit = Math.min(WIDEST_LABEL, Math.floor(width * 0.4));
  const column = Math.max(
    0,
    ...cells.map(({ label }) => displayWidth(label)).filter((cells) => cells <= limit),
  );
  return cells.flatMap(({ label, value }) => {
    if (displayWidth(label) > limit) {
      return wrapText(`${label} ${value}`, width);
    }
    const rows = wrapText(value, width - column - 1, { hang: 0 });
    return rows.map((row, index) =>
      index === 0
        ? `${pen.quiet(label)}${padEnd('', column - displayWidth(label) + 1)}${row}`.trimEnd()
        : `${' '.repeat(column + 1)}${row}`.trimEnd(),
    );
  });
}

function renderSection(
  { heading, lines }: { heading: string; lines: string[] },
  { width, pen }: Paper,
): string[] {
  const title = wrapText(safeLine(bounded(heading)), width).map((row) => pen.strong(row));
  const body = lines
    .slice(0, MOST_ROWS + 1)
    .flatMap((line) => wrapText(safeText(bounded(line)), width - 2))
    .map((row) => `  ${withCommand(row, pen)}`.trimEnd());
  return [...title, ...body];
}

/** "/rollback #492 — revert the cache change": what can be typed stands out. */
function withCommand(row: string, pen: Palette): string {
  const command = /^\/[a-z][a-z-]*(?: .*?)?(?= — | - |$)/u.exec(row)?.[0];
  return command ? pen.command(command) + row.slice(command.length) : row;
}

/** Broken anywhere, never at words: what is copied from here must be what was there. */
function renderCode(text: string, { width, pen }: Paper): string[] {
  return safeText(bounded(text))
    .replace(/\n+$/u, '')
    .split('\n')
    .flatMap((line) => wrapCode(line.trimEnd(), width - 2))
    .map((row) => `${pen.quiet('▏')} ${row}`.trimEnd());
}

function renderTable({ columns, rows }: { columns: string[]; rows: string[][] }, paper: Paper): string[] {
  const cells = rows
    .slice(0, MOST_ROWS + 1)
    .map((row) => columns.map((_, i) => safeLine(bounded(row[i] ?? ''))));
  const heads = columns.map((column) => safeLine(bounded(column)));
  const widths = heads.map((head, i) =>
    Math.max(displayWidth(head), ...cells.map((row) => displayWidth(row[i] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (total > paper.width) return renderTall(heads, cells, paper);
  const numeric = heads.map((_, i) => cells.every((row) => isNumber(row[i] ?? '')) && cells.length > 0);
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (numeric[i] ? padStart : padEnd)(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [paper.pen.quiet(line(heads)), ...cells.map(line)];
}

/** Too wide for the screen: one stanza a row, so that no cell is cut. */
function renderTall(heads: readonly string[], rows: readonly string[][], paper: Paper): string[] {
  return rows.flatMap((row) => {
    const fields = heads.slice(1).map((label, i) => ({ label, value: row[i + 1] ?? '' }));
    return [
      ...wrapText(row[0] ?? '', paper.width).map((part) => paper.pen.strong(part)),
      ...renderFields(fields, { ...paper, width: paper.width - 2 }).map((part) => `  ${part}`),
    ];
  });
}

/** `type: /approve 7   /deny 7`; the label follows where the command does not say it. */
function renderButtons(buttons: readonly Button[], { width, pen }: Paper): string[] {
  if (buttons.length === 0) return [];
  const lead = 'type: ';
  const entries = buttons.map(({ label, command, style }) => {
    const typed = safeLine(bounded(command));
    const said = safeLine(bounded(label));
    const note = said && !typed.toLowerCase().includes(said.toLowerCase()) ? ` (${said})` : '';
    return { typed, note, style, cells: displayWidth(typed + note) };
  });
  const oneRow = entries.reduce((sum, { cells }) => sum + cells + 3, lead.length - 3) <= width;
  if (oneRow) {
    const parts = entries.map(({ typed, note, style }) => pen.button(style, typed) + pen.quiet(note));
    return [pen.quiet(lead) + parts.join('   ')];
  }
  return [
    pen.quiet(lead.trimEnd()),
    ...entries.flatMap(({ typed, note, style }) =>
      wrapLine(`  ${typed}${note}`, width, 4).map((row) => pen.button(style, row)),
    ),
  ];
}

function isNumber(cell: string): boolean {
  return /^[~<>≈+-]?\d[\d.,]*(?: ?[^\s\d]{1,4})?$|^[—-]?$/u.test(cell);
}

function bounded(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}… (${text.length - MOST_CHARACTERS} more characters)`;
}

function atMost(rows: string[], { pen }: Paper): string[] {
  if (rows.length <= MOST_ROWS) return rows;
  return [...rows.slice(0, MOST_ROWS), pen.quiet('… more lines are not shown')];
}
