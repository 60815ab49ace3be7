import { quoted } from '../../domain/excerpt.ts';
import { nearest } from '../../domain/similar.ts';
import type { Place, Value } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { bad } from '../place.ts';
import { scalar } from './text.ts';

/** One of a few words. `what` names them in the error: "severity". */
export function choice<T extends string>(what: string, choices: readonly T[]): Value<T> {
  return scalar({
    placeholder: `<${what.replaceAll(' ', '-')}>`,
    choices,
    parse: (text, place) => parseChoice(text, place, what, choices),
    print: (value) => value,
  });
}

export function parseChoice<T extends string>(
  text: string,
  place: Place,
  what: string,
  choices: readonly T[],
): T {
  const word = lineText(text, place).toLowerCase();
  const found = choices.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const near = nearest(word, choices);
  throw bad(
    place,
    `there is no ${what} ${quoted(text.trim())}`,
    near === null
      ? `write one of: ${choices.join(', ')}`
      : `did you mean ${place.write(near)}? There are: ${choices.join(', ')}`,
  );
}
