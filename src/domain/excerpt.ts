// How text that a person or a stranger typed is quoted back in a message: on one line, shortened,
// without control characters that could move the cursor or hide the rest of the line.

const shownBefore = 40;
const shownAfter = 40;

/** `"text"`, at most `max` characters of it. */
export function quoted(text: string, max = 60): string {
  const shown = Array.from(text.slice(0, max * 2 + 2));
  return shown.length > max ? `"${onOneLine(shown.slice(0, max).join(''))}…"` : `"${onOneLine(text)}"`;
}

/**
 * Two lines, indented by two, the second with a caret under `offset` (a UTF-16 index into `text`,
 * `text.length` for its end). Long text is cut around the caret.
 */
export function pointAt(text: string, offset: number): string {
  const before = Array.from(text.slice(Math.max(0, offset - shownBefore * 2), offset));
  const after = Array.from(text.slice(offset, offset + shownAfter * 2));
  const start =
    before.length > shownBefore || offset > shownBefore * 2
      ? `…${before.slice(1 - shownBefore).join('')}`
      : before.join('');
  const end =
    after.length > shownAfter || text.length > offset + shownAfter * 2
      ? `${after.slice(0, shownAfter - 1).join('')}…`
      : after.join('');
  return `  ${onOneLine(start + end)}\n  ${' '.repeat(Array.from(start).length)}^`;
}

/** The place of a UTF-16 index as people count: characters, from 1. */
export function characterAt(text: string, offset: number): number {
  return Array.from(text.slice(0, offset)).length + 1;
}

/** Text from outside within a sentence of ours: one line, at most `max` UTF-16 units of it. */
export function clipped(text: string, max: number): string {
  return onOneLine(text.length > max ? `${text.slice(0, max - 1)}…` : text).replace(
    /\p{Surrogate}/gu,
    '\ufffd',
  );
}

/** At most `max` UTF-16 units of it, lines and all, never through a character. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, wholeAt(text, max - 1))}…`;
}

/** `end`, or one before it where that would be between the halves of a character. */
export function wholeAt(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/** Control characters, line separators and direction marks become spaces, one for one. */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu, ' ');
}
