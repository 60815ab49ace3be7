// Errors about a value say where it stands and show how it would be written right.
import { UserError, usageError } from '../domain/errors.ts';
import type { Place } from './definition.ts';
import { shellQuote } from './shell-quote.ts';

export function flagPlace(flag: string): Place {
  return { name: `--${flag}`, write: (example) => `--${flag} ${shellQuote(example)}` };
}

/** `path` as people read it: `levels[0].timeout`. */
export function keyPlace(path: string): Place {
  const key = path.split('.').at(-1) ?? path;
  return { name: path, write: (example) => (key.endsWith(']') ? `- ${example}` : `${key}: ${example}`) };
}

export function bad(place: Place, why: string, hint?: string): UserError {
  return usageError(`${place.name}: ${why}`, hint);
}

/** Runs a parser of the domain and puts the place in front of what it says. */
export function at<T>(place: Place, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UserError) {
      throw new UserError(`${place.name}: ${error.message}`, error.hint, error.type);
    }
    throw error;
  }
}

/** For what YAML holds where a text belongs. */
export function documentText(value: unknown, place: Place): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined)
    throw bad(place, 'is empty', `give a text: ${place.write('"…"')}`);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    throw bad(
      place,
      `is the ${typeof value} ${String(value)}, and a text belongs here`,
      `quote it: ${place.write(`"${String(value)}"`)}`,
    );
  }
  throw bad(place, `holds ${Array.isArray(value) ? 'a list' : 'keys and values'}, and a text belongs here`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
