import type { Kind, SpecOf } from '../../domain/resource.ts';
import type { Definition, Occurrence } from '../../resources/definition.ts';
import { finishSpec } from '../../resources/finish.ts';
import { missingFields, valuesFromFlags } from '../../resources/from-flags.ts';
import { flagPlace } from '../../resources/place.ts';
import { nameOf } from '../../resources/values/text.ts';
import type { Context } from '../context.ts';
import { gapsAfter } from '../printed-manifest.ts';
import { askFields, askName, askOwn, canAsk, refuseMissing } from './ask.ts';
import { helpersOf } from './helpers.ts';
import { readFileFlags } from './read-files.ts';
import { tellStored } from './stored.ts';
import { refuseTaken } from './taken.ts';
import { unconfigured } from './unconfigured.ts';

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
  const read = (own: readonly Occurrence[]) =>
    valuesFromFlags(definition, [...occurrences, ...own], { before: null, now: io.now() });
  // What was typed is checked before anything is asked.
  let values = read([]);
  if (!canAsk(io)) {
    const missing = missingFields(definition, values).map(({ ways }) => ways);
    if (givenName === undefined) missing.unshift('--name');
    if (missing.length > 0) throw refuseMissing(definition, missing);
  }
  const name = givenName ?? (await askName(io));
  const own = new Set(definition.own?.flags.map(({ flag }) => flag));
  if (canAsk(io) && !occurrences.some(({ flag }) => own.has(flag)))
    values = read(await askOwn(io, definition));
  const answers = await askFields(io, missingFields(definition, values));
  const { spec, warnings } = await finishSpec(
    definition,
    { name, values: { ...values, ...(answers as Partial<SpecOf[K]>) }, before: null },
    helpersOf(context),
  );
  const store = await context.store();
  const stored = await store.write(async (tx) => {
    await refuseTaken(tx, definition, spec, null);
    return {
      resource: await tx.resources.insert(definition.kind, spec.name, spec),
      missing: await unconfigured(tx, definition, spec),
    };
  });
  const missing = [...stored.missing, ...(await gapsAfter(store.read, null, stored.resource))];
  tellStored(context, definition, { ...stored, missing, verb: 'added', warnings });
}
