// Secrets in the user part of URLs.
import type { Cut } from './redact-cuts.ts';
import { isExemptValue, isMarker, marker } from './redact-names.ts';

/** Passwords in `scheme://user:password@host`; scheme, user and host stay. Also a long lone user, which is a token. */
export function urlCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  if (!text.includes('://')) return cuts;
  const words = /[^\s"'<>`]+/g;
  for (let word = words.exec(text); word !== null; word = words.exec(text)) {
    if (word[0].includes('://')) cutsOfWord(word[0], word.index, cuts);
  }
  return cuts;
}

function cutsOfWord(word: string, offset: number, cuts: Cut[]): void {
  const lastAt = word.lastIndexOf('@');
  let done = 0;
  for (let colon = word.indexOf('://'); colon !== -1 && colon < lastAt; colon = word.indexOf('://', done)) {
    const start = colon + 3;
    const following = word.indexOf('://', start);
    const hasPort = portSchemes.test(word.slice(Math.max(0, colon - 8), colon));
    const rest = word.slice(start, following === -1 ? word.length : following);
    const end = endOfUser(rest, lastAt - start, hasPort);
    const cut = cutOfUser(word.slice(start, start + end), offset + start);
    if (cut !== null) cuts.push(cut);
    done = start + end;
  }
}

// Where an @ in the path or query is usual, or names an image's digest.
const portSchemes = /(?:https?|wss?|docker|oci|ssh|git)$/i;

// How many characters of `rest` are user and password; 0 for none. A password may hold any character unescaped,
// so with one the last @ counts, even beyond a slash. https://host:8080/a@b is no password but a port.
function endOfUser(rest: string, lastAt: number, hasPort: boolean): number {
  const [authority = ''] = /^[^/?]*/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  if (at !== -1) return authority.slice(0, at).includes(':') ? rest.lastIndexOf('@') : at;
  const afterColon = /^[^:[\]]*:(.*)$/s.exec(authority)?.[1];
  if (afterColon === undefined || (hasPort && /^\d*$/.test(afterColon))) return 0;
  const later = rest.lastIndexOf('@');
  return later === -1 ? lastAt : later;
}

function cutOfUser(user: string, offset: number): Cut | null {
  if (isMarker(user)) return null;
  const colon = user.indexOf(':');
  const end = offset + user.length;
  if (colon === -1) return user.length >= 20 ? { start: offset, end, put: marker('credential') } : null;
  const password = user.slice(colon + 1);
  return isExemptValue(password) ? null : { start: offset + colon + 1, end, put: marker('password') };
}
