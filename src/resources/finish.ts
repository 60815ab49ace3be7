// From checked fields to a spec that may be stored, whichever way the fields came.
import type { Kind, SpecOf } from '../domain/resource.ts';
import { type Completed, type Definition, fieldsOf, type Helpers } from './definition.ts';

/**
 * Fills defaults, checks the rules between fields, and completes. `values` over `before`; every field that
 * must be given is there. Errors: UserError.
 */
export async function finishSpec<K extends Kind>(
  definition: Definition<K>,
  given: { name: string; values: Partial<SpecOf[K]>; before: SpecOf[K] | null },
  helpers: Helpers,
): Promise<Completed<K>> {
  const before = (given.before ?? {}) as Record<string, unknown>;
  const values = given.values as Record<string, unknown>;
  const spec: Record<string, unknown> = { name: given.name };
  for (const [key, field] of fieldsOf(definition)) {
    const value = Object.hasOwn(values, key) ? values[key] : before[key];
    const filled = value === undefined ? field.default : value;
    if (filled !== undefined) spec[key] = filled;
  }
  // Every field was read by its own definition; here the record becomes the spec.
  const whole = spec as unknown as SpecOf[K];
  definition.check?.(whole);
  if (!definition.complete) return { spec: whole, warnings: [] };
  return definition.complete(whole, { keys: new Set(Object.keys(values)), before: given.before }, helpers);
}
