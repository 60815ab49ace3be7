// Everything in a text that states a fact. Linear in the text: each pattern passes once over what those before it left.
import type { Found } from './found.ts';
import { Unread } from './found.ts';
import { namesIn } from './names.ts';
import { numbersIn } from './numbers.ts';
import { type Clocks, timesIn } from './times.ts';

export function factsIn(text: string, clocks: Clocks): Found[] {
  const unread = new Unread(text);
  // An instant within an address or a path is part of it; a time before a name, as in a line of a log, is not.
  const times = timesIn(unread, clocks);
  const names = namesIn(unread);
  const found: Found[] = [...times, ...names, ...numbersIn(unread)];
  return found.sort((a, b) => a.start - b.start);
}

/** One for one: digits of any script become ours, so that no number hides. */
export function plainDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const value = /[０-９]/.test(digit) ? digit.charCodeAt(0) - 0xff10 : digitValue(digit);
    return String(value);
  });
}

/** Decimal digits stand in blocks of ten, each begun by a zero (Unicode, section 4.6). */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}
