import { quoted } from '../../domain/excerpt.ts';
import type { Place, Value } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { bad, documentText, isRecord, keyPlace } from '../place.ts';

/** Keys and values: `--set region=eu-west-1`, repeatable; `edit` adds to what is there. */
export function map<T = string>(options: {
  placeholder: string;
  example: string;
  key?: (text: string, place: Place) => string;
  value: (text: string, key: string, place: Place) => T;
  /** Where YAML may hold more than a text. */
  document?: (value: unknown, key: string, place: Place) => T;
  toDocument?: (value: T) => unknown;
  show?: (value: T) => string;
}): Value<Record<string, T>> {
  const { placeholder, example, key: readKey = plainKey, value: readValue } = options;
  return {
    placeholder,
    repeatable: true,
    fromFlags(texts, place) {
      const entries = texts.map((text): [string, T] => {
        const split = text.indexOf('=');
        // The text itself is not repeated: where a secret belongs it may be one.
        if (split < 0) throw bad(place, 'needs a key, "=" and a value', `write ${place.write(example)}`);
        const key = readKey(text.slice(0, split), place);
        return [key, readValue(text.slice(split + 1), key, place)];
      });
      const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
      if (twice) throw bad(place, `${quoted(twice[0])} was given twice`, 'give each key once');
      return record(entries);
    },
    fromDocument(value, place) {
      if (!isRecord(value)) throw bad(place, 'must hold keys and values', place.write('{ key: value }'));
      return record(
        Object.entries(value).map(([rawKey, item]) => {
          const key = readKey(rawKey, place);
          const itemPlace = keyPlace(`${place.name}.${key}`);
          if (options.document) return [key, options.document(item, key, itemPlace)];
          return [key, readValue(documentText(item, itemPlace), key, itemPlace)];
        }),
      );
    },
    toDocument: (values) =>
      Object.fromEntries(
        Object.entries(values).map(([key, item]) => [key, options.toDocument?.(item) ?? item]),
      ),
    show: (values) =>
      Object.entries(values)
        .map(([key, item]) => `${key}=${options.show?.(item) ?? String(item)}`)
        .join(', '),
    merge: (before, given) => ({ ...before, ...given }),
  };
}

// Own properties only, whatever the keys are called.
function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries) as Record<string, T>;
}

function plainKey(text: string, place: Place): string {
  const key = lineText(text, place, 100);
  if (/^[A-Za-z][A-Za-z0-9_.:/-]*$/.test(key) && !FORBIDDEN.has(key)) return key;
  throw bad(place, `${quoted(key)} is not a key`, 'begin with a letter; then letters, digits and _ . : / -');
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
