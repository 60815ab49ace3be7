import { usageError } from '../../domain/errors.ts';
import type { Kind, SpecOf } from '../../domain/resource.ts';
import type { Definition, Field, Occurrence, Place } from '../../resources/definition.ts';
import { finishSpec } from '../../resources/finish.ts';
import { missingFields, valuesFromFlags } from '../../resources/from-flags.ts';
import { nameText } from '../../resources/operator-text.ts';
import { flagPlace } from '../../resources/place.ts';
import { nameOf } from '../../resources/values/text.ts';
import type { Context } from '../context.ts';
import type { Io } from '../io.ts';
import { helpersIn } from './helpers.ts';
import { readFileFlags } from './read-files.ts';
import { tellStored } from './stored.ts';
import { refuseTaken } from './taken.ts';
import { unconfigured } from './unconfigured.ts';

interface Missing {
  key: string;
  flag: string;
  question: string;
  field: Field<unknown>;
}

/** Validates everything before it opens the store: what is refused leaves no trace. */
export async function addResource<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  typed: readonly Occurrence[],
): Promise<void> {
  const { io } = context;
  const occurrences = await readFileFlags(io, typed);
  const names = occurrences.filter(({ flag }) => flag === 'name').map(({ text }) => String(text));
  const namePlace = flagPlace('name');
  const givenName = names.length === 0 ? undefined : nameOf(definition.kind).fromFlags(names, namePlace);
  const values = valuesFromFlags(definition, occurrences, { before: null, now: io.now() });
  const missing: Missing[] = missingFields(definition, values);
  const nameless = givenName === undefined;
  const answers = nameless || missing.length > 0 ? await ask(io, definition, { nameless, missing }) : null;
  const { spec, warnings } = await finishSpec(
    definition,
    {
      name: givenName ?? nameText(answers?.name ?? '', namePlace),
      values: { ...values, ...(answers?.values as Partial<SpecOf[K]> | undefined) },
      before: null,
    },
    helpersIn(io.cwd),
  );
  const store = await context.store();
  const stored = await store.write(async (tx) => {
    await refuseTaken(tx, definition, spec, null);
    return {
      resource: await tx.resources.insert(definition.kind, spec.name, spec),
      missing: await unconfigured(tx, definition, spec),
    };
  });
  tellStored(context, definition, { ...stored, verb: 'added', warnings });
}

/** Where a person sits, what is missing is asked for; elsewhere all of it is named at once. */
async function ask<K extends Kind>(
  io: Io,
  definition: Definition<K>,
  { nameless, missing }: { nameless: boolean; missing: readonly Missing[] },
): Promise<{ name?: string; values: Record<string, unknown> }> {
  const canAsk = io.isTty && !io.env.CI;
  if (!canAsk) {
    const flags = [...(nameless ? ['--name'] : []), ...missing.map(({ flag }) => `--${flag}`)];
    throw usageError(
      `openclaw ${definition.kind} add needs ${listed(flags)}`,
      definition.examples[0] === undefined ? undefined : `for example: ${definition.examples[0]}`,
    );
  }
  const name = nameless
    ? await io.input('Name', { validate: verdict((text) => nameText(text, asked('Name'))) })
    : undefined;
  const values: Record<string, unknown> = {};
  for (const { key, question, field } of missing) {
    const read = (text: string) => field.value.fromFlags([text], asked(question));
    const { choices } = field.value;
    const text = choices
      ? await io.select(
          question,
          choices.map((value) => ({ value })),
        )
      : await io.input(question, { validate: verdict(read) });
    values[key] = read(text);
  }
  return { ...(name === undefined ? {} : { name }), values };
}

/** In a prompt there is no flag to name. */
function asked(question: string): Place {
  return { name: question, write: (example) => example };
}

function verdict(read: (text: string) => unknown): (text: string) => true | string {
  return (text) => {
    try {
      read(text);
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

function listed(flags: readonly string[]): string {
  return flags.length < 2 ? flags.join('') : `${flags.slice(0, -1).join(', ')} and ${flags.at(-1) ?? ''}`;
}
