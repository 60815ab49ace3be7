// Bracketed paste: the terminal marks pasted text, so its newlines are not keys that were pressed.
import type { Key } from './editor.ts';

/** What came since the paste began. */
export type Paste = { text: string };

/** More lines than this were not meant for a chat: a log, an entire file. */
const MOST_PASTED_LINES = 20;
const MOST_PASTED_CHARACTERS = 100_000;

/** `taken`: the key belongs to a paste. `text`: the paste is complete. Ctrl-C ends one whose end never came. */
export function collectPaste(
  paste: Paste | null,
  text: string | undefined,
  key: Key,
): { paste: Paste | null; taken: boolean; text: string | null } {
  if (key.name === 'paste-start') return { paste: { text: '' }, taken: true, text: null };
  if (key.name === 'paste-end') return { paste: null, taken: true, text: paste?.text ?? null };
  if (!paste) return { paste, taken: false, text: null };
  if (key.ctrl && key.name === 'c') return { paste: null, taken: true, text: null };
  const added = key.sequence ?? text ?? '';
  if (paste.text.length <= MOST_PASTED_CHARACTERS) paste.text += added;
  return { paste, taken: true, text: null };
}

/** `lines` were ended by a newline and are sent one by one; `rest` stays to be edited. */
export function splitPaste(text: string): { lines: string[]; rest: string; refused: string | null } {
  const lines = text.split(/\r\n|\r|\n/u);
  const rest = lines.pop() ?? '';
  const much = text.length > MOST_PASTED_CHARACTERS;
  if (lines.length < MOST_PASTED_LINES && !much) return { lines, rest, refused: null };
  const size = much ? `over ${MOST_PASTED_CHARACTERS} characters` : `${lines.length + (rest ? 1 : 0)} lines`;
  return {
    lines: [],
    rest: '',
    refused: `Nothing was sent: ${size} were pasted, ${MOST_PASTED_LINES} lines at once is the limit. Paste the lines that matter.`,
  };
}
