// What our messages tell people to type, as it can be typed where they read it. Slack takes no slash command in a thread
// (the bare word is one there), and keeps some names for itself.
// https://docs.slack.dev/interactivity/implementing-slash-commands
import type { Block, Message } from '../../domain/message.ts';
import { registered } from '../../domain/slack-command.ts';

export interface TypedWhere {
  inThread: boolean;
  /** All that a line may begin with: `/rollback`. */
  triggers: readonly string[];
  /** Before each slash command. */
  prefix: string;
}

/** Code is left as it stands: it may be a log, and nobody is told to type it. Nor is what has its button. */
export function typeable(said: Message, where: TypedWhere): Message {
  return inMessage(said, where, true);
}

/** As `typeable`, for where no button is seen: a notification, a screen reader, a pager. */
export function typeableThroughout(said: Message, where: TypedWhere): Message {
  return inMessage(said, where, false);
}

function inMessage(said: Message, where: TypedWhere, withButtons: boolean): Message {
  const words = (text: string) => typeableText(text, where);
  const blocks = said.blocks.map((block) => inBlock(block, words, withButtons));
  return { ...said, title: words(said.title), blocks };
}

function inBlock(block: Block, words: (text: string) => string, withButtons: boolean): Block {
  switch (block.type) {
    case 'text':
      return { ...block, text: words(block.text) };
    case 'fields':
      return { ...block, fields: block.fields.map(({ label, value }) => ({ label, value: words(value) })) };
    case 'section': {
      const isOffered = (line: string) =>
        withButtons && block.offers?.some((offer) => line.startsWith(offer));
      const lines = block.lines.map((line) => (isOffered(line) ? line : words(line)));
      return { ...block, heading: words(block.heading), lines };
    }
    case 'table':
      return { ...block, rows: block.rows.map((row) => row.map(words)) };
    case 'buttons':
      return withButtons
        ? block
        : {
            ...block,
            buttons: block.buttons.map((button) => ({ ...button, command: words(button.command) })),
          };
    case 'code':
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
