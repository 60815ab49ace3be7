// A model's words as they are shown: in a block of their own, under a mark that says whose they are, with what they cost.
import type { Reply } from '../../domain/assistant.ts';
import { clipped } from '../../domain/excerpt.ts';
import { type Block, type Message, message } from '../../domain/message.ts';
import { dollarText, tokenText } from '../../domain/model-budget.ts';

export type Said = Extract<Reply, { kind: 'said' | 'proposed' }> & { agent: string };

const STREAMED_CHARACTERS = 1_000;

/** While it is written: not checked yet, so it says so, and nothing of it stays. */
export function uncheckedText(soFar: string): string {
  return `🤖 A model writes, not checked yet: ${clipped(soFar, STREAMED_CHARACTERS)}`;
}

/** Lines of a block: the words, and beneath them what was struck and what it cost. */
export function saidLines(said: Said): string[] {
  const text = said.kind === 'said' ? said.text : said.remark;
  return [...text.split('\n').map((line) => line.trimEnd()), costLine(said)];
}

const MARK = '🤖 ';

export function saidHeading({ agent }: Said): string {
  return `${MARK}${agent} (written by a model):`;
}

/** One mark a message: a title that has it, which is all a phone shows, leaves the heading its words. */
export function saidMessage(title: string, said: Said): Message {
  const heading = saidHeading(said);
  const block: Block = {
    type: 'section',
    heading: title.startsWith(MARK) ? heading.slice(MARK.length) : heading,
    lines: saidLines(said),
  };
  return message(title, { tone: 'info', blocks: [block] });
}

function costLine({ struck, cost }: Said): string {
  const gone =
    struck === 0
      ? ''
      : `${struck} ${struck === 1 ? 'statement' : 'statements'} struck: not in what was read. `;
  return `${gone}${tokenText(cost.tokens)}, ${dollarText(cost.microDollars)}`;
}
