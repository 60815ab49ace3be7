// What `add` and `edit` say when they are done.
import type { Kind, Resource } from '../../domain/resource.ts';
import { printable } from '../../domain/text/safe-text.ts';
import type { Definition } from '../../resources/definition.ts';
import type { Context } from '../context.ts';
import { printJson, success, warn } from '../output.ts';

export function tellStored<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  told: {
    resource: Resource<K>;
    verb: 'added' | 'changed';
    warnings: readonly string[];
    /** What does not fit with the rest yet, and what to type. */
    missing: readonly { text: string; hint: string }[];
  },
): void {
  const { io } = context;
  const { resource, verb, warnings, missing } = told;
  const { kind, detail, next } = definition;
  for (const text of warnings) warn(io, text);
  for (const { text, hint } of missing) warn(io, text, hint);
  if (io.json) {
    printJson(io, {
      ok: true,
      resource,
      warnings: [...warnings, ...missing.map(({ text, hint }) => `${text}: ${hint}`)],
    });
    return;
  }
  for (const line of detail?.(resource.spec) ?? []) io.stdout(`${printable(line)}\n`);
  success(io, `${verb} ${kind} "${resource.name}" (id ${resource.id})`, next(resource.spec));
}
