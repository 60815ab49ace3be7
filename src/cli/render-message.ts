// A chat message as plain terminal text: what a person sees who asked from a shell.
import { assertNever } from '../domain/errors.ts';
import type { Block, Message, Tone } from '../domain/message.ts';
import { displayWidth, padEnd, printable } from './display-width.ts';
import type { Io } from './io.ts';
import { colours, table } from './output.ts';

export function renderMessage(io: Io, { title, tone, blocks }: Message): void {
  if (title !== '') io.stdout(`${toneColour(io, tone)(printable(title))}\n`);
  for (const block of blocks) {
    if (block.type === 'table') table(io, block.columns, block.rows);
    else for (const line of linesOf(io, block)) io.stdout(`${line}\n`);
  }
}

function linesOf(io: Io, block: Exclude<Block, { type: 'table' }>): string[] {
  switch (block.type) {
    case 'text':
      return [printable(block.text)];
    case 'code':
      return [indent(printable(block.text))];
    case 'fields': {
      const width = Math.max(0, ...block.fields.map(({ label }) => displayWidth(printable(label))));
      const { dim } = colours(io);
      return block.fields.map(
        ({ label, value }) => `${dim(padEnd(printable(label), width))}  ${printable(value)}`,
      );
    }
    case 'section':
      return [printable(block.heading), ...block.lines.map((line) => indent(printable(line)))];
    case 'buttons':
      return block.buttons.map(({ label, command }) => `${printable(label)}: ${printable(command)}`);
    default:
      return assertNever(block);
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function toneColour(io: Io, tone: Tone): (text: string) => string {
  const chalk = colours(io);
  switch (tone) {
    case 'critical':
      return chalk.red;
    case 'warning':
      return chalk.yellow;
    case 'ok':
      return chalk.green;
    case 'info':
      return chalk.blue;
    case 'neutral':
      return chalk.bold;
    default:
      return assertNever(tone);
  }
}
