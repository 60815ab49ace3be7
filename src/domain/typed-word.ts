/** A name as one word of a line to type: quoted where it holds a space or anything a tokenizer would read. */
export function typedWord(name: string): string {
  return /^[\p{L}\p{N}_.:/@#*-]+$/u.test(name) ? name : `"${name.replaceAll(/["\\\p{Cc}]/gu, '')}"`;
}
