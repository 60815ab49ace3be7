// Turns a binding's argument list and typed values into the words of one process. No shell ever reads them.
import { ToolError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import { placeholdersOf } from '../../domain/host-binding.ts';

const LONGEST_ARGUMENT = 8_192;
const LONGEST_VALUE = 500;

/** Starts with a letter or digit: neither an option nor `..`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const CHECKS: Record<string, (value: string | number) => boolean> = {
  count: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 10_000,
  mode: (value) => value === 'rolling' || value === 'full',
  key: (value) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9-]{7,99}$/.test(value),
  deploy: isName,
  from: isName,
  to: isName,
  cluster: isName,
  pattern: (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= LONGEST_VALUE && isPrintable(value),
};

/**
 * Replaces `{name}` inside single arguments, once: a value is never looked at again, and never split.
 * Errors: ToolError 'failed' for a placeholder without a value, a value of the wrong type, or one that
 * would be read as an option by the program.
 */
export function fillArguments(
  list: readonly string[],
  values: Readonly<Record<string, string | number>>,
): string[] {
  const program = list[0];
  if (program === undefined || program === '') throw refusal('the list of arguments is empty');
  if (placeholdersOf(program).length > 0)
    throw refusal(`the program ${quoted(program)} may not hold a placeholder`);
  return [checked(program), ...list.slice(1).map((argument) => fillOne(argument, values))];
}

function fillOne(argument: string, values: Readonly<Record<string, string | number>>): string {
  const names = placeholdersOf(argument);
  if (names.length === 0) return checked(argument);
  const filled = argument.replace(/\{([A-Za-z][A-Za-z0-9_-]*)\}/g, (_whole, name: string) =>
    filledBy(name, values),
  );
  if (filled.startsWith('-') && !argument.startsWith('-')) {
    throw refusal(`${quoted(filled)} would be read as an option, not as {${names[0]}}`);
  }
  return checked(filled);
}

function filledBy(name: string, values: Readonly<Record<string, string | number>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (value === undefined || check === undefined) throw refusal(`there is no value for {${name}}`);
  if (!check(value)) throw refusal(`${quoted(String(value))} is not allowed for {${name}}`);
  return String(value);
}

function checked(argument: string): string {
  if (!isPrintable(argument)) throw refusal('an argument has a control character in it');
  if (argument.length > LONGEST_ARGUMENT)
    throw refusal(`an argument is longer than ${LONGEST_ARGUMENT} characters`);
  return argument;
}

function isName(value: string | number): boolean {
  return typeof value === 'string' && NAME.test(value);
}

/** No control characters, no lone surrogates (they would become other bytes on the way to the process). */
function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

function refusal(why: string): ToolError {
  return new ToolError('failed', `not started: ${why}`);
}
