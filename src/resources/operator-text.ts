// What text of an operator may hold. A terminal, a chat and a log will show it, so nothing in it may
// move a cursor, turn the direction of a line or hide behind zero width.
import { keyBlockCuts } from '../domain/redact-key-blocks.ts';
import { patternCuts } from '../domain/redact-patterns.ts';
import type { Place } from './definition.ts';
import { bad } from './place.ts';

export const MESSAGE_LIMIT_BYTES = 1024 * 1024;
const LINE_LIMIT = 500;
const NAME_LIMIT = 100;

/** One line: trimmed, composed (NFC), not blank, at most `limit` characters. */
export function lineText(text: string, place: Place, limit = LINE_LIMIT): string {
  if (text.length > MESSAGE_LIMIT_BYTES) throw tooLong(place, text.length, limit);
  const line = text.normalize('NFC').trim();
  refuseBlank(line, place);
  refuseHidden(line, place);
  const length = Array.from(line).length;
  if (length > limit) throw tooLong(place, length, limit);
  refuseToken(line, place);
  return line;
}

/** Several lines, kept as they were written but for CRLF; at most 1 MB. */
export function messageText(text: string, place: Place): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_LIMIT_BYTES) {
    throw bad(
      place,
      `is ${(bytes / 1024 / 1024).toFixed(1)} MB, and at most 1 MB is kept`,
      'shorten it; put long runbooks where people read them and give the link',
    );
  }
  const message = text.replaceAll('\r\n', '\n');
  refuseBlank(message, place);
  refuseHidden(message.replace(/[\n\t]/g, ' '), place);
  refuseToken(message, place);
  return message;
}

/** Names are typed, listed with commas and written before `=`: they hold neither, and are not a number. */
export function nameText(text: string, place: Place): string {
  const name = lineText(text, place, NAME_LIMIT);
  const separator = /[,=]/.exec(name)?.[0];
  if (separator !== undefined) {
    throw bad(
      place,
      `a name cannot hold "${separator}", which separates names and values in flags`,
      `write ${place.write(name.replace(/\s*[,=]+\s*/g, ' ').trim() || 'web')}`,
    );
  }
  if (/^#?\d+$/.test(name)) {
    throw bad(
      place,
      `"${name}" would read as an id`,
      `add a word: ${place.write(`service-${name.replace('#', '')}`)}`,
    );
  }
  if (name.startsWith('-')) {
    throw bad(
      place,
      `a name cannot begin with "-", which begins a flag`,
      `write ${place.write(name.replace(/^-+\s*/, '') || 'web')}`,
    );
  }
  return name;
}

/** Nothing in it is hidden. Asked first: the sets of Unicode's characters take longer to build than all the rest. */
const PRINTABLE_ASCII = /^[ -~]*$/;

function refuseBlank(text: string, place: Place): void {
  if (/[!-~]/.test(text)) return;
  if (text.replace(/[\s\p{Cf}\p{Mn}\u115f\u1160\u2800\u3164\uffa0]/gu, '') === '') {
    throw bad(place, text === '' ? 'is empty' : 'is blank', 'give it at least one visible character');
  }
}

// Zero-width joiners are part of many emoji; elsewhere characters without a look of their own only deceive.
const hidden = () =>
  /(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic}))[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

function refuseHidden(text: string, place: Place): void {
  const found = PRINTABLE_ASCII.test(text) ? null : hidden().exec(text);
  if (!found) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const character = Array.from(text.slice(0, found.index)).length + 1;
  throw bad(
    place,
    `holds the invisible or control character U+${code} at character ${character}`,
    'remove it; it was most likely pasted along',
  );
}

/** Only what has the shape of a provider's token or a key: prose may well speak of passwords. */
function refuseToken(text: string, place: Place): void {
  if (keyBlockCuts(text).length === 0 && patternCuts(text).length === 0) return;
  throw bad(
    place,
    'holds what looks like a token or a key, and texts are stored as they are',
    'leave it out; sources and channels take references: --secret token=env:NAME',
  );
}

function tooLong(place: Place, length: number, limit: number) {
  return bad(
    place,
    `is ${length.toLocaleString('en-US')} characters long, and at most ${limit} are kept`,
    'shorten it',
  );
}
