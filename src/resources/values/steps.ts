// Typed steps of an auto-fix as text: `services.restart service=api mode=rolling`.
import { CHANGE_ARGS, isChangeCapability, isReadCapability, READ_ARGS } from '../../domain/capability.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { CompiledStep } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import type { Place, Value } from '../definition.ts';
import { bad, documentText, keyPlace } from '../place.ts';
import { safeLine } from '../safe-text.ts';
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
  const typed = safeLine(text, place, 1000);
  const [capability = '', ...words] = splitWords(typed);
  const known = [...Object.keys(CHANGE_ARGS), ...Object.keys(READ_ARGS)];
  if (!isChangeCapability(capability) && !isReadCapability(capability)) {
    const near = nearest(capability, known);
    throw bad(
      place,
      `there is no capability ${quoted(capability)}`,
      near === null ? `there are: ${known.join(', ')}` : `did you mean ${near}?`,
    );
  }
  const schema = isChangeCapability(capability) ? CHANGE_ARGS[capability] : READ_ARGS[capability];
  const texts: Record<string, string> = {};
  for (const word of words) {
    const split = word.indexOf('=');
    if (split <= 0)
      throw bad(
        place,
        `${quoted(word)} is not key=value`,
        `write ${place.write('services.restart service=api mode=rolling')}`,
      );
    texts[word.slice(0, split)] = word.slice(split + 1);
  }
  const parsed = schema.safeParse(texts);
  if (parsed.success) return step(capability, parsed.data);
  // A schema that wanted a number says so; every other key stays the text it is ("deploy=492").
  const numbers = new Set(
    parsed.error.issues
      .filter((issue) => issue.code === 'invalid_type' && issue.expected === 'number')
      .map(({ path }) => String(path[0])),
  );
  const again = schema.safeParse(
    Object.fromEntries(
      Object.entries(texts).map(([key, value]) => [
        key,
        numbers.has(key) && /^\d{1,15}$/.test(value) ? Number(value) : value,
      ]),
    ),
  );
  if (again.success) return step(capability, again.data);
  const issue = again.error.issues[0];
  throw bad(
    place,
    `${capability}: ${issue?.path.join('.') || 'arguments'}: ${issue?.message ?? 'wrong'}`,
    `it takes: ${Object.keys(schema.shape).join(', ') || 'no arguments'}`,
  );
}

function step(capability: string, args: object): CompiledStep {
  const made = { capability, args: { ...args } as Record<string, unknown> };
  return { ...made, from: writeStep(made) };
}

/** Splits at spaces outside double quotes; a backslash in quotes takes the next character as it is. */
function splitWords(text: string): string[] {
  return Array.from(text.matchAll(/(?:[^\s"]|"(?:\\.|[^"\\])*"|")+/g), ([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_whole, inside: string) => inside.replace(/\\(.)/g, '$1')),
  );
}
