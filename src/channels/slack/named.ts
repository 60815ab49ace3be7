// What a message names by our own mark, as the mention of a person or of a room. The same words from outside stay words:
// where there are more of them than marks, none is a mention.
import type { Block, Message } from '../../domain/message.ts';
import { isSlackPerson } from '../../domain/slack-id.ts';

export type Mention = { type: 'user'; user_id: string } | { type: 'channel'; channel_id: string };

/** By its words. */
export type Mentions = ReadonlyMap<string, Mention>;

export const NO_MENTIONS: Mentions = new Map();

const ROOM_ID = /^[CG][A-Z0-9]{2,20}$/;

/** `roomId`: undefined where it is not known. */
export function mentionsIn(said: Message, roomId: (name: string) => string | undefined): Mentions {
  const texts = said.names ? [said.title, ...said.blocks.flatMap(textsOf)] : [];
  const found = new Map<string, Mention>();
  for (const words of new Set(said.names)) {
    const mention = mentionOf(words, roomId);
    if (mention && countIn(texts.join('\n'), words) === marksOf(said, words)) found.set(words, mention);
  }
  return found;
}

function mentionOf(words: string, roomId: (name: string) => string | undefined): Mention | null {
  if (words.startsWith('@') && isSlackPerson(words.slice(1)))
    return { type: 'user', user_id: words.slice(1) };
  const id = words.startsWith('#') ? roomId(words) : undefined;
  return id !== undefined && ROOM_ID.test(id) ? { type: 'channel', channel_id: id } : null;
}

/** The text in pieces: a mention, or what stands between. */
export function piecesOf(text: string, mentions: Mentions): (string | Mention)[] {
  if (mentions.size === 0) return text === '' ? [] : [text];
  return text
    .split(patternOf([...mentions.keys()]))
    .filter((piece) => piece !== '')
    .map((piece) => mentions.get(piece) ?? piece);
}

/** In a text that Slack parses, and that is escaped. As often as they are marked, or not at all. */
export function mentionedIn(escaped: string, said: Message, mentions: Mentions): string {
  let text = escaped;
  for (const [words, mention] of mentions) {
    if (countIn(text, words) !== marksOf(said, words)) continue;
    const written = mention.type === 'user' ? `<@${mention.user_id}>` : `<#${mention.channel_id}>`;
    text = text.replace(patternOf([words]), written);
  }
  return text;
}

/** How often we named it. */
function marksOf({ names = [] }: Message, words: string): number {
  return names.filter((each) => each === words).length;
}

function countIn(text: string, words: string): number {
  return text.match(patternOf([words]))?.length ?? 0;
}

/** Whole words only: `#ops` is no part of `#ops-critical`. */
function patternOf(words: readonly string[]): RegExp {
  const any = words.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return new RegExp(`(?<![\\w@#-])(${any})(?![\\w-])`, 'g');
}

/** All in which a mention may be shown. */
function textsOf(block: Block): string[] {
  switch (block.type) {
    case 'text':
      return [block.text];
    case 'fields':
      return block.fields.map(({ value }) => value);
    case 'section':
      return [block.heading, ...block.lines];
    case 'code':
    case 'table':
    case 'buttons':
      return [];
    default:
      return block satisfies never;
  }
}
