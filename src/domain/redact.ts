// Takes secrets out of text and data before it reaches a chat, a log, a file or the model. Every step is
// linear in the length of the text. It fails closed: what cannot be read is not passed on.
import { commandCuts } from './redact-commands.ts';
import { runSteps, type Step } from './redact-cuts.ts';
import { dialogCuts } from './redact-dialogs.ts';
import { keyBlockCuts } from './redact-key-blocks.ts';
import { looseCuts } from './redact-loose.ts';
import { isExemptValue, marker, sensitiveName } from './redact-names.ts';
import { pairCuts } from './redact-pairs.ts';
import { patternCuts } from './redact-patterns.ts';
import { secretObjectCuts } from './redact-secret-objects.ts';
import { urlCuts } from './redact-urls.ts';
import { remembered } from './remembered.ts';

const unreadable = marker('unreadable');
const deepest = 200;

/** Finds what is known by a name or by how it looks. */
export const knownSecrets: readonly Step[] = [
  keyBlockCuts,
  urlCuts,
  patternCuts,
  pairCuts,
  looseCuts,
  commandCuts,
  dialogCuts,
  secretObjectCuts,
];

/** `text` with each secret replaced by `[redacted:<kind>]`. Redacting twice changes nothing more. */
export function redact(text: string): string {
  try {
    if (typeof text !== 'string') return unreadable;
    return runSteps(text, knownSecrets);
  } catch {
    return unreadable;
  }
}

/** Of what is stored and posted most is keys, names and labels, and was redacted a moment ago. */
const redactShort = remembered(redact, { texts: 1000, longest: 120 });

/**
 * A deep copy with every string redacted, and every string and number under a key such as `password` replaced
 * whole; so numbers there become strings. Dates and other objects with `toJSON` become what it returns, errors
 * their name, message and stack, bytes a marker. Anything unreadable (a cycle, a getter that throws) makes the
 * whole result `[redacted:unreadable]`.
 */
export function redactJson<T>(value: T): T {
  return redactData(value, { text: redactShort, list: (texts) => texts.map(redactShort) });
}

/** How texts are redacted: one, and those that stand side by side in a list. */
export interface TextRedactor {
  text: (text: string) => string;
  list: (texts: readonly string[]) => string[];
}

/** `redactJson` by another redactor of texts. */
export function redactData<T>(value: T, redactor: TextRedactor): T {
  // The shape is kept, leaves may become strings: callers print or store it, they do not compute with it.
  try {
    return copy(value, null, 0, redactor) as T;
  } catch {
    return unreadable as T;
  }
}

function copy(value: unknown, underKind: string | null, depth: number, redactor: TextRedactor): unknown {
  if (depth > deepest) throw new RangeError('nested too deep');
  if (typeof value === 'string')
    return underKind === null || isExemptValue(value) ? redactor.text(value) : marker(underKind);
  if (typeof value === 'number' || typeof value === 'bigint')
    return underKind === null ? value : marker(underKind);
  if (value === null || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value !== 'object') return unreadable;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return marker('binary');
  if (Array.isArray(value)) return copyList(value, underKind, depth, redactor);
  if (value instanceof Map) return new Map(membersOf(value, underKind, depth, redactor));
  if (value instanceof Set) return new Set(copyList([...value], underKind, depth, redactor));
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return copy(value.toJSON(), underKind, depth + 1, redactor);
  const own = Object.entries(value);
  const entries: [string, unknown][] = value instanceof Error ? [...errorEntries(value), ...own] : own;
  return Object.fromEntries(membersOf(entries, underKind, depth, redactor));
}

function membersOf(
  entries: Iterable<[unknown, unknown]>,
  underKind: string | null,
  depth: number,
  redactor: TextRedactor,
): [string, unknown][] {
  const list = [...entries].map(([key, member]): [string, unknown] => [String(key), member]);
  const named = namedKind(list);
  // A Kubernetes Secret, whatever the keys in it are called.
  const isSecret = list.some(([key, member]) => key === 'kind' && member === 'Secret');
  return list.map(([key, member]) => {
    const data = isSecret && /^(?:data|stringData)$/.test(key) ? 'secret' : null;
    const kind = data ?? (/^value(?:From)?$/i.test(key) ? named : kindOfMember(key, member));
    return [redactor.text(key), copy(member, kind ?? underKind, depth + 1, redactor)];
  });
}

// Environment lists of containers say { name: 'DB_PASSWORD', value: '…' }.
function namedKind(entries: readonly [string, unknown][]): string | null {
  const name = entries.find(
    ([key, member]) => /^(?:name|key)$/i.test(key) && typeof member === 'string',
  )?.[1];
  return typeof name === 'string' ? (sensitiveName(name)?.kind ?? null) : null;
}

// "tokens: 512" is a count; "tokens: [...]" are tokens.
function kindOfMember(key: string, member: unknown): string | null {
  const name = sensitiveName(key);
  return name === null || (name.plural && typeof member === 'number') ? null : name.kind;
}

// An argument list may say ['--password', 'x'], a header list ['Authorization', 'x'].
function copyList(
  list: readonly unknown[],
  underKind: string | null,
  depth: number,
  redactor: TextRedactor,
): unknown[] {
  // Neighbours first, so that the marks they got stay as they are below.
  const texts =
    list.every((item) => typeof item === 'string') && list.length > 1 ? redactor.list(list) : list;
  let before: string | null = null;
  return texts.map((item, index) => {
    const kind = typeof item === 'string' ? (before ?? underKind) : underKind;
    const copied = copy(item, kind, depth + 1, redactor);
    const isName =
      typeof item === 'string' && (/^--?[a-z][\w-]*$/i.test(item) || (list.length === 2 && index === 0));
    before = isName ? (sensitiveName(item.replace(/^-+/, ''))?.kind ?? null) : null;
    return copied;
  });
}

function errorEntries(error: Error): [string, unknown][] {
  return [
    ['name', error.name],
    ['message', error.message],
    ['stack', error.stack],
    ['cause', error.cause],
  ];
}
