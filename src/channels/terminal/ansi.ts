// Every escape code this channel emits is made here, and nothing else in it knows one.
import { Chalk } from 'chalk';
import { NO_COLOURS, type Palette, paletteOf } from '../../domain/text/palette.ts';
import { ESC } from '../../domain/text/safe-text.ts';

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

export function palette(colour: boolean): Palette {
  return paletteOf(colour ? new Chalk({ level: 1 }) : NO_COLOURS);
}
