import { printable } from '../../domain/text/safe-text.ts';
import type { Context } from '../context.ts';
import { colours } from '../output.ts';
import type { Change, FieldChange } from './change-set.ts';

/** `+` added, `~` changed with each field's old and new value, and how many are unchanged. */
export function showChanges({ io }: Context, changes: readonly Change[]): void {
  const { green, red, yellow, dim } = colours(io);
  const lines: string[] = [];
  for (const { what, wanted, fields } of changes) {
    const title = `${wanted.definition.kind} "${wanted.name}"`;
    if (what === 'add') lines.push(green(`+ ${printable(title)}`));
    if (what !== 'change') continue;
    lines.push(yellow(`~ ${printable(title)}`));
    for (const field of fields) lines.push(...fieldLines(field));
  }
  const unchanged = changes.filter(({ what }) => what === 'none').length;
  if (unchanged > 0) lines.push(dim(`= ${unchanged} unchanged`));
  if (lines.length > 0) io.stdout(`${lines.join('\n')}\n`);

  function fieldLines({ field, from, to }: FieldChange): string[] {
    if (!from?.includes('\n') && !to?.includes('\n')) {
      return [`    ${field}: ${printable(from ?? '(not set)')} → ${printable(to ?? '(not set)')}`];
    }
    return [
      `    ${field}:`,
      ...lineChanges(from ?? '', to ?? '').map(({ sign, text }) => {
        const line = `      ${sign} ${printable(text)}`;
        return sign === '+' ? green(line) : red(line);
      }),
    ];
  }
}

/** The lines between the common beginning and the common end of two texts. */
function lineChanges(from: string, to: string): { sign: '+' | '-'; text: string }[] {
  const old = from.split('\n');
  const next = to.split('\n');
  while (old.length > 0 && next.length > 0 && old[0] === next[0]) {
    old.shift();
    next.shift();
  }
  while (old.length > 0 && next.length > 0 && old.at(-1) === next.at(-1)) {
    old.pop();
    next.pop();
  }
  return [
    ...old.map((text) => ({ sign: '-' as const, text })),
    ...next.map((text) => ({ sign: '+' as const, text })),
  ];
}
