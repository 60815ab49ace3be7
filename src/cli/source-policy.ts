// `openclaw source policy NAME`: the least rights for what the source is used for, to be given to the other side.
import type { Command } from 'commander';
import { printable } from '../domain/text/safe-text.ts';
import { definitionOf } from '../resources/all.ts';
import type { Context } from './context.ts';
import { colours, printJson } from './output.ts';
import { findResource } from './resource/find.ts';

export function defineSourcePolicy(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('print the least rights it needs, by the enabled commands that use it')
    .addHelpText(
      'after',
      '\nThe policy stands alone on standard output; nobody is asked and nothing is changed.\nExamples:' +
        '\n  $ openclaw source policy "AWS Production" > policy.json',
    )
    .action((name: string) => printPolicy(context, name));
}

async function printPolicy(context: Context, asked: string): Promise<void> {
  const { io } = context;
  const store = await context.store();
  const source = await findResource(store.read, await definitionOf('source'), asked);
  const { policyOfSource } = await import('../daemon/check-source.ts');
  const { document, notes, capabilities, by } = await policyOfSource(source, {
    store,
    clock: { now: () => io.now() },
    env: io.env,
  });
  if (io.json) return printJson(io, { source: source.name, capabilities, by, policy: document, notes });
  printJson(io, document);
  const { dim } = colours(io);
  const used =
    by.length === 0 ? 'no enabled command uses it: what every source is asked for' : `for ${by.join(', ')}`;
  for (const line of [used, ...notes]) io.stderr(`${dim(printable(line))}\n`);
}
