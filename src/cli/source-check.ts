// `openclaw source test NAME` without a body: who the other side takes us for, and what does not work there.
import type { Resource } from '../domain/resource.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Context } from './context.ts';
import { colours, details, printJson } from './output.ts';

/** Exit code 1 when there are problems. */
export async function printCheck(context: Context, source: Resource<'source'>): Promise<void> {
  const { io } = context;
  const store = await context.store();
  const { checkSource } = await import('../daemon/check-source.ts');
  const { facts, problems } = await checkSource(source, {
    store,
    clock: { now: () => io.now() },
    env: io.env,
  });
  if (problems.length > 0) context.exitCode = 1;
  if (io.json) {
    const { name, spec } = source;
    return printJson(io, { ok: problems.length === 0, source: name, type: spec.type, facts, problems });
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
