// A message is data; each channel renders it in its own way.

import type { Chart } from './chart.ts';

export type Tone = 'critical' | 'warning' | 'info' | 'ok' | 'neutral';

export interface Button {
  label: string;
  /** Exactly what a person would type instead, such as `/approve 7`. */
  command: string;
  style?: 'primary' | 'danger';
  /** Of a button that decides on a plan: the plan's number and the digest that the card shows. */
  plan?: { id: number; digest: string };
  /** As typed in this incident's thread; default: in that of the message. */
  incidentId?: number;
}

export type Block =
  /** `question`: it holds only until somebody has decided; `decision`: who did, and when. */
  | { type: 'text'; text: string; role?: 'question' | 'decision' }
  | { type: 'fields'; fields: { label: string; value: string }[] }
  /** `offers`: what the lines tell people to type, each at the start of its line, for a chat with buttons. */
  | { type: 'section'; heading: string; lines: string[]; offers?: string[] }
  /** `source`: lines of somebody's program, which not everybody may pass on. */
  | { type: 'code'; text: string; source?: true }
  | { type: 'table'; columns: string[]; rows: string[][] }
  | { type: 'buttons'; buttons: Button[] };

export interface Message {
  /** One line. Also what a notification shows. */
  title: string;
  tone: Tone;
  blocks: Block[];
  /** Shown to this person alone, by their id on the channel, where a channel can do that. */
  onlyTo?: string;
  /** Kept in sight, where a chat can do that: the summary of an incident. */
  pinned?: true;
  /** Of a page for no incident: whoever sends it says when it is over. Default: whoever reads it ends it. */
  endsByItself?: true;
  /**
   * Words that we put into it ourselves and a chat may show as what they name, one entry for each place: `@U2MIKE`,
   * `#ops-critical`. Where the text has them more often, somebody else wrote them too, and they are words.
   */
  names?: string[];
  /** Beside it, where a chat takes files. The message is complete without. */
  attachments?: Attachment[] | undefined;
}

export type Attachment =
  | { type: 'chart'; chart: Chart }
  /** Lines of a log, say, of which the message shows the gist. */
  | { type: 'text'; title: string; text: string };

export function message(
  title: string,
  options: { tone?: Tone; blocks?: Block[]; attachments?: Attachment[] } = {},
): Message {
  const { tone = 'neutral', blocks = [], attachments = [] } = options;
  return { title, tone, blocks, ...(attachments.length > 0 ? { attachments } : {}) };
}

/** The plain form: what `--json` callers, logs and pagers without formatting get. */
export function plainText({ title, blocks }: Message): string {
  return [title, ...blocks.map(plainBlock)].filter((part) => part !== '').join('\n');
}

function plainBlock(block: Block): string {
  switch (block.type) {
    case 'text':
    case 'code':
      return block.text;
    case 'fields':
      return block.fields.map(({ label, value }) => `${label}: ${value}`).join('\n');
    case 'section':
      return [block.heading, ...block.lines.map((line) => `  ${line}`)].join('\n');
    case 'table':
      return [block.columns, ...block.rows].map((row) => row.join('  ')).join('\n');
    case 'buttons':
      return block.buttons.map(({ label, command }) => `${label}: ${command}`).join('\n');
    default:
      return block satisfies never;
  }
}
