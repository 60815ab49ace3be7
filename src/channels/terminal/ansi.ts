// Every escape code this channel emits is made here, and nothing else in it knows one.
import { Chalk } from 'chalk';
import type { Button, Tone } from '../../domain/message.ts';

export const ESC = String.fromCharCode(27);
export const BELL = String.fromCharCode(7);

/** From the start of a row to the end of the screen. Begins one cell in: erased from its top left corner, tmux keeps it all. */
export const ERASE_DOWN = `\r${ESC}[K${ESC}[C${ESC}[J\r`;
export const CLEAR_SCREEN = `${ESC}[H${ESC}[2J`;
/** Bracketed paste: the terminal says where pasted text begins and ends. */
export const PASTE_ON = `${ESC}[?2004h`;
export const PASTE_OFF = `${ESC}[?2004l`;

export function up(rows: number): string {
  return rows > 0 ? `${ESC}[${rows}A` : '';
}

export function right(columns: number): string {
  return columns > 0 ? `${ESC}[${columns}C` : '';
}

/** What each colour stands for. Sixteen colours only: they follow the theme a person can read. */
export interface Palette {
  tone(tone: Tone, text: string): string;
  title(tone: Tone, text: string): string;
  quiet(text: string): string;
  strong(text: string): string;
  room(text: string): string;
  /** Something to type. */
  command(text: string): string;
  button(style: Button['style'], text: string): string;
}

export function palette(colour: boolean): Palette {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const tone = {
    critical: chalk.red,
    warning: chalk.yellow,
    info: chalk.blue,
    ok: chalk.green,
    neutral: chalk.reset,
  } as const;
  return {
    tone: (name, text) => (name === 'neutral' ? text : tone[name](text)),
    title: (name, text) => (name === 'neutral' ? chalk.bold(text) : tone[name].bold(text)),
    quiet: (text) => chalk.dim(text),
    strong: (text) => chalk.bold(text),
    room: (text) => chalk.cyan(text),
    command: (text) => chalk.cyan(text),
    button: (style, text) =>
      style === 'primary'
        ? chalk.green.bold(text)
        : style === 'danger'
          ? chalk.red.bold(text)
          : chalk.cyan.bold(text),
  };
}
