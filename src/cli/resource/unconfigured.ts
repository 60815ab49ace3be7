import type { Channel, Kind, SpecOf } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import type { Definition, Reference } from '../../resources/definition.ts';
import type { Tables } from '../../store/tables.ts';

export interface Unconfigured {
  /** Any of these would do. */
  kinds: readonly Kind[];
  text: string;
  hint: string;
}

/** What the resource names that is not there yet, or does not do: each a warning with the command that mends it. */
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
    const problem = await whatIsWrong(tables, reference);
    if (problem) found.push({ kinds: reference.kinds, ...problem });
  }
  return found;
}

async function whatIsWrong(
  { resources }: Pick<Tables, 'resources'>,
  reference: Reference,
): Promise<{ text: string; hint: string } | null> {
  const { kinds, name, unfit, matches } = reference;
  if (matches) {
    for (const kind of kinds) if ((await resources.list(kind)).some((one) => matches(one.name))) return null;
    return { text: `no ${nounsOf(reference)} that is configured matches "${name}"`, hint: reference.add };
  }
  for (const kind of kinds) {
    if (kind !== 'channel' && (await resources.find(kind, name))) return null;
  }
  if (kinds.includes('channel')) {
    const channel = await resources.find('channel', name);
    // The terminal is a channel from the start.
    const spec = channel?.spec ?? (name === 'terminal' ? TERMINAL : null);
    if (spec) return unfit?.(spec) ?? null;
  }
  const text = `no ${nounsOf(reference)} "${name}" is configured yet`;
  if (!reference.whereSome) return { text, hint: reference.add };
  const names: string[] = [];
  for (const kind of kinds) names.push(...(await resources.list(kind)).map((one) => one.name));
  if (names.length === 0) return null;
  const near = nearest(name, names);
  return { text, hint: near === null ? reference.add : `did you mean "${near}"? or ${reference.add}` };
}

const TERMINAL: Channel = { name: 'terminal', type: 'terminal', settings: {}, secrets: {} };

/** "rotation, contact or channel" */
function nounsOf({ kinds }: Reference): string {
  return kinds.length < 2 ? kinds.join('') : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1) ?? ''}`;
}
