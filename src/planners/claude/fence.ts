// Text from logs, commits, alerts and names as the model gets it: between two lines that only we can write. Nothing in it
// hides, moves or ends the fence.
import { randomBytes } from 'node:crypto';
import { wholeAt } from '../../domain/excerpt.ts';
import { safeText } from '../../domain/text/safe-text.ts';

/** Of one conversation; nobody who writes a log can know it. */
export function newNonce(): string {
  return randomBytes(12).toString('hex');
}

/** A tool result is cut here unless it asks for less. UTF-16 units. */
export const MOST_FENCED = 24_000;
const LONGEST_LABEL = 120;
/** Before each line of the data: whatever a line says, it does not begin as a fence does. */
const MARGIN = '| ';

/**
 * `text` cleaned, at most `most` characters of it, each line behind a margin:
 * ```
 * --- data 3f9c… begins: logs of shop ---
 * | connection pool exhausted
 * --- data 3f9c… ends ---
 * ```
 * Of a list each item is one line, whatever breaks it has. What was cut is said, with how much. The nonce itself is taken out
 * of the text, should it ever have come into a log. Never throws.
 */
export function fenced(
  label: string,
  text: string | readonly string[],
  nonce: string,
  { most = MOST_FENCED }: { most?: number } = {},
): string {
  const lines = typeof text === 'string' ? dataText(bounded(text, most)).split('\n') : itemLines(text, most);
  const length =
    typeof text === 'string' ? text.length : text.reduce((sum, item) => sum + item.length + 1, 0);
  const kept: string[] = [];
  let room = most;
  for (const line of lines) {
    if (room <= 0) break;
    const plain = withoutNonce(line, nonce);
    kept.push(MARGIN + (plain.length > room ? plain.slice(0, wholeAt(plain, room)) : plain));
    room -= plain.length + 1;
  }
  const name = withoutNonce(oneLine(label), nonce).slice(0, LONGEST_LABEL);
  const shown = lines.length > kept.length || room < -1 || length > most * ROOM_FOR_CLEANING;
  const cut = shown
    ? [
        `--- data ${nonce} was cut: about ${Math.max(1, length - most).toLocaleString('en-US')} of ${length.toLocaleString('en-US')} characters are not shown ---`,
      ]
    : [];
  return [`--- data ${nonce} begins: ${name} ---`, ...kept, ...cut, `--- data ${nonce} ends ---`].join('\n');
}

/** Controls, escape sequences, direction marks, tags, selectors and all that is invisible go; lines stay. Twice is as once. */
export function dataText(text: string): string {
  return safeText(text);
}

/** What is cleaned away takes room before, but nobody makes us clean a gigabyte for it. */
const ROOM_FOR_CLEANING = 4;

function bounded(text: string, most: number): string {
  return text.slice(0, most * ROOM_FOR_CLEANING);
}

function itemLines(items: readonly string[], most: number): string[] {
  const lines: string[] = [];
  let room = most;
  for (const item of items) {
    if (room <= 0) return [...lines, ''];
    const line = oneLine(bounded(item, most));
    lines.push(line);
    room -= line.length + 1;
  }
  return lines;
}

function oneLine(text: string): string {
  return dataText(text)
    .replace(/\s*\n\s*/g, ' ⏎ ')
    .trim();
}

/** In any width or case: full-width letters and digits read as ours to a model. */
function withoutNonce(line: string, nonce: string): string {
  if (nonce === '') return line;
  const folded = line.normalize('NFKC');
  if (!folded.toLowerCase().includes(nonce.toLowerCase())) return line;
  return folded.split(new RegExp(nonce.replace(/[^\w]/g, '\\$&'), 'i')).join('[taken out]');
}
