// The line being typed: a pure step from one key to the next state. Keys are those of shells and Emacs.
import { graphemes } from '../../domain/text/display-width.ts';
import { safeText } from '../../domain/text/safe-text.ts';
import { findBack, type Search, searchKey } from './history-search.ts';

export interface Editor {
  line: string;
  /** Index into `line`, always between two characters as people see them. */
  cursor: number;
  /** Oldest first. */
  history: readonly string[];
  /** Where in the history Up and Down are; null: at the line being typed. */
  recalled: number | null;
  /** What was typed before Up. */
  draft: string;
  /** What Ctrl-K, Ctrl-U and Ctrl-W took, for Ctrl-Y. */
  killed: string;
  search: Search | null;
}

/** As `node:readline` reports it. */
export interface Key {
  name?: string | undefined;
  ctrl?: boolean | undefined;
  meta?: boolean | undefined;
  sequence?: string | undefined;
}

export type Wish = 'submit' | 'interrupt' | 'end' | 'complete' | 'clear';

/** Longer than any chat takes; beyond it typed text is dropped. */
export const LONGEST_LINE = 4_000;

export function startEditor(history: readonly string[]): Editor {
  return { line: '', cursor: 0, history, recalled: null, draft: '', killed: '', search: null };
}

/** `wish` is what the key asks of the one who holds the editor; null: nothing. */
export function pressKey(
  editor: Editor,
  text: string | undefined,
  key: Key,
): { editor: Editor; wish: Wish | null } {
  if (editor.search) {
    const after = searchKey(editor.search, editor.history, text, key);
    if (after.kind === 'search') return { editor: { ...editor, search: after.search }, wish: null };
    const left =
      after.kind === 'give-up'
        ? { ...editor, search: null }
        : { ...editor, search: null, recalled: null, line: after.line, cursor: after.line.length };
    return after.kind === 'take' ? pressKey(left, text, key) : { editor: left, wish: null };
  }
  const wish = wishOf(editor, key);
  if (wish) return { editor, wish };
  return { editor: step(editor, text, key), wish: null };
}

/** Typed or pasted text at the cursor, made safe: what is sent is what was seen. */
export function insert(editor: Editor, text: string): Editor {
  const room = LONGEST_LINE - editor.line.length;
  const taken =
    text.length <= room
      ? text
      : Array.from(text)
          .slice(0, Math.max(0, room / 2))
          .join('');
  const before = safeText(editor.line.slice(0, editor.cursor) + taken.replace(/[\r\n\t]+/gu, ' '));
  return { ...editor, line: before + editor.line.slice(editor.cursor), cursor: before.length };
}

/** An empty line, after what was there was sent or thrown away. A line that begins with a space is not remembered. */
export function nextLine(editor: Editor, sent: string | null): Editor {
  const keep = sent !== null && sent.trim() !== '' && !sent.startsWith(' ') && editor.history.at(-1) !== sent;
  return {
    ...startEditor(keep ? [...editor.history, sent].slice(-500) : editor.history),
    killed: editor.killed,
  };
}

function wishOf({ line }: Editor, { name, ctrl, meta }: Key): Wish | null {
  if (name === 'return' || name === 'enter') return 'submit';
  if (name === 'tab') return 'complete';
  if (!ctrl || meta) return null;
  if (name === 'c') return 'interrupt';
  if (name === 'l') return 'clear';
  return name === 'd' && line === '' ? 'end' : null;
}

function step(editor: Editor, text: string | undefined, key: Key): Editor {
  const { line, cursor } = editor;
  const to = (at: number): Editor => ({ ...editor, cursor: at });
  const cut = (from: number, until: number, keep: boolean): Editor => ({
    ...editor,
    line: line.slice(0, from) + line.slice(until),
    cursor: from,
    killed: keep && until > from ? line.slice(from, until) : editor.killed,
  });
  switch (chord(key)) {
    case 'left':
    case 'C-b':
      return to(before(line, cursor));
    case 'right':
    case 'C-f':
      return to(after(line, cursor));
    case 'C-left':
    case 'M-left':
    case 'M-b':
      return to(wordBefore(line, cursor));
    case 'C-right':
    case 'M-right':
    case 'M-f':
      return to(wordAfter(line, cursor));
    case 'home':
    case 'C-a':
      return to(0);
    case 'end':
    case 'C-e':
      return to(line.length);
    case 'backspace':
    case 'C-h':
      return cut(before(line, cursor), cursor, false);
    case 'delete':
    case 'C-d':
      return cut(cursor, after(line, cursor), false);
    case 'C-u':
      return cut(0, cursor, true);
    case 'C-k':
      return cut(cursor, line.length, true);
    case 'C-w':
    case 'M-backspace':
      return cut(wordBefore(line, cursor), cursor, true);
    case 'M-d':
      return cut(cursor, wordAfter(line, cursor), true);
    case 'C-y':
      return insert(editor, editor.killed);
    case 'up':
    case 'C-p':
      return recall(editor, -1);
    case 'down':
    case 'C-n':
      return recall(editor, 1);
    case 'C-r':
      return { ...editor, search: findBack({ query: '', at: editor.history.length }, editor.history) };
    default:
      return key.ctrl || key.meta || text === undefined || /\p{Cc}/u.test(text)
        ? editor
        : insert(editor, text);
  }
}

function chord({ name = '', ctrl, meta }: Key): string {
  return `${ctrl ? 'C-' : ''}${meta ? 'M-' : ''}${name}`;
}

/** Up and Down walk the entries that begin with what was typed, as readline's do. */
function recall(editor: Editor, direction: -1 | 1): Editor {
  const draft = editor.recalled === null ? editor.line : editor.draft;
  for (let at = (editor.recalled ?? editor.history.length) + direction; at >= 0; at += direction) {
    const found = editor.history[at];
    if (found === undefined) break;
    if (found.startsWith(draft) && found !== editor.line) {
      return { ...editor, draft, recalled: at, line: found, cursor: found.length };
    }
  }
  if (direction === -1 || editor.recalled === null) return editor;
  return { ...editor, recalled: null, line: draft, cursor: draft.length, draft: '' };
}

function before(line: string, cursor: number): number {
  return cursor - (graphemes(line.slice(0, cursor)).at(-1)?.length ?? 0);
}

function after(line: string, cursor: number): number {
  return cursor + (graphemes(line.slice(cursor))[0]?.length ?? 0);
}

function wordBefore(line: string, cursor: number): number {
  return cursor - (/(?:[^\s]+\s*|\s+)$/u.exec(line.slice(0, cursor))?.[0].length ?? 0);
}

function wordAfter(line: string, cursor: number): number {
  return cursor + (/^\s*[^\s]*/u.exec(line.slice(cursor))?.[0].length ?? 0);
}
