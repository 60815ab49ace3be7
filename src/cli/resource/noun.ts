// `openclaw <noun> add|list|show|edit|remove|enable|disable`, built from the noun's definition.
import type { Command } from 'commander';
import type { Kind } from '../../domain/resource.ts';
import { definitionOf } from '../../resources/all.ts';
import type { Definition } from '../../resources/definition.ts';
import { flagsOf } from '../../resources/from-flags.ts';
import type { Define } from '../commands.ts';
import type { Context } from '../context.ts';
import { addResource } from './add.ts';
import { editResource } from './edit.ts';
import { type DefineExtraVerb, loadExtraVerbs } from './extra-verbs.ts';
import { listResources } from './list.ts';
import { collectFlags } from './occurrences.ts';
import { removeResource } from './remove.ts';
import { showResource } from './show.ts';
import { switchResource } from './switch.ts';

/** Loads the one definition and gives what adds its verbs to a command. */
export async function loadNoun(kind: Kind): Promise<Define> {
  const [definition, extra] = await Promise.all([definitionOf(kind), loadExtraVerbs(kind)]);
  return (command, context, asked) => defineVerbs(command, { definition, context, extra, asked });
}

interface Parts<K extends Kind> {
  definition: Definition<K>;
  context: Context;
}

type DefineVerb = <K extends Kind>(verb: Command, parts: Parts<K>) => void;

const VERBS: Readonly<Record<string, DefineVerb>> = {
  add: defineAdd,
  list: (verb, { definition, context }) =>
    verb.description(`list ${definition.plural}`).action(() => listResources(context, definition)),
  show: (verb, { definition, context }) =>
    verb
      .argument('<name>', 'its name or id')
      .description(`show ${withArticle(definition.kind)} as it is stored`)
      .action((name: string) => showResource(context, definition, name)),
  edit: defineEdit,
  remove: (verb, { definition, context }) =>
    verb
      .argument('<name>', 'its name or id')
      .option('-y, --yes', 'do not ask')
      .description(`remove ${withArticle(definition.kind)}`)
      .action((name: string, options: { yes?: true }) =>
        removeResource(context, definition, { name, sure: options.yes === true }),
      ),
  enable: (verb, { definition, context }) =>
    verb
      .argument('<name>', 'its name or id')
      .description('use it again')
      .action((name: string) => switchResource(context, definition, { name, enabled: true })),
  disable: (verb, { definition, context }) =>
    verb
      .argument('<name>', 'its name or id')
      .description('keep it, and do not use it')
      .action((name: string) => switchResource(context, definition, { name, enabled: false })),
};

/** A verb that was asked for is built alone: the flags of the others cost milliseconds. */
function defineVerbs<K extends Kind>(
  command: Command,
  {
    definition,
    context,
    extra,
    asked,
  }: Parts<K> & { extra: ReadonlyMap<string, DefineExtraVerb>; asked: readonly string[] | null },
): void {
  const { plural, summary } = definition;
  command.description(`${plural}: ${summary}`).addHelpText('after', examples(definition));
  const [word = ''] = asked ?? [];
  // An extra verb of the same name adds to it.
  const all = [...new Set([...Object.keys(VERBS), ...extra.keys()])];
  for (const name of all.includes(word) ? [word] : all) {
    const verb = command.command(name);
    VERBS[name]?.(verb, { definition, context });
    extra.get(name)?.(verb, context);
  }
}

function defineAdd<K extends Kind>(verb: Command, { definition, context }: Parts<K>): void {
  verb.description(`add ${withArticle(definition.kind)}`).addHelpText('after', examples(definition));
  const given = collectFlags(verb, [
    { flag: 'name', placeholder: '<name>', help: 'its name (required)' },
    ...flagsOf(definition, 'add'),
  ]);
  verb.action(() => addResource(context, definition, given));
}

function defineEdit<K extends Kind>(verb: Command, { definition, context }: Parts<K>): void {
  verb
    .argument('<name>', 'its name or id')
    .description('change what is given, keep the rest')
    .addHelpText('after', examples(definition));
  const given = collectFlags(verb, [
    { flag: 'name', placeholder: '<name>', help: 'a new name' },
    ...flagsOf(definition, 'edit'),
  ]);
  verb.action((name: string) => editResource(context, definition, name, given));
}

function examples<K extends Kind>({ examples: lines }: Definition<K>): string {
  return `\nExamples:\n${lines.map((text) => `  $ ${text}`).join('\n')}`;
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
