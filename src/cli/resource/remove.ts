import { UserError, usageError } from '../../domain/errors.ts';
import type { Kind } from '../../domain/resource.ts';
import { DEFINITIONS, KINDS_IN_ORDER } from '../../resources/all.ts';
import type { Definition } from '../../resources/definition.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { printJson, success, warn } from '../output.ts';
import { gapsAfter } from '../printed-manifest.ts';
import { findResource } from './find.ts';

/** Says what refers to it, asks where a person sits, and never removes on a guess. */
export async function removeResource<K extends Kind>(
  context: Context,
  definition: Definition<K>,
  asked: { name: string; sure: boolean },
): Promise<void> {
  const { io } = context;
  const { kind } = definition;
  const store = await context.store();
  const resource = await findResource(store.read, definition, asked.name);
  const users = await usersOf(store, kind, resource.name);
  const say = `${kind} "${resource.name}" (id ${resource.id})`;
  if (users.length > 0) warn(io, `${users.join(', ')} ${users.length === 1 ? 'refers' : 'refer'} to ${say}`);
  if (!asked.sure) {
    if (!io.isTty) {
      throw usageError(
        `removing ${say} has to be confirmed, and there is no terminal to ask on`,
        `openclaw ${kind} remove ${shellQuote(resource.name)} --yes`,
      );
    }
    if (!(await io.confirm(`Remove ${say}?`))) throw new UserError('cancelled; nothing was changed');
  }
  await store.write((tx) => tx.resources.remove(kind, resource.id));
  if (io.json) printJson(io, { ok: true, removed: resource, referredToBy: users });
  else success(io, `removed ${say}`);
  for (const { text, hint } of await gapsAfter(store.read, resource, null)) warn(io, text, hint);
}

async function usersOf(store: Store, kind: Kind, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const other of KINDS_IN_ORDER) found.push(...(await usersAmong(store, other, { kind, name })));
  return found;
}

async function usersAmong<K extends Kind>(
  { read }: Store,
  among: K,
  target: { kind: Kind; name: string },
): Promise<string[]> {
  const { references } = await DEFINITIONS[among]();
  const refers = (spec: Parameters<typeof references>[0]) =>
    references(spec).some(({ kinds, name }) => name === target.name && kinds.includes(target.kind));
  return (await read.resources.list(among))
    .filter(({ spec, name }) => refers(spec) && !(among === target.kind && name === target.name))
    .map((one) => `${among} "${one.name}"`);
}
