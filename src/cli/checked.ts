// What an asked system said of us, and what does not work there.
import { printable } from '../domain/text/safe-text.ts';
import type { SourceCheck } from '../domain/tool.ts';
import type { Context } from './context.ts';
import { colours, details, printJson } from './output.ts';

/** Exit code 1 when there are problems. `about`: the first fields of `--json`. */
export function printChecked(
  context: Context,
  { facts, problems }: SourceCheck,
  about: Record<string, string>,
): void {
  const { io } = context;
  if (problems.length > 0) context.exitCode = 1;
  if (io.json) {
    printJson(io, { ok: problems.length === 0, ...about, facts, problems });
    return;
  }
  const { red, green, dim } = colours(io);
  details(
    io,
    facts.map(({ name, value }) => [name, value]),
  );
  for (const { text, fix } of problems) {
    io.stdout(`${red('✗')} ${printable(text)}\n`);
    io.stdout(`${dim(`  ${printable(fix)}`)}\n`);
  }
  if (problems.length === 0) io.stdout(`${green('✓')} it answers, and all that it is used for works\n`);
}
