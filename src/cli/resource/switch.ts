import type { Kind, Resource } from '../../domain/resource.ts';
import type { Definition } from '../../resources/definition.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Context } from '../context.ts';
import { printJson, success, warn } from '../output.ts';
import { gapsAfter } from '../printed-manifest.ts';
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
  if (enabled && isFix(before)) {
    const { enableFix, stoppedFor } = await import('../auto-fix-enable.ts');
    // One that runs elsewhere may have stopped itself for a target: that is what enabling it again ends.
    if (!before.enabled || (await stoppedFor(store.read, before.name)).length > 0) {
      const { resource, stopped } = await enableFix(store, before);
      if (io.json) return printJson(io, { ok: true, resource, stopped });
      const where = stopped.length === 0 ? '' : `; it had stopped for ${stopped.join(', ')}`;
      return success(io, `enabled ${kind} "${resource.name}" (id ${resource.id})${where}`);
    }
  }
  const already = before.enabled === enabled;
  const resource = already
    ? before
    : await store.write((tx) => tx.resources.update(kind, before.id, { enabled }));
  for (const { text, hint } of already ? [] : await gapsAfter(store.read, before, resource))
    warn(io, text, hint);
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

function isFix(resource: Resource): resource is Resource<'auto-fix'> {
  return resource.kind === 'auto-fix';
}
