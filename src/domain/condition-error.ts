// Turns a failed parse of a condition into words: what was expected, what stood there, and where.
import { type UserError, usageError } from './errors.ts';
import { characterAt, pointAt, quoted } from './excerpt.ts';

type Expectation = { type: string; description?: string };
type Failure = { expected: readonly Expectation[] | null; message: string; offset: number };

const example =
  'write metric, comparison, value: "disk_usage > 90%", "error_rate > 5% for 5m" or "up = false and latency > 2s"';

/** A usage error whose message points at `offset`, a UTF-16 index into `text`. */
export function conditionError(text: string, offset: number, why: string, hint: string = example): UserError {
  const place = text === '' ? '' : `\n${pointAt(text, offset)}`;
  return usageError(
    `cannot read the condition at character ${characterAt(text, offset)}: ${why}${place}`,
    hint,
  );
}

/** `failure` is what the generated parser reported: expectations, or the message of an action that gave up. */
export function explainFailure(text: string, failure: Failure): UserError {
  const { expected, message, offset } = failure;
  if (expected === null) return conditionError(text, offset, message);
  if (/["']/.test(text.charAt(offset)))
    return conditionError(text, offset, 'this quote is never closed', 'close it with the same quote');
  const wanted = [...new Set(expected.flatMap((item) => item.description ?? []))].filter(
    (word) => word !== '',
  );
  return conditionError(
    text,
    offset,
    `expected ${oneOf(wanted)}, found ${foundAt(text, offset)}`,
    hintAt(text, offset),
  );
}

function oneOf(words: readonly string[]): string {
  // The end comes last, as people would say it; the rest in the parser's alphabetical order.
  const ordered = [
    ...words.filter((word) => word !== 'the end'),
    ...words.filter((word) => word === 'the end'),
  ];
  return ordered.length < 2
    ? (ordered[0] ?? 'something else')
    : `${ordered.slice(0, -1).join(', ')} or ${ordered.at(-1)}`;
}

function foundAt(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 80);
  const word = /^[\w.%]+|^./su.exec(rest)?.[0];
  return word === undefined ? 'the end' : quoted(word, 30);
}

function hintAt(text: string, offset: number): string {
  const around = text.slice(Math.max(0, offset - 1), offset + 2);
  if (around.includes('=>')) return 'write >= for "at least"';
  if (around.includes('=<')) return 'write <= for "at most"';
  if (around.includes('&&')) return 'write and';
  if (around.includes('||')) return 'write or';
  if (text.charAt(offset) === '!') return 'write not';
  if (/^(?:is|above|below|over|under|exceeds)\b/i.test(text.slice(offset)))
    return 'write the sign: > >= < <= = !=';
  if (/^per ?cent/i.test(text.slice(offset))) return 'write %';
  if (/^[dhms]+\d/.test(text.slice(offset))) return 'write one number with one unit: 90m, not 1h30m';
  return example;
}
