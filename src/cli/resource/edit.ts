import { UserError, usageError } from '../../domain/errors.ts';
import type { Kind } from '../../domain/resource.ts';
import type { Definition, Occurrence } from '../../resources/definition.ts';
import { isSame } from '../../resources/document.ts';
import { finishSpec } from '../../resources/finish.ts';
import { valuesFromFlags } from '../../resources/from-flags.ts';
import { flagPlace } from '../../resources/place.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { nameOf } from '../../resources/values/text.ts';
import type { Context } from '../context.ts';
import { printJson, success } from '../output.ts';
import { gapsAfter } from '../printed-manifest.ts';
import { findResource } from './find.ts';
import { helpersOf } from './helpers.ts';
import { lookedForAgain } from './look-again.ts';
import { readFileFlags } from './read-files.ts';
import { tellStored } from './stored.ts';
import { refuseTaken } from './taken.ts';
import { unconfigured } from './unconfigured.ts';

/** Changes what is given and keeps the rest. */
export async function editResource<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  asked: string,
  typed: readonly Occurrence[],
): Promise<void> {
  const { io } = context;
  const { kind } = definition;
  if (typed.length === 0) {
    throw usageError('nothing to change was given', `openclaw ${kind} edit --help shows the flags`);
  }
  const occurrences = await readFileFlags(io, typed);
  const names = occurrences.filter(({ flag }) => flag === 'name').map(({ text }) => String(text));
  const store = await context.store();
  const before = await findResource(store.read, definition, asked);
  const { spec, warnings } = await finishSpec(
    definition,
    {
      name: names.length === 0 ? before.name : nameOf(kind).fromFlags(names, flagPlace('name')),
      values: valuesFromFlags(definition, occurrences, { before: before.spec, now: io.now() }),
      before: before.spec,
    },
    helpersOf(context),
  );
  if (isSame(spec, before.spec)) {
    const again = occurrences.some(({ flag }) => flag === 'slack-email')
      ? await lookedForAgain(context, before.id)
      : null;
    if (io.json) printJson(io, { ok: true, resource: before, warnings });
    else success(io, `${kind} "${before.name}" is like that already; ${again ?? 'nothing was changed'}`);
    return;
  }
  const stored = await store.write(async (tx) => {
    const now = await tx.resources.findById(kind, before.id);
    // Someone else may have edited between our read and this write; their words must not be lost.
    if (now?.revision !== before.revision) {
      throw new UserError(
        `${kind} "${before.name}" was changed by someone else just now`,
        `look at it and type it again: openclaw ${kind} show ${shellQuote(before.name)}`,
      );
    }
    await refuseTaken(tx, definition, spec, before.id);
    return {
      resource: await tx.resources.update(kind, before.id, { name: spec.name, spec }),
      missing: await unconfigured(tx, definition, spec),
    };
  });
  const missing = [...stored.missing, ...(await gapsAfter(store.read, before, stored.resource))];
  tellStored(context, definition, { ...stored, missing, verb: 'changed', warnings });
}
