// One table a noun: what is stored is what YAML says is what a flag sets, so the three cannot drift apart.
// The field table validates all three; `check` holds the rules between fields.
import type { Channel, CompiledStep, Kind, SpecOf } from '../domain/resource.ts';
import type { Severity } from '../domain/severity.ts';

/** Where a value stands, and how people would write another one there. */
export interface Place {
  /** `--timeout`, or in YAML `levels[0].timeout`. */
  name: string;
  /** `--timeout 5m`, or `timeout: 5m`. */
  write(example: string): string;
}

/** How one kind of value is read from flags and YAML, and written back. Errors: UserError 'usage'. */
export interface Value<T> {
  /** What `--help` shows: `<duration>`. Null: a switch that takes no value. */
  placeholder: string | null;
  /** The flag may be given several times. */
  repeatable: boolean;
  /** Text of several lines: shown last, and can be read from a file. */
  multiline?: true;
  choices?: readonly string[];
  /** Every text given, in the order typed; a switch gets none. */
  fromFlags(texts: readonly string[], place: Place): T;
  fromDocument(value: unknown, place: Place): T;
  toDocument(value: T): unknown;
  show(value: T): string;
  /** How `edit` combines what is there with what is given. Default: what is given replaces it. */
  merge?(before: T, given: T): T;
}

export interface Field<T> {
  /** Without dashes. Null: only the definition's own flags set it. */
  flag: string | null;
  help: string;
  value: Value<Exclude<T, undefined>>;
  /** Set: it must be given, and this is asked where a person sits. */
  question?: string;
  /** Keys of the same spec: where one of them is given, this one may be left out. */
  unless?: readonly string[];
  /** Without a flag of its own it must stand in a file, unless it says this. */
  optional?: true;
  default?: Exclude<T, undefined>;
  /** A flag may leave it out; a file may not, or it would mean something else each day. */
  inFile?: 'required';
  /** What YAML calls it, where its own name already means something there. */
  fileKey?: string;
  /** Not written by hand and not in YAML: `complete` makes it. */
  derived?: true;
}

export type Fields<K extends Kind> = {
  readonly [P in Exclude<keyof SpecOf[K], 'name'>]-?: Field<SpecOf[K][P]>;
};

/** One flag as it was typed; order between flags is kept. */
export interface Occurrence {
  flag: string;
  /** True: the flag takes no value. */
  text: string | true;
}

export interface OwnFlag {
  flag: string;
  placeholder: string | null;
  help: string;
  on?: 'add' | 'edit';
}

/** Asked where a person sits and none of the own flags was typed. */
export interface OwnQuestion {
  flag: string;
  question: string;
  /** Throws UserError. */
  check(text: string, place: Place): void;
  /** A blank answer ends the asking. */
  optional?: true;
}

/** Flags that are not simply a field: `--level-1 … --timeout …`, `--for 2h`, `--weekly`. */
export interface OwnFlags<K extends Kind> {
  flags: readonly OwnFlag[];
  /** Only its own flags are in `occurrences`. `before` is null for `add`. */
  read(
    occurrences: readonly Occurrence[],
    given: { before: SpecOf[K] | null; now: number; values: Readonly<Partial<SpecOf[K]>> },
  ): Partial<SpecOf[K]>;
  /** What to ask after these answers; null: no more. */
  ask?(answers: readonly Occurrence[]): OwnQuestion | null;
}

/** Another resource that this one names. Not yet there is a warning, never an error. */
export interface Reference {
  /** Any of these kinds will do. */
  kinds: readonly Kind[];
  name: string;
  /** The command that adds it. */
  add: string;
  /** Nothing is said where there is none of its kinds at all. */
  whereSome?: true;
  /** Of a pattern: whether one of this name will do. Default: only one of the very name. */
  matches?(name: string): boolean;
  /** Why a channel of that name does not do, though it is there. Default: each does. */
  unfit?(channel: Channel): { text: string; hint: string } | null;
}

export interface Column<K extends Kind> {
  title: string;
  text(spec: SpecOf[K]): string;
  severity?(spec: SpecOf[K]): Severity;
  /** A text that is an instant in ISO 8601 is shown as times are where it is read. */
  isInstant?: true;
}

/** What only the caller can do: `resources` reads no files and compiles no prose. */
export interface Helpers {
  compile(
    action: string,
    condition: string,
  ): Promise<{ steps: CompiledStep[]; problems: { line: string; why: string }[] }>;
  /** An instant. */
  now(): number;
  /** Absolute path of one written in the file or folder the resource comes from. */
  resolvePath(path: string): string;
  /** A variable of the environment, where there is one to look at. */
  environment?(name: string): string | undefined;
}

export interface Completed<K extends Kind> {
  spec: SpecOf[K];
  warnings: string[];
}

export interface Definition<K extends Kind> {
  kind: K;
  plural: string;
  summary: string;
  fields: Fields<K>;
  own?: OwnFlags<K>;
  /** Rules between fields. Throws UserError. */
  check?(spec: SpecOf[K]): void;
  /** The last word on a spec before it is stored: fills derived fields. Throws UserError. */
  complete?(
    spec: SpecOf[K],
    given: { keys: ReadonlySet<string>; before: SpecOf[K] | null },
    helpers: Helpers,
  ): Promise<Completed<K>>;
  /** Why the two cannot both exist, besides an equal name. Checked in the transaction that writes. */
  clash?(spec: SpecOf[K], other: SpecOf[K]): string | null;
  columns: readonly Column<K>[];
  references(spec: SpecOf[K]): Reference[];
  /** Lines a person should see after `add` and `edit`, and in `show`. */
  detail?(spec: SpecOf[K]): string[];
  /** The next command to type after `add`. */
  next(spec: SpecOf[K]): string;
  /** Full command lines for `--help`. */
  examples: readonly string[];
}

/** The fields as pairs, in the order they are declared, for code that serves every noun. */
export function fieldsOf<K extends Kind>(definition: Definition<K>): [key: string, field: Field<unknown>][] {
  return Object.entries(definition.fields as Record<string, Field<unknown>>);
}

/** What is missing, and what may stand instead: `--action (or --step)`. */
export function nameWithOthers(name: string, others: readonly string[]): string {
  return others.length === 0 ? name : `${name} (or ${others.join(', ')})`;
}

/** What YAML calls a field: durations are text there, so `cooldownMs` is `cooldown`. */
export function documentKey(key: string, field: Pick<Field<unknown>, 'fileKey'>): string {
  return field.fileKey ?? (key.endsWith('Ms') ? key.slice(0, -2) : key);
}
