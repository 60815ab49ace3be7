// What our messages tell people to type, as it can be typed where they read it. Slack takes no slash command in a thread
// (the bare word is one there), and keeps some names for itself.
// https://docs.slack.dev/interactivity/implementing-slash-commands
import type { Block, Message } from '../../domain/message.ts';
import { registered } from './manifest.ts';

export interface TypedWhere {
  inThread: boolean;
  /** All that a line may begin with: `/rollback`. */
  triggers: readonly string[];
  /** Before each slash command. */
  prefix: string;
}

/** Code is left as it stands: it may be a log, and nobody is told to type it. */
export function typeable(said: Message, where: TypedWhere): Message {
  const words = (text: string) => typeableText(text, where);
  return { ...said, title: words(said.title), blocks: said.blocks.map((block) => inBlock(block, words)) };
}

function inBlock(block: Block, words: (text: string) => string): Block {
  switch (block.type) {
    case 'text':
      return { ...block, text: words(block.text) };
    case 'fields':
      return { ...block, fields: block.fields.map(({ label, value }) => ({ label, value: words(value) })) };
    case 'section': {
      // What has its button is not typed.
      const isOffered = (line: string) => block.offers?.some((offer) => line.startsWith(offer));
      const lines = block.lines.map((line) => (isOffered(line) ? line : words(line)));
      return { ...block, heading: words(block.heading), lines };
    }
    case 'table':
      return { ...block, rows: block.rows.map((row) => row.map(words)) };
    case 'code':
    case 'buttons':
      return block;
    default:
      return block satisfies never;
  }
}

/** A path such as `/logs/api`, and what a log says was requested, is no command. */
const COMMAND =
  /(^|[\s("“'‘:])(?<!\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) )(\/[a-z][a-z0-9-]*)(?=$|[\s)"”'’.,;:!?])/g;

export function typeableText(text: string, { inThread, triggers, prefix }: TypedWhere): string {
  return text.replace(COMMAND, (all, before: string, command: string) => {
    if (!triggers.includes(command)) return all;
    return `${before}${inThread ? command.slice(1) : registered(command, prefix)}`;
  });
}
