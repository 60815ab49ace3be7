// `openclaw export`: the configuration as YAML that `apply` reads back as no change.
import type { Command } from 'commander';
import { usageError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Kind } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import { definitionOf, KINDS_IN_ORDER } from '../../resources/all.ts';
import { writeDocument } from '../../resources/document.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { printJson } from '../output.ts';
import { YAML_STYLE } from './yaml-style.ts';

export function defineExport(command: Command, context: Context): void {
  command
    .argument('[kind...]', `only these: ${KINDS_IN_ORDER.join(', ')}`)
    .addHelpText(
      'after',
      '\nSecrets are in it only as references (env:NAME, file:/path).\n' +
        '\nExamples:\n  $ openclaw export > ops.yaml\n  $ openclaw export command auto-fix\n  $ openclaw export | openclaw apply -f - --dry-run',
    )
    .action(async (kinds: string[]) => {
      const wanted = kinds.map(readKind);
      const { io } = context;
      const store = await context.store();
      const documents: Record<string, unknown>[] = [];
      for (const kind of KINDS_IN_ORDER) {
        if (wanted.length === 0 || wanted.includes(kind)) documents.push(...(await exportKind(store, kind)));
      }
      if (io.json) return printJson(io, { resources: documents });
      const { stringify } = await import('yaml');
      // No folding and no anchors: a diff of two exports shows what changed and nothing else.
      io.stdout(stringify({ resources: documents }, YAML_STYLE));
    });
}

async function exportKind<K extends Kind>({ read }: Store, kind: K): Promise<Record<string, unknown>[]> {
  const definition = await definitionOf(kind);
  return (await read.resources.list(kind)).map((resource) => writeDocument(definition, resource));
}

function readKind(text: string): Kind {
  const word = text.toLowerCase();
  const kind = KINDS_IN_ORDER.find((one) => one === word || `${one}s` === word || `${one}es` === word);
  if (kind !== undefined) return kind;
  const near = nearest(word, KINDS_IN_ORDER);
  throw usageError(
    `there is no kind ${quoted(text)}`,
    near === null ? `one of: ${KINDS_IN_ORDER.join(', ')}` : `did you mean ${near}?`,
  );
}
