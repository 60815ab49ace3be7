// What a file would change: compared with what is stored, checked as a whole before anything is written.
import { UserError } from '../../domain/errors.ts';
import type { Kind, Resource, SpecOf } from '../../domain/resource.ts';
import { type Definition, documentKey, fieldsOf } from '../../resources/definition.ts';
import { isSame } from '../../resources/document.ts';
import type { Tables } from '../../store/tables.ts';
import type { FileProblem } from './yaml-file.ts';

/** One resource of a file, validated by itself. */
export interface Wanted<K extends Kind = Kind> {
  definition: Definition<K>;
  name: string;
  spec: SpecOf[K];
  /** Undefined: as it is; a new one is enabled. */
  enabled: boolean | undefined;
  /** What its definition said of it. */
  warnings: readonly string[];
  where(key: string): string;
}

export interface FieldChange {
  field: string;
  /** Undefined: not set. */
  from: string | undefined;
  to: string | undefined;
}

export interface Change<K extends Kind = Kind> {
  what: 'add' | 'change' | 'none';
  wanted: Wanted<K>;
  before: Resource<K> | null;
  fields: FieldChange[];
}

export async function compare(
  tables: Pick<Tables, 'resources'>,
  wanted: readonly Wanted[],
): Promise<{ changes: Change[]; problems: FileProblem[] }> {
  const changes: Change[] = [];
  const problems: FileProblem[] = [];
  for (const kind of new Set(wanted.map(({ definition }) => definition.kind))) {
    const stored = await tables.resources.list(kind);
    const ofKind = wanted.filter(({ definition }) => definition.kind === kind);
    for (const one of ofKind)
      changes.push(changeOf(one, stored.find(({ name }) => name === one.name) ?? null));
    problems.push(...clashes(ofKind, stored));
  }
  return { changes, problems };
}

export async function write(tx: Pick<Tables, 'resources'>, changes: readonly Change[]): Promise<void> {
  for (const { what, wanted, before } of changes) {
    const { definition, name, spec, enabled } = wanted;
    if (what === 'none') continue;
    const set = enabled === undefined ? {} : { enabled };
    if (before) await tx.resources.update(definition.kind, before.id, { spec, ...set });
    else {
      const { id } = await tx.resources.insert(definition.kind, name, spec);
      if (enabled === false) await tx.resources.update(definition.kind, id, set);
    }
  }
}

function changeOf(wanted: Wanted, before: Resource | null): Change {
  if (before === null) return { what: 'add', wanted, before, fields: [] };
  const old = before.spec as unknown as Record<string, unknown>;
  const next = wanted.spec as unknown as Record<string, unknown>;
  const fields: FieldChange[] = [];
  for (const [key, field] of fieldsOf(wanted.definition)) {
    if (isSame(old[key], next[key])) continue;
    const show = (value: unknown) => (value === undefined ? undefined : field.value.show(value));
    fields.push({ field: documentKey(key, field), from: show(old[key]), to: show(next[key]) });
  }
  if (wanted.enabled !== undefined && wanted.enabled !== before.enabled) {
    fields.push({ field: 'enabled', from: String(before.enabled), to: String(wanted.enabled) });
  }
  return { what: fields.length === 0 ? 'none' : 'change', wanted, before, fields };
}

/** Names, triggers and ids as they would be afterwards: of the file among each other and with the rest. */
function clashes(wanted: readonly Wanted[], stored: readonly Resource[]): FileProblem[] {
  const problems: FileProblem[] = [];
  const untouched = stored.filter(({ name }) => !wanted.some((one) => one.name === name));
  wanted.forEach((one, index) => {
    const { kind, clash } = one.definition;
    const others = [
      ...wanted.slice(0, index).map(({ name, spec, where }) => ({ name, spec, at: ` (${where('')})` })),
      ...untouched.map(({ name, spec, id }) => ({ name, spec, at: ` (id ${id})` })),
    ];
    for (const other of others) {
      if (other.name.toLowerCase() === one.name.toLowerCase()) {
        problems.push({
          where: one.where('name'),
          error: new UserError(
            `another ${kind} is named "${other.name}"${other.at}`,
            'give each a name of its own',
          ),
        });
      } else {
        const why = clash?.(one.spec, other.spec);
        if (why)
          problems.push({
            where: one.where(''),
            error: new UserError(
              `${why} the ${kind} "${other.name}" already${other.at}`,
              'change one of the two',
            ),
          });
      }
    }
  });
  return problems;
}
