// Where the prompt, the typed text and the cursor stand on the screen.
import { displayWidth, graphemes } from '../../domain/text/display-width.ts';
import { safeLine } from '../../domain/text/safe-text.ts';
import type { Editor } from './editor.ts';
import type { Focus } from './focus.ts';

export interface PromptView {
  /** Plain; the first begins with `lead` unless the input is taller than the screen. */
  rows: string[];
  lead: string;
  cursorRow: number;
  cursorColumn: number;
}

/**
 * Rows at most `columns - 1` cells wide, so the cursor has a place behind the last one and no terminal wraps
 * by itself. At most `maxRows` of them, those around the cursor.
 */
export function layOutPrompt(
  editor: Editor,
  focus: Focus,
  size: { columns: number; maxRows: number },
): PromptView {
  const width = Math.max(4, size.columns - 1);
  const lead = leadOf(editor, focus, width);
  const { line, cursor } = shownLine(editor);
  const indent = displayWidth(lead);
  const rows = [lead];
  let used = indent;
  let row = 0;
  let column = indent;
  let index = 0;
  for (const grapheme of graphemes(line)) {
    const cells = displayWidth(grapheme);
    if (used + cells > width) {
      rows.push(' '.repeat(indent));
      used = indent;
    }
    if (index === cursor) [row, column] = [rows.length - 1, used];
    rows[rows.length - 1] += grapheme;
    used += cells;
    index += grapheme.length;
  }
  if (cursor >= index) [row, column] = [rows.length - 1, used];
  return aroundCursor({ rows, lead, cursorRow: row, cursorColumn: column }, Math.max(1, size.maxRows));
}

/** `#ops-critical #43 › `, shortened where it would leave no room to type. */
function promptText({ room, incidentId }: Focus): string {
  return `${safeLine(room)}${incidentId === null ? '' : ` #${incidentId}`} › `;
}

function leadOf(editor: Editor, focus: Focus, width: number): string {
  const { search } = editor;
  const wanted = search
    ? `${search.failed ? 'not found' : 'search'} "${safeLine(search.query)}": `
    : promptText(focus);
  const short = focus.incidentId === null ? '› ' : `#${focus.incidentId} › `;
  return [wanted, short].find((lead) => displayWidth(lead) <= width / 2) ?? '› ';
}

function shownLine(editor: Editor): { line: string; cursor: number } {
  const { search } = editor;
  if (!search) return editor;
  const line = safeLine(editor.history[search.at] ?? '');
  return { line, cursor: Math.max(0, line.indexOf(search.query)) };
}

function aroundCursor(view: PromptView, maxRows: number): PromptView {
  if (view.rows.length <= maxRows) return view;
  const first = Math.max(0, Math.min(view.cursorRow - maxRows + 1, view.rows.length - maxRows));
  return { ...view, rows: view.rows.slice(first, first + maxRows), cursorRow: view.cursorRow - first };
}

/**
 * How many rows the cursor is below the first row of a drawn prompt, on a terminal of `columns` now.
 * Terminals break rows anew when they get narrower, so a row may stand on several.
 */
export function rowsAboveCursor(
  drawn: { widths: readonly number[]; cursorRow: number; cursorColumn: number },
  columns: number,
): number {
  const above = drawn.widths
    .slice(0, drawn.cursorRow)
    .reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  return above + Math.floor(drawn.cursorColumn / columns);
}
