// A message is data; each channel renders it in its own way.

export type Tone = 'critical' | 'warning' | 'info' | 'ok' | 'neutral';

export interface Button {
  label: string;
  /** Exactly what a person would type instead, such as `/approve 7`. */
  command: string;
  style?: 'primary' | 'danger';
}

export type Block =
  | { type: 'text'; text: string }
  | { type: 'fields'; fields: { label: string; value: string }[] }
  | { type: 'section'; heading: string; lines: string[] }
  | { type: 'code'; text: string }
  | { type: 'table'; columns: string[]; rows: string[][] }
  | { type: 'buttons'; buttons: Button[] };

export interface Message {
  /** One line. Also what a notification shows. */
  title: string;
  tone: Tone;
  blocks: Block[];
  /** Kept in sight, where a chat can do that: the summary of an incident. */
  pinned?: true;
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
