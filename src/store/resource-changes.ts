// A change of the configuration as an entry of the record: who, what, which fields; never their values.

import { asKnown } from '../domain/called.ts';
import { mention, type Principal, principalKey } from '../domain/principal.ts';
import type { Contact, Kind } from '../domain/resource.ts';
import type { resourceTable } from './resources.ts';
import type { NewTimelineEntry } from './timeline.ts';

type ResourceTables = ReturnType<typeof resourceTable>;

/** The same table, which tells `record` of every change in the transaction that makes it. */
export function recorded(
  table: ResourceTables,
  record: (change: ResourceChange, contacts: readonly Contact[]) => Promise<void>,
): ResourceTables {
  const told = async (change: ResourceChange) =>
    record(
      change,
      (await table.list('contact')).filter(({ enabled }) => enabled).map(({ spec }) => spec),
    );
  return {
    ...table,
    async insert(kind, name, spec) {
      const after = await table.insert(kind, name, spec);
      await told({ kind, before: null, after });
      return after;
    },
    async update(kind, id, change) {
      const before = await table.findById(kind, id);
      const after = await table.update(kind, id, change);
      await told({ kind, before, after });
      return after;
    },
    async remove(kind, id) {
      const before = await table.findById(kind, id);
      await table.remove(kind, id);
      await told({ kind, before, after: null });
    },
  };
}

/** One resource, as stored before and after; null: it was, or is, not there. */
export interface ResourceChange {
  kind: Kind;
  before: StoredResource | null;
  after: StoredResource | null;
}

export interface StoredResource {
  name: string;
  enabled: boolean;
  spec: object;
}

/** Null: nothing is different. */
export function changeEntry(
  who: Principal,
  { kind, before, after }: ResourceChange,
  contacts: readonly Contact[],
): NewTimelineEntry | null {
  const fields = changedFields(before?.spec ?? {}, after?.spec ?? {});
  const done = whatWasDone(kind, { before, after, fields });
  if (done === null) return null;
  return {
    incidentId: null,
    kind: 'configured',
    actor: principalKey(who),
    text: `${mention(asKnown(who, contacts))} ${done}`,
    data: { resource: kind, name: (after ?? before)?.name ?? '', fields },
  };
}

function whatWasDone(
  kind: Kind,
  { before, after, fields }: Omit<ResourceChange, 'kind'> & { fields: readonly string[] },
): string | null {
  if (after === null) return before === null ? null : `removed ${kind} "${before.name}"`;
  if (before === null) return `added ${kind} "${after.name}"`;
  const parts = [
    ...(before.name === after.name ? [] : [`renamed ${kind} "${before.name}" to "${after.name}"`]),
    ...(fields.length === 0 ? [] : [`changed ${kind} "${after.name}": ${fields.join(', ')}`]),
    ...(before.enabled === after.enabled
      ? []
      : [`${after.enabled ? 'enabled' : 'disabled'} ${kind} "${after.name}"`]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** In the words of the configuration file: `cooldownMs` is `cooldown` there. */
function changedFields(before: object, after: object): string[] {
  const old = new Map(Object.entries(before));
  const now = new Map(Object.entries(after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => key !== 'name' && JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)))
    .map((key) => key.replace(/Ms$/, ''))
    .sort();
}
