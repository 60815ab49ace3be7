/** A name as one word of a line to type: quoted where it holds a space or anything a tokenizer would read. */
export function typedWord(name: string): string {
  // Nearly every name is of the first sort, and sets of Unicode's letters take a while to build.
  const isWord = /^[\w.:/@#*-]+$/.test(name) || /^[\p{L}\p{N}_.:/@#*-]+$/u.test(name);
  return isWord ? name : `"${name.replaceAll(/["\\\p{Cc}]/gu, '')}"`;
}

/** Prose as one word of a line: with its quotes and its lines, which `tokenize` reads back. */
export function typedProse(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
