import { notFound } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Kind, Resource } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import type { Definition } from '../../resources/definition.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Tables } from '../../store/tables.ts';

/** By exact name or by id (`7`, `#7`). Errors: not found, with the name most likely meant. */
export async function findResource<K extends Kind>(
  { resources }: Pick<Tables, 'resources'>,
  { kind, plural }: Definition<K>,
  asked: string,
): Promise<Resource<K>> {
  const name = asked.normalize('NFC').trim();
  const named = await resources.find(kind, name);
  if (named) return named;
  const id = /^#?([1-9]\d{0,14})$/.exec(name)?.[1];
  const numbered = id === undefined ? null : await resources.findById(kind, Number(id));
  if (numbered) return numbered;
  const all = await resources.list(kind);
  throw notFound(
    `there is no ${kind} ${quoted(name)}`,
    hint(
      kind,
      plural,
      name,
      all.map((one) => one.name),
    ),
  );
}

function hint(kind: Kind, plural: string, name: string, names: readonly string[]): string {
  if (names.length === 0) return `there are no ${plural} yet; openclaw ${kind} add --help`;
  const lower = name.toLowerCase();
  const holding = lower === '' ? [] : names.filter((one) => one.toLowerCase().includes(lower));
  const near = nearest(name, names) ?? (holding.length === 1 ? holding[0] : undefined);
  if (near !== undefined) return `did you mean ${shellQuote(near)}?`;
  if (holding.length > 1)
    return `several hold that: ${holding.slice(0, 5).map(shellQuote).join(', ')}; write one in full`;
  return `openclaw ${kind} list`;
}
