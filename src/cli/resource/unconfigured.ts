import type { Kind, SpecOf } from '../../domain/resource.ts';
import type { Definition, Reference } from '../../resources/definition.ts';
import type { Tables } from '../../store/tables.ts';

export interface Unconfigured {
  /** Any of these would do. */
  kinds: readonly Kind[];
  text: string;
  hint: string;
}

/** What the resource names that is not there yet: each a warning with the command that adds it. */
export async function unconfigured<K extends Kind>(
  tables: Pick<Tables, 'resources'>,
  definition: Definition<K>,
  spec: SpecOf[K],
): Promise<Unconfigured[]> {
  const found: Unconfigured[] = [];
  const seen = new Set<string>();
  for (const reference of definition.references(spec)) {
    const key = `${reference.kinds.join()} ${reference.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (await isThere(tables, reference)) continue;
    found.push({
      kinds: reference.kinds,
      text: `no ${nounsOf(reference)} "${reference.name}" is configured yet`,
      hint: reference.add,
    });
  }
  return found;
}

async function isThere(
  { resources }: Pick<Tables, 'resources'>,
  { kinds, name }: Reference,
): Promise<boolean> {
  // The terminal is a channel from the start.
  if (kinds.includes('channel') && name === 'terminal') return true;
  for (const kind of kinds) {
    if (await resources.find(kind, name)) return true;
  }
  return false;
}

/** "rotation, contact or channel" */
function nounsOf({ kinds }: Reference): string {
  return kinds.length < 2 ? kinds.join('') : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1) ?? ''}`;
}
