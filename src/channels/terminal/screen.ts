// The interactive terminal: messages scroll by above, the line being typed stays whole below.
// Without a terminal on both ends it reads and writes plain lines.
import { createInterface, emitKeypressEvents } from 'node:readline';
import { displayWidth } from '../../domain/text/display-width.ts';
import { BELL, safeRendered } from '../../domain/text/safe-text.ts';
import { wrapText } from '../../domain/text/wrap.ts';
import { CLEAR_SCREEN, ERASE_DOWN, PASTE_OFF, PASTE_ON, palette, right, up } from './ansi.ts';
import { type Editor, insert, type Key, nextLine, pressKey, startEditor } from './editor.ts';
import type { Focus } from './focus.ts';
import { localCommand, type RoomView } from './local-command.ts';
import { collectPaste, type Paste, splitPaste } from './paste.ts';
import { layOutPrompt, rowsAboveCursor } from './prompt-view.ts';
import { offer } from './tab.ts';

export type TerminalInput = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(on: boolean): unknown };
export type TerminalOutput = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

export interface TerminalOptions {
  input: TerminalInput;
  output: TerminalOutput;
  /** Display name of who types. */
  user: string;
  colour: boolean;
  /** Default: `#ops-critical`, no incident. */
  focus?: Focus;
  /** Entire lines that Tab may make of what stands before the cursor. */
  complete(line: string): string[];
  /** A command or a remark, and where it was said. */
  onLine(line: string, focus: Focus): void;
  /** The person wants to leave, or the terminal is gone. Called once; `close` is the caller's. */
  onQuit(): void;
  /** Said before leaving: "The daemon goes on running." Default: nothing. */
  quitNotice?: string;
  /** Earlier lines, oldest first. */
  history: readonly string[];
  saveHistory(lines: readonly string[]): void;
}

export interface Terminal {
  /** Rendered lines; what is not our own colours is made safe once more. */
  print(lines: readonly string[], options?: { bell?: boolean }): void;
  /** Takes effect when nothing is typed: a line goes where the prompt said when it was begun. */
  setFocus(focus: Focus): void;
  /** Where lines go, or will go once the typed one is gone. */
  focus(): Focus;
  setRooms(rooms: readonly RoomView[]): void;
  /** Cells of a row now. */
  columns(): number;
  /** Leaves the terminal as it was found. */
  close(): void;
}

const PLAIN_COLUMNS = 100;
const START: Focus = { room: '#ops-critical', incidentId: null };

export function createTerminal(options: TerminalOptions): Terminal {
  const { input, output } = options;
  return input.isTTY && output.isTTY && input.setRawMode ? interactive(options) : plain(options);
}

