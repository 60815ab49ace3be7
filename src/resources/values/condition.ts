import { parseCondition } from '../../domain/condition.ts';
import type { Value } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { at } from '../place.ts';
import { scalar } from './text.ts';

/** A condition as it was typed; the error points at the character. */
export function condition(): Value<string> {
  return scalar({
    placeholder: '<condition>',
    parse(text, place) {
      const line = lineText(text, place, 2000);
      at(place, () => parseCondition(line));
      return line;
    },
    print: (text) => text,
  });
}
