// How a source of type generic reads bodies of another shape: `--set map.title=$.alert.name`. A path to each field,
// and words to statuses and severities. Paths only lead somewhere: nothing in them is worked out.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { SEVERITIES, type Severity } from './severity.ts';
import { nearest } from './similar.ts';

/** Names and indexes from the whole body, or from one element of `alerts`. */
export type Path = readonly (string | number)[];

export const MAPPED_FIELDS = [
  'title',
  'status',
  'severity',
  'service',
  'dedup_key',
  'description',
  'labels',
  'link',
  'starts_at',
  'value',
  'threshold',
  'unit',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

export interface WebhookMap {
  /** The list of alerts in the body; null: the body is one, or a list of them. */
  alerts: Path | null;
  /** With the path as it was written. */
  fields: ReadonlyMap<MappedField, { path: Path; text: string }>;
  /** Words in lower case; `*` stands for all others. */
  statuses: ReadonlyMap<string, 'firing' | 'resolved'>;
  severities: ReadonlyMap<string, Severity>;
}

const PREFIX = 'map.';
const STEPS_MAX = 20;
const WORDS_MAX = 100;

/** Null: the settings have no mapping. Errors: usage, with how to write it. */
export function parseWebhookMap(settings: Readonly<Record<string, string>>): WebhookMap | null {
  const given = Object.entries(settings).filter(([key]) => key.startsWith(PREFIX));
  if (given.length === 0) return null;
  let alerts: Path | null = null;
  const fields = new Map<MappedField, { path: Path; text: string }>();
  const statuses = new Map<string, 'firing' | 'resolved'>();
  const severities = new Map<string, Severity>();
  for (const [key, text] of given) {
    const name = key.slice(PREFIX.length);
    const [, of = '', word = ''] = /^(status|severity)\.(.+)$/.exec(name) ?? [];
    if (name === 'alerts') alerts = parsePath(key, text);
    else if (of === 'status' && (word === 'firing' || word === 'resolved'))
      addWords(key, text, statuses, word);
    else if (of === 'severity' && isSeverity(word)) addWords(key, text, severities, word);
    else if (isField(name)) fields.set(name, { path: parsePath(key, text), text });
    else throw unknownKey(key);
  }
  if (!fields.has('title'))
    throw usageError(
      'a mapping needs map.title: nothing else is read of a body',
      '--set map.title=$.alert.name',
    );
  if (statuses.get('*') === 'resolved')
    throw usageError(
      'map.status.resolved cannot be "*": what we do not know must never resolve an alert',
      'name the words: --set map.status.resolved=ok,closed; "*" may stand in map.status.firing',
    );
  return { alerts, fields, statuses, severities };
}

/** What stands there, of the object's own; undefined: nothing. */
export function follow(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** `$.alert.tags[0]["odd name"]`; the `$.` may be left out. */
function parsePath(key: string, text: string): Path {
  const steps: (string | number)[] = [];
  const step = /\.?([A-Za-z_@][\w@-]*)|\[(\d{1,6})\]|\["([^"\\]{1,200})"\]/y;
  let at = text.startsWith('$') ? 1 : 0;
  while (at < text.length) {
    step.lastIndex = at;
    const found = step.exec(text);
    const [, name, index, other] = found ?? [];
    // Two names beside each other need the dot between them.
    const dotless = name !== undefined && at > 0 && text.charAt(at) !== '.';
    if (!found || dotless || steps.length >= STEPS_MAX)
      throw usageError(
        `${key}: ${quoted(text)} is no path: it ends at character ${at + 1}`,
        `write names and positions: --set '${key}=$.alert.tags[0]["odd name"]'`,
      );
    steps.push(index === undefined ? (name ?? other ?? '') : Number(index));
    at = step.lastIndex;
  }
  if (steps.length === 0 && key !== `${PREFIX}alerts`)
    throw usageError(`${key}: ${quoted(text)} leads to the whole body`, `--set '${key}=$.alert.name'`);
  return steps;
}

function addWords<T>(key: string, text: string, words: Map<string, T>, meaning: T): void {
  for (const part of text.split(',')) {
    const word = part.trim().toLowerCase();
    if (word === '' || words.size >= WORDS_MAX)
      throw usageError(`${key}: ${quoted(text)} is no list of words`, `--set ${key}=open,active`);
    if (words.has(word))
      throw usageError(`${key}: ${quoted(word)} has a meaning already`, 'give each word once');
    words.set(word, meaning);
  }
}

function unknownKey(key: string): Error {
  const known = [
    'map.alerts',
    ...MAPPED_FIELDS.map((field) => PREFIX + field),
    'map.status.firing',
    'map.status.resolved',
    ...SEVERITIES.map((severity) => `map.severity.${severity}`),
  ];
  const near = nearest(key, known);
  return usageError(
    `there is no setting ${quoted(key)}`,
    near === null ? `there are ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

function isField(name: string): name is MappedField {
  return (MAPPED_FIELDS as readonly string[]).includes(name);
}

function isSeverity(word: string): word is Severity {
  return (SEVERITIES as readonly string[]).includes(word);
}
