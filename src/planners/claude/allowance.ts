// How much of a conversation's requests its readings may fill.
import { wholeAt } from '../../domain/excerpt.ts';

export interface ReadingRoom {
  /** The text as it may be sent: cut, with a line that says so, where it does not fit any more. */
  fit(text: string): string;
  usedBytes(): number;
}

/** Kept for the line of each call that finds no room. */
const LINE_BYTES = 96;

/**
 * `limitBytes` are bytes of request text: UTF-8, as JSON writes it, all results of a conversation together. `calls`:
 * how many there can be.
 */
export function createReadingRoom({ limitBytes, calls }: { limitBytes: number; calls: number }): ReadingRoom {
  let used = 0;
  let left = calls;
  return {
    fit(text) {
      left = Math.max(0, left - 1);
      const room = limitBytes - used - LINE_BYTES * left;
      const fitted = encodedBytes(text) <= room ? text : cutTo(text, room);
      used += encodedBytes(fitted);
      return fitted;
    },
    usedBytes: () => used,
  };
}

function cutTo(text: string, room: number): string {
  const lineOf = (kept: number) =>
    `[cut: ${(text.length - kept).toLocaleString('en-US')} more characters do not fit in this conversation]`;
  const begin = (kept: number) => (kept === 0 ? '' : `${text.slice(0, kept)}\n`) + lineOf(kept);
  let [fits, tooMuch] = [0, Math.min(text.length, Math.max(1, room))];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (encodedBytes(begin(middle)) <= room) fits = middle;
    else tooMuch = middle;
  }
  return begin(wholeAt(text, fits));
}

function encodedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