function interactive(options: TerminalOptions): Terminal {
  const { input, output } = options;
  const pen = palette(options.colour);
  let editor: Editor = startEditor(options.history);
  let focus = options.focus ?? START;
  let nextFocus: Focus | null = null;
  let rooms: readonly RoomView[] = [];
  let paste: Paste | null = null;
  let drawn: { widths: number[]; cursorRow: number; cursorColumn: number } | null = null;
  let redrawAsked = false;
  let leaving = false;
  let quit = false;
  let closed = false;

  const columns = () => output.columns || 80;
  const write = (text: string) => {
    if (!closed && text !== '') output.write(text);
  };

  /** Back to the first cell of the prompt, with everything from there on erased. */
  const erase = (): string => {
    if (!drawn) return '';
    const above = rowsAboveCursor(drawn, columns());
    drawn = null;
    return up(above) + ERASE_DOWN;
  };

  const draw = (): string => {
    const view = layOutPrompt(editor, focus, { columns: columns(), maxRows: (output.rows || 24) - 1 });
    drawn = { ...view, widths: view.rows.map(displayWidth) };
    const rows = view.rows.map((row, index) =>
      index === 0 && row.startsWith(view.lead) ? pen.room(view.lead) + row.slice(view.lead.length) : row,
    );
    return `${rows.join('\r\n')}${up(view.rows.length - 1 - view.cursorRow)}\r${right(view.cursorColumn)}`;
  };

  const redraw = () => {
    redrawAsked = false;
    if (!closed) write(erase() + draw());
  };

  /** One redraw for all keys of a chunk: a paste without brackets, a fast typist over a slow line. */
  const askRedraw = () => {
    if (redrawAsked) return;
    redrawAsked = true;
    queueMicrotask(redraw);
  };

  const print = (lines: readonly string[], { bell = false } = {}) => {
    const text = lines
      .flatMap(safeRendered)
      .map((line) => `${line}\r\n`)
      .join('');
    write(erase() + (bell ? BELL : '') + text + draw());
  };
  const say = (lines: readonly string[]) =>
    print(lines.flatMap((line) => wrapText(line, columns() - 1)).map((line) => pen.quiet(line)));

  const settleFocus = () => {
    if (nextFocus && editor.line === '') {
      focus = nextFocus;
      nextFocus = null;
    }
  };

  const leave = () => {
    if (quit) return;
    quit = true;
    if (options.quitNotice) say([options.quitNotice]);
    options.onQuit();
  };

  const act = (line: string) => {
    const local = localCommand(line, focus, rooms);
    if (!local) {
      if (line.trim() !== '') options.onLine(line.trim(), focus);
      return;
    }
    switch (local.kind) {
      case 'focus':
        focus = local.focus;
        nextFocus = null;
        return say([local.say]);
      case 'say':
        return say(local.lines);
      case 'clear':
        drawn = null;
        return write(CLEAR_SCREEN + draw());
      case 'quit':
        return leave();
      default:
        return local satisfies never;
    }
  };

  /** The line stays on the screen as it was typed, the next prompt comes below it. */
  const submit = () => {
    const { line } = editor;
    editor = { ...editor, cursor: line.length };
    const kept = line.trim() === '' ? erase() : `${erase()}${draw()}\r\n`;
    drawn = null;
    const { history } = editor;
    editor = nextLine(editor, line);
    write(kept);
    if (editor.history !== history) options.saveHistory(editor.history);
    act(line);
    settleFocus();
    redraw();
  };

  const interrupt = () => {
    if (editor.line !== '') {
      editor = nextLine(editor, null);
      settleFocus();
      return;
    }
    if (leaving) return leave();
    leaving = true;
    say(['Ctrl-C once more leaves.']);
  };

  const takePaste = (text: string) => {
    const { lines, rest, refused } = splitPaste(text);
    if (refused) return say([refused]);
    for (const line of lines) {
      editor = insert(editor, line);
      submit();
    }
    editor = insert(editor, rest);
  };

  const complete = () => {
    const before = editor.line.slice(0, editor.cursor);
    const { line, choices } = offer(before, options.complete(before));
    editor = { ...editor, line: line + editor.line.slice(editor.cursor), cursor: line.length };
    if (choices.length > 0) say([choices.join('  ')]);
  };

  const onKeypress = (text: string | undefined, key: Key) => {
    if (closed || quit) return;
    const collected = collectPaste(paste, text, key);
    paste = collected.paste;
    if (collected.text !== null) takePaste(collected.text);
    if (collected.taken) return askRedraw();
    const pressed = pressKey(editor, text, key);
    editor = pressed.editor;
    if (pressed.wish !== 'interrupt') leaving = false;
    switch (pressed.wish) {
      case 'submit':
        return submit();
      case 'interrupt':
        interrupt();
        break;
      case 'end':
        return leave();
      case 'complete':
        complete();
        break;
      case 'clear':
        drawn = null;
        write(CLEAR_SCREEN);
        break;
      case null:
        settleFocus();
        break;
      default:
        pressed.wish satisfies never;
    }
    askRedraw();
  };

  const restore = () => {
    if (closed) return;
    write(erase() + PASTE_OFF);
    closed = true;
    input.setRawMode?.(false);
  };

  emitKeypressEvents(input);
  input.setRawMode?.(true);
  input.on('keypress', onKeypress);
  input.on('end', leave);
  input.on('error', leave);
  output.on('error', leave);
  output.on('resize', redraw);
  process.once('exit', restore);
  input.resume();
  write(PASTE_ON);
  say([`You are @${options.user}. /help lists what can be typed, Tab completes it, /quit leaves.`]);

  return {
    print,
    setFocus: (wanted) => {
      nextFocus = wanted;
      settleFocus();
      askRedraw();
    },
    focus: () => nextFocus ?? focus,
    setRooms: (known) => {
      rooms = known;
    },
    columns,
    close: () => {
      restore();
      process.off('exit', restore);
      input.off('keypress', onKeypress);
      input.off('end', leave);
      input.off('error', leave);
      output.off('resize', redraw);
      input.pause();
    },
  };
}

function plain(options: TerminalOptions): Terminal {
  const { input, output } = options;
  let focus = options.focus ?? START;
  let rooms: readonly RoomView[] = [];
  let quit = false;
  const reader = createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  const print = (lines: readonly string[]) => {
    for (const line of lines.flatMap(safeRendered)) output.write(`${line}\n`);
  };
  const leave = () => {
    if (quit) return;
    quit = true;
    options.onQuit();
  };
  const onLine = (line: string) => {
    const local = localCommand(line, focus, rooms);
    if (local?.kind === 'quit') return leave();
    if (local?.kind === 'say') return print(local.lines);
    if (local?.kind === 'focus') {
      focus = local.focus;
      return print([local.say]);
    }
    if (!local && line.trim() !== '' && !quit) options.onLine(line.trim(), focus);
  };
  reader.on('line', onLine);
  reader.on('close', leave);
  output.on('error', leave);
  return {
    print,
    setFocus: (wanted) => {
      focus = wanted;
    },
    focus: () => focus,
    setRooms: (known) => {
      rooms = known;
    },
    columns: () => output.columns || PLAIN_COLUMNS,
    close: () => {
      reader.off('close', leave);
      reader.close();
    },
  };
}
