import type { Place, Value } from '../definition.ts';
import { lineText, nameText } from '../operator-text.ts';
import { bad, documentText, keyPlace } from '../place.ts';
import { parseChoice } from './choice.ts';

/** A comma list, the flag repeatable as well. The same item twice counts once. */
export function list<T extends string = string>(
  placeholder: string,
  parse: (text: string, place: Place) => T,
): Value<T[]> {
  return {
    placeholder,
    repeatable: true,
    fromFlags: (texts, place) =>
      unique(texts.flatMap((text) => text.split(',')).map((item) => parse(item, place))),
    fromDocument(value, place) {
      if (!Array.isArray(value)) throw bad(place, 'must be a list', place.write('[…]'));
      if (value.length > 1000) throw bad(place, `holds ${value.length} items, and at most 1000 are kept`);
      return unique(
        value.map((item: unknown, index) => {
          const itemPlace = keyPlace(`${place.name}[${index}]`);
          return parse(documentText(item, itemPlace), itemPlace);
        }),
      );
    },
    toDocument: (items) => [...items],
    show: (items) => items.join(', '),
  };
}

/** Names of other resources. */
export function names(kind: string): Value<string[]> {
  return list(`<${kind},…>`, nameText);
}

/** Free words: no comma, one line. */
export function words(placeholder: string): Value<string[]> {
  return list(placeholder, (text, place) => {
    const word = lineText(text, place);
    if (word.includes(','))
      throw bad(place, 'an item of this list cannot hold a comma', 'write it as two items');
    return word;
  });
}

export function choices<T extends string>(what: string, of: readonly T[]): Value<T[]> {
  return { ...list<T>(`<${what},…>`, (text, place) => parseChoice(text, place, what, of)), choices: of };
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
