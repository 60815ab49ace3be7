import type { Kind } from '../../domain/resource.ts';
import type { Definition } from '../../resources/definition.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Context } from '../context.ts';
import { printJson, success } from '../output.ts';
import { findResource } from './find.ts';

/** `enable` and `disable`. Doing it twice is no error. */
export async function switchResource<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  { name, enabled }: { name: string; enabled: boolean },
): Promise<void> {
  const { io } = context;
  const { kind } = definition;
  const store = await context.store();
  const before = await findResource(store.read, definition, name);
  const already = before.enabled === enabled;
  const resource = already
    ? before
    : await store.write((tx) => tx.resources.update(kind, before.id, { enabled }));
  if (io.json) return printJson(io, { ok: true, resource });
  const word = enabled ? 'enabled' : 'disabled';
  success(
    io,
    already
      ? `${kind} "${resource.name}" is ${word} already`
      : `${word} ${kind} "${resource.name}" (id ${resource.id})`,
    enabled ? undefined : `openclaw ${kind} enable ${shellQuote(resource.name)}`,
  );
}
