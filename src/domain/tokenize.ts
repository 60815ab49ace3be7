// Splits a chat line into words the way people mean it, phones included: typographic quotes and dashes,
// non-breaking spaces, apostrophes. Nothing is expanded and nothing is a shell.
import { usageError } from './errors.ts';
import { characterAt, pointAt } from './excerpt.ts';

const longest = 40_000;

// Which marks close what another opened. Typographic marks differ by language: “en”, „de“, ”sv”, «fr», »da«.
const doubles: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '“”',
  '„': '“”',
  '”': '“”',
  '«': '»«',
  '»': '«»',
};
const singles: Readonly<Record<string, string>> = { "'": "'", '‘': '‘’', '‚': '‘’', '’': '‘’' };

const space = /\s/u;
const letter = /[\p{L}\p{N}]/u;
// Marks without a width or that turn the direction: nobody typed them, and they would make two words differ.
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * The words of `line`. `"…"` and `'…'` keep spaces; `\"` and `\\` are the only escapes, within double quotes.
 * An en or em dash before a letter at a word's start is `--`. Throws a usage error that points at a quote
 * never closed, and for lines over 40,000 characters.
 */
export function tokenize(line: string): string[] {
  return read(line).words.map(({ written }) => oneLine(written));
}

/**
 * The last `count` words of `line` as they were written, for what is prose and no argument: with its quotes and its lines.
 * What is quoted as a whole loses those quotes. Throws as `tokenize` does.
 */
export function proseOf(line: string, count: number): string {
  if (count === 0) return '';
  const { text, words } = read(line);
  const last = words.slice(-count);
  const [first] = last;
  if (!first) return '';
  return (last.length === 1 ? first.written : text.slice(first.at)).trim();
}

interface Word {
  /** Without its quotes, its spaces as they are. */
  written: string;
  at: number;
}

function oneLine(written: string): string {
  return written.replace(/\s/gu, ' ');
}

function read(line: string): { text: string; words: Word[] } {
  if (line.length > longest)
    throw usageError('this message is too long to read as a command', 'shorten it to 40,000 characters');
  const text = line.replace(invisible, '');
  const words: Word[] = [];
  let word: string | null = null;
  let begin = 0;
  let at = 0;
  const end = () => {
    if (word !== null) words.push({ written: word, at: begin });
    word = null;
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (word === null) begin = at;
    if (space.test(char)) {
      end();
      at += 1;
    } else if (opensQuote(text, at)) {
      const quote = readQuote(text, at);
      word = (word ?? '') + quote.content;
      at = quote.end;
    } else if (word === null && /^[–—]+\p{L}/u.test(text.slice(at, at + 8))) {
      word = '--';
      while (/[–—]/.test(text.charAt(at))) at += 1;
    } else {
      word = (word ?? '') + char;
      at += 1;
    }
  }
  end();
  return { text, words };
}

// An apostrophe after a letter is part of the word: don't, the pods' logs.
function opensQuote(text: string, at: number): boolean {
  const char = text.charAt(at);
  if (Object.hasOwn(doubles, char)) return true;
  return Object.hasOwn(singles, char) && !letter.test(text.charAt(at - 1));
}

function readQuote(text: string, open: number): { content: string; end: number } {
  const mark = text.charAt(open);
  const isDouble = Object.hasOwn(doubles, mark);
  const closing = doubles[mark] ?? singles[mark] ?? mark;
  let content = '';
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (isDouble && char === '\\' && /["\\]/.test(text.charAt(at + 1))) {
      content += text.charAt(at + 1);
      at += 1;
    } else if (closing.includes(char) && (isDouble || !isApostrophe(text, at))) {
      return { content: mark === '«' || mark === '»' ? content.trim() : content, end: at + 1 };
    } else {
      content += char;
    }
  }
  throw usageError(
    `the quote at character ${characterAt(text, open)} is never closed\n${pointAt(text, open)}`,
    `close it with ${closing.charAt(closing.length - 1)}, or leave the quote out`,
  );
}

function isApostrophe(text: string, at: number): boolean {
  return letter.test(text.charAt(at - 1)) && letter.test(text.charAt(at + 1));
}
