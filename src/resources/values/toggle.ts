import type { Value } from '../definition.ts';
import { bad } from '../place.ts';

/** On or off: `--announce`, `--no-announce`. */
export function toggle(): Value<boolean> {
  return {
    placeholder: null,
    repeatable: false,
    fromFlags: () => true,
    fromDocument(value, place) {
      if (typeof value === 'boolean') return value;
      throw bad(place, 'must be true or false', place.write('true'));
    },
    toDocument: (value) => value,
    show: (value) => (value ? 'yes' : 'no'),
  };
}
