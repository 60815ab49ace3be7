// A message is data; each channel renders it in its own way.

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
  | { type: 'code'; text: string }
  | { type: 'table'; columns: string[]; rows: string[][] }
  | { type: 'buttons'; buttons: Button[] };

export interface Message {
  /** One line. Also what a notification shows. */
  title: string;
  tone: Tone;
  blocks: Block[];
  /** Shown to this person alone, by their id on the channel, where a channel can do that. */
  onlyTo?: string;
}

export function message(title: string, options: { tone?: Tone; blocks?: Block[] } = {}): Message {
  return { title, tone: options.tone ?? 'neutral', blocks: options.blocks ?? [] };
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
