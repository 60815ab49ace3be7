import type { Kind } from '../../domain/resource.ts';
import { printable } from '../../domain/text/safe-text.ts';
import { type Definition, fieldsOf } from '../../resources/definition.ts';
import type { Context } from '../context.ts';
import { colours, details, printJson, timeWithAge } from '../output.ts';
import { findResource } from './find.ts';

/** Short fields as pairs, then texts of several lines exactly as they were stored. */
export async function showResource<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  asked: string,
): Promise<void> {
  const { io } = context;
  const resource = await findResource((await context.store()).read, definition, asked);
  if (io.json) return printJson(io, resource);
  const spec = resource.spec as unknown as Record<string, unknown>;
  const pairs: [string, string][] = [
    ['name', resource.name],
    ['id', String(resource.id)],
  ];
  if (!resource.enabled) pairs.push(['state', 'disabled']);
  const texts: [string, string][] = [];
  for (const [key, field] of fieldsOf(definition)) {
    const value = spec[key];
    if (value === undefined || field.derived) continue;
    const text = field.value.show(value);
    if (text === '') continue;
    const label = field.flag ?? key;
    if (field.value.multiline) texts.push([label, text]);
    // Steps are told line by line below, with the words they came from.
    else if (key !== 'steps') pairs.push([label, text]);
  }
  pairs.push(['changed', timeWithAge(resource.updatedAt, io.now())]);
  details(io, pairs);
  const { dim } = colours(io);
  const lines = definition.detail?.(resource.spec) ?? [];
  if (lines.length > 0) io.stdout(`\n${lines.map(printable).join('\n')}\n`);
  for (const [label, text] of texts) io.stdout(`\n${dim(`${label}:`)}\n${printable(text)}\n`);
}
