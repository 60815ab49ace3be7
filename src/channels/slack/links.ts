// Links of a text, for hosts an operator named. Every other address stays text; and a link shows where it leads, since
// whoever writes a label decides what people believe. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { isAllowedLink } from '../../domain/allowed-link.ts';
import type { SlackBlock } from './blocks.ts';
import { type Mention, type Mentions, piecesOf } from './named.ts';

type Element = { type: 'text'; text: string } | { type: 'link'; url: string } | Mention;

const ADDRESS = /https:\/\/[^\s<>"'`|\\^{}\p{Cc}\p{Cf}]+/giu;

/** Null: nothing in it is a link or a mention. */
export function linked(text: string, hosts: ReadonlySet<string>, mentions: Mentions): SlackBlock | null {
  const elements = elementsOf(text, hosts, mentions);
  if (elements.every(({ type }) => type === 'text')) return null;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

/** The text as it stands, in pieces, of which the allowed addresses are links, and what we name ourselves is a mention. */
export function elementsOf(text: string, hosts: ReadonlySet<string>, mentions: Mentions): Element[] {
  return piecesOf(text, mentions).flatMap((piece) =>
    typeof piece === 'string' ? linkElements(piece, hosts) : [piece],
  );
}

function linkElements(text: string, hosts: ReadonlySet<string>): Element[] {
  if (hosts.size === 0) return [{ type: 'text', text }];
  const elements: Element[] = [];
  let end = 0;
  const say = (words: string) => {
    if (words !== '') elements.push({ type: 'text', text: words });
  };
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    // What ends a sentence is no part of where it leads.
    const written = found.replace(/[.,;:!?)\]]+$/, '');
    if (!isAllowedLink(written, hosts)) continue;
    say(text.slice(end, index));
    elements.push({ type: 'link', url: written });
    end = index + written.length;
  }
  say(text.slice(end));
  return elements;
}
