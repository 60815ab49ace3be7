// Secrets inside base64, base64url and hex: one level is decoded, and a run that holds one goes whole.
import type { Cut } from './redact-cuts.ts';
import { marker } from './redact-names.ts';

const RUN = /[A-Za-z0-9+/_-]{12,}={0,2}/g;
/** id:key of an API key (elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key). */
const KEY_OF_ELASTIC = /^[\w-]{20}:[\w-]{22}$/;
/** Of one run: decoding more says nothing new, and bounds the work. */
const LONGEST = 1_000_000;

/** `holdsSecret` is asked about each decoded text. */
export function encodedCuts(text: string, holdsSecret: (decoded: string) => boolean): Cut[] {
  const cuts: Cut[] = [];
  RUN.lastIndex = 0;
  for (let match = RUN.exec(text); match !== null; match = RUN.exec(text)) {
    const run = match[0];
    const decoded = decodedText(run);
    const isSecret =
      decoded !== null &&
      (holdsSecret(decoded) ||
        KEY_OF_ELASTIC.test(decoded) ||
        (isPairOfBasic(decoded) &&
          /auth\W{1,8}$|basic\s{1,4}$/i.test(text.slice(Math.max(0, match.index - 16), match.index))));
    // Whoever was asked may have come here for what is inside.
    RUN.lastIndex = match.index + run.length;
    if (isSecret) cuts.push({ start: match.index, end: match.index + run.length, put: marker('encoded') });
  }
  return cuts;
}

/** The printable text that `run` is base64, base64url or hex of; null when it is none. */
export function decodedText(run: string): string | null {
  if (run.length > LONGEST) return null;
  const isHex = run.length >= 24 && run.length % 2 === 0 && /^[0-9a-f]+$/i.test(run);
  const bytes = isHex ? fromHex(run) : fromBase64(run);
  return bytes !== null && bytes.length >= 8 && isPrintable(bytes) ? bytes : null;
}

/** `user:password`, as Basic authentication and docker's config.json have it. */
function isPairOfBasic(decoded: string): boolean {
  return /^[\w.@+-]{1,64}:[!-~]{3,}$/.test(decoded);
}

function fromHex(run: string): string {
  let out = '';
  for (let at = 0; at < run.length; at += 2)
    out += String.fromCharCode(Number.parseInt(run.slice(at, at + 2), 16));
  return out;
}

function fromBase64(run: string): string | null {
  // Most words and names have one case, and the first characters say enough about the rest.
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) return null;
  try {
    if (!isPrintable(atob(standard(run.slice(0, 8))))) return null;
    return atob(standard(run.replace(/=+$/, '')));
  } catch {
    return null;
  }
}

function standard(url: string): string {
  return url.replaceAll('-', '+').replaceAll('_', '/');
}

// Bytes as characters: UTF-8 of other scripts has bytes above 0x7f, controls it never has.
function isPrintable(bytes: string): boolean {
  let high = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes.charCodeAt(at);
    if (code < 32 ? code !== 9 && code !== 10 && code !== 13 : code === 127) return false;
    if (code > 127) high += 1;
  }
  return high * 5 <= bytes.length;
}
