// PEM and PGP blocks of private keys.
import type { Cut } from './redact-cuts.ts';
import { marker } from './redact-names.ts';

/** Private keys, from BEGIN to END; without an END, as far as the lines look like key material. */
export function keyBlockCuts(text: string): Cut[] {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const cuts: Cut[] = [];
  let nextEnd: { index: number; after: number } | null = { index: -1, after: -1 };
  for (let block = begin.exec(text); block !== null; block = begin.exec(text)) {
    const body = block.index + block[0].length;
    // Searched once per END, not once per BEGIN, so that a million BEGINs stay linear.
    if (nextEnd !== null && nextEnd.index < body) {
      end.lastIndex = body;
      const found = end.exec(text);
      nextEnd = found && { index: found.index, after: found.index + found[0].length };
    }
    const closed = nextEnd !== null && nextEnd.index - body <= longestKey;
    const stop = closed && nextEnd !== null ? nextEnd.after : endOfKeyMaterial(text, body);
    cuts.push({ start: block.index, end: stop, put: marker('private-key') });
    begin.lastIndex = stop;
  }
  return cuts;
}

const longestKey = 32_000;

function endOfKeyMaterial(text: string, from: number): number {
  let stop = endOfLine(text, from);
  for (let line = stop; line < text.length; ) {
    const next = endOfLine(text, line + 1);
    const content = text.slice(line, Math.min(next, line + 2_000)).trim();
    const isMaterial =
      /[A-Za-z0-9+/]{20}/.test(content) || /^(?:[A-Za-z0-9+/]*={0,2}|[\w-]{1,30}: .*)$/.test(content);
    if (!isMaterial) break;
    if (content !== '') stop = next;
    line = next;
  }
  return stop;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
