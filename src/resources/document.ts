// The YAML form of a resource: `{kind, name, enabled?, ...fields}`, in the words of the spec, durations as text.
import { UserError, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { AutoFix, Kind, Resource, SpecOf } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { type Definition, documentKey, fieldsOf, nameWithOthers } from './definition.ts';
import { nameText } from './operator-text.ts';
import { keyPlace } from './place.ts';
import { isTypedStep } from './values/typed-step.ts';

export interface Document<K extends Kind> {
  name: string;
  enabled: boolean;
  values: Partial<SpecOf[K]>;
}

/** Something wrong with one key; an empty key stands for the resource itself. */
export interface DocumentProblem {
  key: string;
  error: UserError;
}

/** Reads all it can and reports all that is wrong; null when anything was. */
export function readDocument<K extends Kind>(
  definition: Definition<K>,
  document: Readonly<Record<string, unknown>>,
  report: (problem: DocumentProblem) => void,
): Document<K> | null {
  let sound = true;
  const tell = (key: string, error: UserError) => {
    sound = false;
    report({ key, error });
  };
  const attempt = <T>(key: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tell(key, error);
      return undefined;
    }
  };
  const fields = fieldsOf(definition).filter(([, field]) => !field.derived);
  const known = new Map(fields.map(([key, field]) => [documentKey(key, field), { key, field }]));
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(document)) {
    if (key === 'kind' || key === 'name' || key === 'enabled') continue;
    const found = known.get(key);
    if (!found) {
      tell(key, unknownKey(definition.kind, key, [...known.keys()]));
      continue;
    }
    const read = attempt(key, () => found.field.value.fromDocument(value, keyPlace(key)));
    if (read !== undefined) values[found.key] = read;
  }
  for (const [key, field] of fields) {
    const isRequired =
      (field.question !== undefined && !field.unless?.some((other) => Object.hasOwn(document, other))) ||
      (field.flag === null && !field.optional) ||
      field.inFile === 'required';
    if (isRequired && !Object.hasOwn(document, documentKey(key, field))) {
      tell(
        '',
        usageError(
          `${nameWithOthers(documentKey(key, field), field.unless ?? [])} is missing`,
          field.help || `add ${documentKey(key, field)}:`,
        ),
      );
    }
  }
  const name = attempt('name', () => readName(document.name));
  const enabled = attempt('enabled', () => readEnabled(document.enabled));
  if (!sound || name === undefined || enabled === undefined) return null;
  return { name, enabled, values: values as Partial<SpecOf[K]> };
}

/** What `readDocument` reads back as the same resource. Keys that hold a default are left out. */
export function writeDocument<K extends Kind>(
  definition: Definition<K>,
  { name, enabled, spec }: Pick<Resource<K>, 'name' | 'enabled' | 'spec'>,
): Record<string, unknown> {
  const document: Record<string, unknown> = { kind: definition.kind, name };
  if (!enabled) document.enabled = false;
  const values = spec as unknown as Record<string, unknown>;
  for (const [key, field] of fieldsOf(definition)) {
    const value = values[key];
    if (field.derived || value === undefined || isSame(value, field.default)) continue;
    // Compiled steps follow from the action; only steps that were typed are written.
    if (definition.kind === 'auto-fix' && key === 'steps' && !(value as AutoFix['steps']).every(isTypedStep))
      continue;
    document[documentKey(key, field)] = field.value.toDocument(value);
  }
  return document;
}

export function isSame(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function unknownKey(kind: Kind, key: string, known: readonly string[]): UserError {
  const near = nearest(key, known);
  return usageError(
    `${quoted(key)} is not a key of ${kind}`,
    near === null ? `there are: name, enabled, ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

function readName(value: unknown): string {
  const place = keyPlace('name');
  if (value === undefined || value === null) throw usageError('name is missing', 'add name: …');
  if (typeof value !== 'string')
    throw usageError(`name: ${quoted(String(value))} is not a text`, `quote it: name: "${String(value)}"`);
  return nameText(value, place);
}

function readEnabled(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value === 'boolean') return value;
  throw usageError('enabled: must be true or false', 'enabled: true');
}
