// `openclaw <noun> add|list|show|edit|remove|enable|disable`, built from the noun's definition.
import type { Command } from 'commander';
import type { Kind } from '../../domain/resource.ts';
import { definitionOf } from '../../resources/all.ts';
import type { Definition } from '../../resources/definition.ts';
import { flagsOf, type Verb } from '../../resources/from-flags.ts';
import type { Context } from '../context.ts';
import { addResource } from './add.ts';
import { editResource } from './edit.ts';
import { listResources } from './list.ts';
import { collectFlags } from './occurrences.ts';
import { removeResource } from './remove.ts';
import { showResource } from './show.ts';
import { switchResource } from './switch.ts';

/** Loads the one definition and gives what adds its verbs to a command. */
export async function loadNoun(kind: Kind): Promise<(command: Command, context: Context) => void> {
  const definition = await definitionOf(kind);
  return (command, context) => defineVerbs(command, definition, context);
}

function defineVerbs<K extends Kind>(command: Command, definition: Definition<K>, context: Context): void {
  const { kind, plural, summary } = definition;
  command.description(`${plural}: ${summary}`).addHelpText('after', examples(definition));

  const add = command.command('add').description(`add ${aOrAn(kind)} ${kind}`);
  const added = collectFlags(add, [
    { flag: 'name', placeholder: '<name>', help: 'its name (required)' },
    ...flags(definition, 'add'),
  ]);
  add.addHelpText('after', examples(definition)).action(() => addResource(context, definition, added));

  command
    .command('list')
    .description(`list ${plural}`)
    .action(() => listResources(context, definition));

  command
    .command('show')
    .argument('<name>', 'its name or id')
    .description(`show ${aOrAn(kind)} ${kind} as it is stored`)
    .action((name: string) => showResource(context, definition, name));

  const edit = command
    .command('edit')
    .argument('<name>', 'its name or id')
    .description(`change what is given, keep the rest`);
  const edited = collectFlags(edit, [
    { flag: 'name', placeholder: '<name>', help: 'a new name' },
    ...flags(definition, 'edit'),
  ]);
  edit
    .addHelpText('after', examples(definition))
    .action((name: string) => editResource(context, definition, name, edited));

  command
    .command('remove')
    .argument('<name>', 'its name or id')
    .option('-y, --yes', 'do not ask')
    .description(`remove ${aOrAn(kind)} ${kind}`)
    .action((name: string, options: { yes?: true }) =>
      removeResource(context, definition, { name, sure: options.yes === true }),
    );

  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    command
      .command(verb)
      .argument('<name>', 'its name or id')
      .description(enabled ? 'use it again' : 'keep it, and do not use it')
      .action((name: string) => switchResource(context, definition, { name, enabled }));
  }
}

function flags<K extends Kind>(definition: Definition<K>, verb: Verb) {
  return flagsOf(definition, verb);
}

function examples<K extends Kind>({ examples: lines }: Definition<K>): string {
  return `\nExamples:\n${lines.map((text) => `  $ ${text}`).join('\n')}`;
}

export function aOrAn(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}
