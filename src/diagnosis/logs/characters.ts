// What a character is to the scanner of log lines: one table, read once per character.

export const SPACE = 0;
/** Ends a word: brackets, quotes, `,;=|<>`. */
export const DELIMITER = 1;
/** Joins letters and digits to one word, and is not one alone: `. : / - _ @ # % + ~ & \ $`. */
export const JOINER = 2;
export const LETTER = 3;
export const DIGIT = 4;

const table = new Uint8Array(128).fill(DELIMITER);
for (let code = 0; code <= 32; code += 1) table[code] = SPACE;
table[127] = SPACE;
for (const joiner of '.:/-_@#%+~&\\$') table[joiner.charCodeAt(0)] = JOINER;
for (let code = 48; code < 58; code += 1) table[code] = DIGIT;
for (let code = 65; code < 91; code += 1) {
  table[code] = LETTER;
  table[code + 32] = LETTER;
}

/** Letters of every script are letters; spaces, controls, marks nobody sees, and what is behind the end are spaces. */
export function classOf(code: number): number {
  if (code >= 128) return unseen(code) ? SPACE : LETTER;
  return table[code] ?? SPACE;
}

function unseen(code: number): boolean {
  return (
    code <= 0xa0 ||
    code === 0xad ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x206f) ||
    code === 0x3000 ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb)
  );
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
