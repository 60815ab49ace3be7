// From flags as they were typed to the fields they set.
import { usageError } from '../domain/errors.ts';
import type { Kind, SpecOf } from '../domain/resource.ts';
import {
  type Definition,
  type Field,
  fieldsOf,
  nameWithOthers,
  type Occurrence,
  type OwnFlag,
} from './definition.ts';
import { messageText } from './operator-text.ts';
import { flagPlace } from './place.ts';

export type Verb = 'add' | 'edit';

/** Every flag of a noun for a verb, in the order `--help` shows them; `--name` is not among them. */
export function flagsOf<K extends Kind>(definition: Definition<K>, verb: Verb): OwnFlag[] {
  const own = (definition.own?.flags ?? []).filter(({ on }) => on === undefined || on === verb);
  const fields = fieldsOf(definition).flatMap(([, field]) => flagsOfField(field, verb));
  return [...own, ...fields];
}

/**
 * The fields that the flags set, checked one by one; a field that was cleared is there and undefined.
 * Errors: UserError naming the flag.
 */
export function valuesFromFlags<K extends Kind>(
  definition: Definition<K>,
  occurrences: readonly Occurrence[],
  given: { before: SpecOf[K] | null; now: number },
): Partial<SpecOf[K]> {
  const before = given.before as Record<string, unknown> | null;
  const values: Record<string, unknown> = {};
  for (const [key, field] of fieldsOf(definition)) {
    const set = readField(field, occurrences, before?.[key]);
    if (set !== null) values[key] = set.value;
  }
  const { own } = definition;
  if (own) {
    const flags = new Set(own.flags.map(({ flag }) => flag));
    const mine = occurrences.filter(({ flag }) => flags.has(flag));
    // The one place where the fields just read become the spec's own type.
    const soFar = values as Partial<SpecOf[K]>;
    if (mine.length > 0 || given.before === null) {
      Object.assign(values, own.read(mine, { before: given.before, now: given.now, values: soFar }));
    }
  }
  return values as Partial<SpecOf[K]>;
}

/** Fields that must be given and are not. */
export function missingFields<K extends Kind>(
  definition: Definition<K>,
  values: Partial<SpecOf[K]>,
): { key: string; flag: string; ways: string; question: string; field: Field<unknown> }[] {
  const given = values as Record<string, unknown>;
  return fieldsOf(definition).flatMap(([key, field]) =>
    field.question !== undefined &&
    field.flag !== null &&
    given[key] === undefined &&
    !field.unless?.some((other) => given[other] !== undefined)
      ? [
          {
            key,
            flag: field.flag,
            ways: nameWithOthers(`--${field.flag}`, othersOf(definition, field)),
            question: field.question,
            field,
          },
        ]
      : [],
  );
}

function othersOf<K extends Kind>(definition: Definition<K>, { unless = [] }: Field<unknown>): string[] {
  return fieldsOf(definition).flatMap(([key, { flag }]) =>
    flag !== null && unless.includes(key) ? [`--${flag}`] : [],
  );
}

function flagsOfField(
  { flag, help, value, question, unless, default: fallback }: Field<unknown>,
  verb: Verb,
): OwnFlag[] {
  if (flag === null) return [];
  const { placeholder, multiline } = value;
  const flags: OwnFlag[] = [
    {
      flag,
      placeholder,
      help: verb === 'add' && question !== undefined && !unless ? `${help} (required)` : help,
    },
  ];
  if (multiline)
    flags.push({
      flag: `${flag}-file`,
      placeholder: '<path>',
      help: `${help}, read from a file; - is standard input`,
    });
  if (placeholder === null)
    flags.push({ flag: `no-${flag}`, placeholder: null, help: `the opposite of --${flag}` });
  if (verb === 'edit') {
    if (multiline)
      flags.push({ flag: `append-${flag}`, placeholder: '<text>', help: `add to the end of what is there` });
    if (question === undefined || unless !== undefined) {
      const back =
        fallback === undefined || typeof fallback === 'object'
          ? 'remove it'
          : `back to ${value.show(fallback) || 'nothing'}`;
      flags.push({ flag: `clear-${flag}`, placeholder: null, help: back });
    }
  }
  return flags;
}

/** Null: no flag touches the field. */
function readField(
  field: Field<unknown>,
  occurrences: readonly Occurrence[],
  before: unknown,
): { value: unknown } | null {
  const { flag, value } = field;
  if (flag === null) return null;
  const of = (name: string) => occurrences.filter((one) => one.flag === name);
  const set = of(flag);
  const negated = of(`no-${flag}`);
  const cleared = of(`clear-${flag}`);
  const appended = of(`append-${flag}`);
  const ways = [set, negated, cleared, appended].filter((found) => found.length > 0);
  if (ways.length === 0) return null;
  if (ways.length > 1) {
    const flags = ways.map((found) => `--${found[0]?.flag ?? flag}`).join(' and ');
    throw usageError(`${flags} contradict each other`, 'give one of them');
  }
  if (negated.length > 0) return { value: false };
  if (cleared.length > 0) return { value: field.default };
  const place = flagPlace(ways[0]?.[0]?.flag ?? flag);
  const texts = (ways[0] ?? []).flatMap(({ text }) => (text === true ? [] : [text]));
  if (appended.length > 0) {
    return {
      value: value.fromFlags(
        [texts.reduce((all, text) => append(all, messageText(text, place)), String(before ?? ''))],
        place,
      ),
    };
  }
  const read = value.fromFlags(texts, place);
  return { value: value.merge && before !== undefined ? value.merge(before, read) : read };
}

function append(before: string, text: string): string {
  if (before === '' || before.endsWith('\n') || text.startsWith('\n')) return before + text;
  return `${before}\n${text}`;
}
