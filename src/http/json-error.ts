// Where a text stops being JSON. The engine's own message names no place for half of the cases, and quotes
// the body in the others; people need line and column, and no more of the body than that.

export interface JsonError {
  line: number;
  column: number;
  what: string;
}

/** RFC 8259. Null: the text is valid JSON. Iterative, so that no depth is too deep. */
export function findJsonError(text: string): JsonError | null {
  const open: ('[' | '{')[] = [];
  let expects: 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'next' = 'value';
  let at = 0;
  const fail = (what: string, index = at): JsonError => ({ ...placeOf(text, index), what });

  for (;;) {
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (expects === 'next' && open.length === 0)
      return at === text.length ? null : fail('something follows the end of the document');
    if (at === text.length) return fail('the document ends too early');
    const sign = text.charAt(at);
    const inside = open.at(-1);

    if (expects === 'next') {
      if (sign === ',') expects = inside === '{' ? 'name' : 'value';
      else if (sign === (inside === '{' ? '}' : ']')) open.pop();
      else return fail(`"," or "${inside === '{' ? '}' : ']'}" must stand here`);
      at += 1;
    } else if (expects === ':') {
      if (sign !== ':') return fail('":" must stand here');
      expects = 'value';
      at += 1;
    } else if (expects === 'name' || expects === 'name or }') {
      if (sign === '}' && expects === 'name or }') {
        open.pop();
        expects = 'next';
        at += 1;
        continue;
      }
      if (sign !== '"') return fail('a name in double quotes must stand here');
      const end = stringEnd(text, at);
      if (end.bad) return fail('this text in quotes is not valid', end.at);
      at = end.at;
      expects = ':';
    } else if (sign === ']' && expects === 'value or ]') {
      open.pop();
      expects = 'next';
      at += 1;
    } else if (sign === '{' || sign === '[') {
      open.push(sign);
      expects = sign === '{' ? 'name or }' : 'value or ]';
      at += 1;
    } else if (sign === '"') {
      const end = stringEnd(text, at);
      if (end.bad) return fail('this text in quotes is not valid', end.at);
      at = end.at;
      expects = 'next';
    } else {
      const literal = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)/y;
      literal.lastIndex = at;
      if (!literal.test(text)) return fail('a value must stand here');
      at = literal.lastIndex;
      expects = 'next';
    }
  }
}

function stringEnd(text: string, start: number): { at: number; bad: boolean } {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { at: at + 1, bad: false };
    if (code < 0x20) return { at, bad: true };
    if (code !== 0x5c) continue;
    const sequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    sequence.lastIndex = at;
    if (!sequence.test(text)) return { at, bad: true };
    at = sequence.lastIndex - 1;
  }
  return { at: text.length, bad: true };
}

/** False for NaN too, which stands behind the end. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function placeOf(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
