// Typed steps of an auto-fix as text: `services.restart service=api mode=rolling`. Here they are only taken
// apart; `checkStep` holds them against the schemas, which are loaded only where a fix is stored.
import { quoted } from '../../domain/excerpt.ts';
import type { CompiledStep } from '../../domain/resource.ts';
import type { Place, Value } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { bad, documentText, keyPlace } from '../place.ts';
import { writeStep } from './typed-step.ts';

export function steps(): Value<CompiledStep[]> {
  return {
    placeholder: '<step>',
    repeatable: true,
    fromFlags: (texts, place) => texts.map((text) => readStep(text, place)),
    fromDocument(value, place) {
      if (!Array.isArray(value))
        throw bad(place, 'must be a list', '- services.restart service=api mode=rolling');
      if (value.length > 50) throw bad(place, `holds ${value.length} steps, and at most 50 are kept`);
      return value.map((item: unknown, index) => {
        const itemPlace = keyPlace(`${place.name}[${index}]`);
        return readStep(documentText(item, itemPlace), itemPlace);
      });
    },
    toDocument: (items) => items.map(writeStep),
    show: (items) => items.map(writeStep).join('; '),
  };
}

function readStep(text: string, place: Place): CompiledStep {
  const [capability = '', ...words] = splitWords(lineText(text, place, 1000));
  const args: Record<string, string> = {};
  for (const word of words) {
    const split = word.indexOf('=');
    if (split <= 0) {
      throw bad(
        place,
        `${quoted(word)} is not key=value`,
        `write ${place.write('services.restart service=api mode=rolling')}`,
      );
    }
    args[word.slice(0, split)] = word.slice(split + 1);
  }
  const step = { capability, args };
  return { ...step, from: writeStep(step) };
}

/** Splits at spaces outside double quotes; a backslash in quotes takes the next character as it is. */
function splitWords(text: string): string[] {
  return Array.from(text.matchAll(/(?:[^\s"]|"(?:\\.|[^"\\])*"|")+/g), ([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_whole, inside: string) => inside.replace(/\\(.)/g, '$1')),
  );
}
