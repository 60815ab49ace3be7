// What `--grep` means, the same on every source: a regular expression with RE2's syntax and its promise that no
// pattern takes more than time in proportion to the line. (Syntax: github.com/google/re2/wiki/Syntax.)
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { typedWord } from '../domain/typed-word.ts';
import { requiredTexts } from './required-texts.ts';

export interface LinePattern {
  /** In any case, unless the pattern says `(?-i)`. Of a longer line the first 8,192 characters are looked at. */
  test(line: string): boolean;
  /** The pattern is a plain text: a line that contains it fits. */
  isText: boolean;
  /**
   * In lower case: a line that fits contains one of these, in whatever case. For a source that can search for texts and
   * knows no such patterns; what it finds is tested once more. Null: nothing like that is known.
   */
  texts: readonly string[] | null;
}

export const LONGEST_PATTERN = 500;
/** In RE2's instructions: what `a{1000}` may become, and what one character of a line may cost. */
const LARGEST_PROGRAM = 1_000;
const LONGEST_LINE = 8_192;
const SPECIAL = /[\\^$.*+?()[\]{}|]/;

/** Errors: UserError 'usage' with the pattern to type instead, where one can be told. */
export async function linePattern(source: string): Promise<LinePattern> {
  if (source.length > LONGEST_PATTERN)
    throw usageError(
      `--grep takes at most ${LONGEST_PATTERN} characters, this has ${source.length}`,
      'a word or two of the line are enough: --grep "pool exhausted"',
    );
  if (!SPECIAL.test(source)) {
    const text = source.toLowerCase();
    return { test: (line) => line.toLowerCase().includes(text), isText: true, texts: [text] };
  }
  // A tenth of a second to load, for those who type a pattern.
  const { RE2JS } = await import('re2js');
  const pattern = compiled(source, (text) => RE2JS.compile(text, RE2JS.CASE_INSENSITIVE));
  if (pattern.programSize() > LARGEST_PROGRAM)
    throw usageError(
      `${quoted(source)} is too large a pattern: its repeats are written out, and there are too many`,
      'repeat less: .* instead of .{500}',
    );
  return {
    test: (line) => pattern.test(line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line),
    isText: false,
    texts: requiredTexts(source),
  };
}

function compiled<T>(source: string, compile: (text: string) => T): T {
  try {
    return compile(source);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = said.replace(/^error parsing regexp: /, '').replace(/: `[\s\S]*$/, '');
    throw usageError(`${quoted(source)} is not a pattern: ${why}`, hint(source));
  }
}

/** What was likely meant: the very characters. */
function hint(source: string): string {
  if (/\(\?[=!<]|\\[1-9]/.test(source))
    return 'looking ahead or behind, and repeating a group (\\1), are not in RE2, which is what keeps it from hanging';
  return `for these very characters type --grep ${typedWord(inClasses(source))}`;
}

/** Each special character as a class of its own; what cannot be typed in one is any character. */
function inClasses(text: string): string {
  return text.replace(/[\\^\]"'`]/g, '.').replace(/[$*+?()[{}|]/g, '[$&]');
}

/** A pattern that is nothing but this text. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** As a word to type: a line that fits contains the text, its special characters being any. */
export function typedPattern(text: string): string {
  const plain = text.replace(/[\\^$*+?()[\]{}|"'`]/g, '.');
  return typedWord(plain);
}
