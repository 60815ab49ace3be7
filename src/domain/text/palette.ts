// What each colour of a message stands for. Sixteen colours only: they follow the theme a person can read.
import type { Button, Tone } from '../message.ts';

/** What paints: chalk has all of these. */
export type Colours = Readonly<
  Record<'red' | 'yellow' | 'green' | 'blue' | 'cyan' | 'bold' | 'dim', (text: string) => string>
>;

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

const same = (text: string) => text;
export const NO_COLOURS: Colours = {
  red: same,
  yellow: same,
  green: same,
  blue: same,
  cyan: same,
  bold: same,
  dim: same,
};

export function paletteOf({ red, yellow, green, blue, cyan, bold, dim }: Colours): Palette {
  const tones = { critical: red, warning: yellow, info: blue, ok: green, neutral: same } as const;
  const buttons = { primary: green, danger: red } as const;
  return {
    tone: (tone, text) => tones[tone](text),
    title: (tone, text) => tones[tone](bold(text)),
    quiet: dim,
    strong: bold,
    room: cyan,
    command: cyan,
    button: (style, text) => (style === undefined ? cyan : buttons[style])(bold(text)),
  };
}
