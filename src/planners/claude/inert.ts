// A model's words as people may see them: no link, no mention, nothing that shows what it is not. Before any channel's own rules.
import { safeInChat } from '../../domain/text/safe-text.ts';

const LEFT_OUT = '[link left out]';
/** `[text](url)`, `![text](url)`, `<url|text>`: the text stays. */
const MARKDOWN = /!?\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)/g;
const ANGLED = /<[^<>|\n]{0,2000}\|([^<>\n]{0,500})>/g;
const CALLS = /<[@!#][^<>\n]{0,200}>/g;
/** Any scheme, also those that run something; spelled so that it is not one at once; and a host with a path behind it. */
const SCHEME =
  /\b(?:[a-z][a-z0-9+.-]{1,20}(?:\[:\]|:)[/\\]{2}|hxxps?:?\/{0,2}|www\.|mailto:|tel:|javascript:|data:)[^\s"'`)>\]]{1,2000}/giu;
const HOST_PATH = /(?<![\w./@-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,20}(?::\d{1,5})?\/[^\s"'`)>\]]{0,2000}/giu;
const MENTION = /(?<![\w.])[@＠\ufe6b](?=[\p{L}\p{N}])/gu;

export function inert(text: string): string {
  // Full-width letters, dots and slashes are what they look like.
  const plain = safeInChat(text)
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[．。｡]/gu, '.')
    .replace(/／/gu, '/')
    .replace(/：/gu, ':')
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  return plain
    .replace(MARKDOWN, '$1')
    .replace(ANGLED, '$1')
    .replace(CALLS, '')
    .replace(SCHEME, LEFT_OUT)
    .replace(HOST_PATH, LEFT_OUT)
    .replace(MENTION, '')
    .replace(/[<>]/g, ' ');
}
