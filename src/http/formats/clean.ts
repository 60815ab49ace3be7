// Strings from outside, made safe to store and to show: no control characters, no endless lengths.
// Every cut leaves a note, because an incident thread must not hide that it shows a part.

export const TITLE_MAX = 300;
export const DESCRIPTION_MAX = 8_192;
const LABELS_MAX = 64;
export const LABEL_VALUE_MAX = 1_024;
const LABEL_NAME_MAX = 200;
const LINKS_MAX = 10;
const HREF_MAX = 2_048;
const NOTES_MAX = 20;
/** Would reach a prototype where a careless reader copies keys; no monitoring system uses them as names. */
const POISONED = new Set(['__proto__', 'constructor', 'prototype']);

/** C0 and C1 but tab and line feed, direction overrides (they make text read as something else), lone surrogates. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Printable ASCII, single spaces: what nearly all of it is, and needs no cleaning. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

export interface Notes {
  list: string[];
}

/** Several lines. Lengths are in UTF-16 units; a cut never splits a character. */
export function cleanText(text: string, max: number, name: string, notes: Notes): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  const cleaned = cut(text, max + 64)
    .replace(/\r\n?/g, '\n')
    .replace(UNSAFE, '')
    .trim();
  const kept = cut(cleaned, max);
  if (kept.length < cleaned.length || text.length > max + 64)
    addNote(notes, `the ${name} was cut from ${text.length} to ${kept.length} characters`);
  return kept;
}

/** One line. */
export function cleanLine(text: string, max: number, name: string, notes: Notes): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  return cleanText(text.length > max + 64 ? text : text.replace(/[\s\u2028\u2029]+/g, ' '), max, name, notes)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim();
}

/** Names and values of a flat object. Numbers and booleans become text; anything deeper is left out with a note. */
export function cleanLabels(labels: Record<string, unknown>, notes: Notes): Record<string, string> {
  const cleaned: Record<string, string> = {};
  let kept = 0;
  let left = 0;
  for (const [rawName, rawValue] of Object.entries(labels)) {
    const value = scalarText(rawValue);
    // Counted first: a hostile body has a hundred thousand of them, and cleaning costs.
    const name = kept < LABELS_MAX ? cleanLine(rawName, LABEL_NAME_MAX, 'name of a label', notes) : '';
    if (POISONED.has(rawName) || POISONED.has(name)) continue;
    if (name === '' || value === null) {
      left += 1;
      continue;
    }
    cleaned[name] = cleanLine(value, LABEL_VALUE_MAX, `label ${name}`, notes);
    kept += 1;
  }
  if (left > 0) addNote(notes, left === 1 ? '1 label was left out' : `${left} labels were left out`);
  return cleaned;
}

/** Adds the link when it is one people can follow: http or https. */
export function addLink(
  links: { href: string; text: string }[],
  href: unknown,
  text: string,
  notes: Notes,
): void {
  if (typeof href !== 'string' || href.trim() === '') return;
  const url = href.length <= HREF_MAX && URL.canParse(href) ? new URL(href) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || links.length >= LINKS_MAX) {
    addNote(notes, 'a link was left out: too long, too many, or not http');
    return;
  }
  // A password inside an address is a secret; the address works without it or asks.
  url.username = '';
  url.password = '';
  links.push({ href: url.href, text: cleanLine(text, TITLE_MAX, 'text of a link', notes) || url.host });
}

export function addNote(notes: Notes, note: string): void {
  if (notes.list.length < NOTES_MAX && !notes.list.includes(note)) notes.list.push(note);
}

/** The number a text is, wholly: `12.3`, `-4e2`, `5%` with its unit. Null for everything else, `0x10` and `Infinity` too. */
export function strictNumber(value: unknown): { value: number; unit: string | null } | null {
  if (typeof value === 'number') return Number.isFinite(value) ? { value, unit: null } : null;
  if (typeof value !== 'string' || value.length > 40) return null;
  const match = /^\s*([-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(%?)\s*$/.exec(value);
  const number = Number(match?.[1]);
  if (!match || !Number.isFinite(number)) return null;
  return { value: number, unit: match[2] === '%' ? '%' : null };
}

/** Text of a scalar; null for objects, lists and null. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the object itself has under that name; never what it inherits. */
export function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
