import { parseCondition } from '../../domain/condition.ts';
import type { Value } from '../definition.ts';
import { at } from '../place.ts';
import { safeLine } from '../safe-text.ts';
import { scalar } from './text.ts';

/** A condition as it was typed; the error points at the character. */
export function condition(): Value<string> {
  return scalar({
    placeholder: '<condition>',
    parse(text, place) {
      const line = safeLine(text, place, 2000);
      at(place, () => parseCondition(line));
      return line;
    },
    print: (text) => text,
  });
}
