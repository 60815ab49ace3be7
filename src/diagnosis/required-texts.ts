// Which texts a line must contain to fit a regular expression of RE2, as far as that can be seen from its outermost
// level. Pure. It may say less than is true, and never more.

/** Shorter ones are in every other line. */
const SHORTEST = 2;
/** More of them make a long question, and a source has limits. */
const MOST = 8;
const ONE_OF_A_KIND = /[dDsSwWtnrfva]/;
const NO_WIDTH = /[bBAz]/;

/** In lower case, one for each alternative (`a|b`), of which a fitting line contains at least one. Null: not known. */
export function requiredTexts(pattern: string): string[] | null {
  const characters = Array.from(pattern);
  const found: string[] = [];
  let longest = '';
  let run: string[] = [];
  const endRun = () => {
    const text = run.join('');
    if (text.length > longest.length) longest = text;
    run = [];
  };
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '\\') {
      at += 1;
      const next = characters[at] ?? '';
      if (ONE_OF_A_KIND.test(next)) endRun();
      else if (/[^\p{L}\p{N}]/u.test(next)) run.push(next);
      // A code point, a property, a quotation: read by the engine alone.
      else if (!NO_WIDTH.test(next)) return null;
    } else if (character === '(' || character === '[') {
      endRun();
      const end = character === '(' ? endOfGroup(characters, at) : endOfClass(characters, at);
      if (end === -1) return null;
      at = end;
    } else if (character === '|') {
      endRun();
      if (longest.length < SHORTEST) return null;
      found.push(longest.toLowerCase());
      longest = '';
    } else if (character === '*' || character === '?') {
      run.pop();
      endRun();
    } else if (character === '+' || character === '.') {
      endRun();
    } else if (character === '{') {
      const [repeat, least = ''] = /^\{(\d+)(?:,\d*)?\}/.exec(characters.slice(at, at + 12).join('')) ?? [];
      if (repeat === undefined) run.push(character);
      else {
        if (Number(least) === 0) run.pop();
        endRun();
        at += repeat.length - 1;
      }
    } else if (character !== '^' && character !== '$') run.push(character);
  }
  endRun();
  if (longest.length < SHORTEST || found.length >= MOST) return null;
  return [...found, longest.toLowerCase()];
}

function endOfGroup(characters: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < characters.length; at += 1) {
    const character = characters[at];
    if (character === '\\') at += 1;
    else if (character === '[') {
      at = endOfClass(characters, at);
      if (at === -1) return -1;
    } else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** `[]a]` and `[^]a]` hold a bracket, `[[:alpha:]]` a class with brackets of its own. */
function endOfClass(characters: readonly string[], open: number): number {
  let at = open + 1;
  if (characters[at] === '^') at += 1;
  if (characters[at] === ']') at += 1;
  for (; at < characters.length; at += 1) {
    const character = characters[at];
    if (character === '\\') at += 1;
    else if (character === '[' && characters[at + 1] === ':') {
      const rest = characters.slice(at, at + 14).join('');
      const [name] = /^\[:\^?[a-z]+:\]/.exec(rest) ?? [];
      if (name !== undefined) at += name.length - 1;
    } else if (character === ']') return at;
  }
  return -1;
}
