import { UserError } from '../../domain/errors.ts';
import type { Kind, SpecOf } from '../../domain/resource.ts';
import type { Definition } from '../../resources/definition.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Tables } from '../../store/tables.ts';

/**
 * Throws when another resource of the kind has the name (in any case of its letters), the trigger or an id.
 * To be called in the transaction that writes, so that two who add at once do not both succeed.
 */
export async function refuseTaken<K extends Kind>(
  { resources }: Pick<Tables, 'resources'>,
  { kind, clash }: Definition<K>,
  spec: SpecOf[K],
  ownId: number | null,
): Promise<void> {
  for (const other of await resources.list(kind)) {
    if (other.id === ownId) continue;
    const edit = `change it with: openclaw ${kind} edit ${shellQuote(other.name)}`;
    if (other.name.toLowerCase() === spec.name.toLowerCase()) {
      throw new UserError(`another ${kind} is named "${other.name}" (id ${other.id})`, edit);
    }
    const why = clash?.(spec, other.spec);
    if (why) throw new UserError(`${why} the ${kind} "${other.name}" already (id ${other.id})`, edit);
  }
}
