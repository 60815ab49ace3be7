// The name of a plan's exact bytes: SHA-256 over canonical JSON (RFC 8785, JSON Canonicalization Scheme).
// Anything JSON cannot say exactly is refused: what is silently dropped would not be approved.
import { sha256 } from './sha256.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const deepest = 500;

/** 'sha256:' and 64 lower-case hexadecimal digits. Throws TypeError as `canonicalJson` does. */
export function digestOf(value: Json): string {
  return `sha256:${sha256(canonicalJson(value))}`;
}

/** RFC 8785 text of `value`. Throws TypeError naming the path of whatever is not JSON. */
export function canonicalJson(value: Json): string {
  return write(value, '$', 0);
}

// Typed unknown on purpose: values come from adapters and rows, where the compiler's word is not enough.
function write(value: unknown, path: string, depth: number): string {
  if (depth > deepest) throw new TypeError(`${path.slice(0, 200)} is nested deeper than ${deepest} levels`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot say`);
    // ECMAScript's own number text is the one RFC 8785 section 3.2.2.3 prescribes; -0 becomes 0.
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return writeObject(value, path, depth);
  throw new TypeError(
    `${path} is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}, which JSON cannot say`,
  );
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${path} is not a plain object`);
  if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError(`${path} has a symbol as key`);
  const members = Object.entries(value)
    // The default comparison of strings is by UTF-16 code units, as section 3.2.3 asks.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${writeString(key, path)}:${write(member, `${path}.${key}`, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) throw new TypeError(`${path} holds half a surrogate pair`);
  return JSON.stringify(text);
}
