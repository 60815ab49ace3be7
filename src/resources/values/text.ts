import type { Place, Value } from '../definition.ts';
import { lineText, messageText, nameText } from '../operator-text.ts';
import { bad, documentText } from '../place.ts';

/** A value that is one text: `parse` reads it and throws a UserError, `print` writes what `parse` reads again. */
export function scalar<T>(options: {
  placeholder: string;
  parse(text: string, place: Place): T;
  print(value: T): string;
  choices?: readonly string[];
  multiline?: true;
}): Value<T> {
  const { placeholder, parse, print, ...rest } = options;
  return {
    ...rest,
    placeholder,
    repeatable: false,
    fromFlags: (texts, place) => parse(only(texts, place), place),
    fromDocument: (value, place) => parse(documentText(value, place), place),
    toDocument: print,
    show: print,
  };
}

/** One line. */
export function line(
  placeholder = '<text>',
  parse: (text: string, place: Place) => string = lineText,
): Value<string> {
  return scalar({ placeholder, parse, print: (text) => text });
}

/** The name of another resource. */
export function nameOf(kind: string): Value<string> {
  return line(`<${kind}>`, nameText);
}

/** Several lines. */
export function prose(check: (text: string, place: Place) => void = () => {}): Value<string> {
  return scalar({
    placeholder: '<text>',
    multiline: true,
    parse(text, place) {
      const message = messageText(text, place);
      check(message, place);
      return message;
    },
    print: (text) => text,
  });
}

function only(texts: readonly string[], place: Place): string {
  const [text] = texts;
  if (text === undefined) throw bad(place, 'needs a value');
  if (texts.length > 1) throw bad(place, `was given ${texts.length} times`, 'give it once');
  return text;
}
