import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';

/** `7` or `#7`. Errors: usage. `noun` is for the message: "incident", "approval". */
export function parseId(text: string, noun: string): number {
  const digits = /^#?([1-9]\d{0,14})$/.exec(text.trim())?.[1];
  if (digits === undefined) {
    throw usageError(
      `${quoted(text)} is not the number of an ${noun}`,
      `a number such as 7; openclaw status lists what is open`,
    );
  }
  return Number(digits);
}
