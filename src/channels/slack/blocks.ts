// A message as Block Kit. Everything but our own mentions is `plain_text` or rich text, which Slack shows as it stands: no
// mention, link or format in a text from outside is one. Limits: https://docs.slack.dev/reference/block-kit/blocks
import type { Block, Button, Message, Tone } from '../../domain/message.ts';
import { plainText } from '../../domain/message.ts';
import { safeMessage } from '../../domain/text/safe-message.ts';
import { escaped, wake } from './text.ts';

export const LIMITS = {
  blocks: 50,
  header: 150,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  buttons: 25,
  buttonLabel: 75,
  buttonValue: 2000,
  /** Of `text`, beyond which Slack cuts it: https://docs.slack.dev/reference/methods/chat.postMessage */
  fallback: 4000,
} as const;

/** What a preformatted block may hold is not written down; this much is shown by all clients. */
const CODE_MAX = 3000;

const NOTHING = '(no text)';

export type SlackBlock = Record<string, unknown> & { type: string };

const SIGN: Readonly<Record<Tone, string>> = {
  critical: '🔴 ',
  warning: '🟡 ',
  ok: '✅ ',
  info: '',
  neutral: '',
};

/** `text` is what a notification and a screen reader say. */
export function slackMessage(
  given: Message,
  mentions: readonly string[],
): { text: string; blocks: SlackBlock[] } {
  const message = safeMessage(given);
  const woken = mentions.flatMap((id) => wake(id) ?? []).join(' ');
  const title = titled(message);
  const body = message.blocks.flatMap((block, index) => blocksOf(block, index));
  const head = [...titleBlocks(title), ...(woken === '' ? [] : [section({ type: 'mrkdwn', text: woken })])];
  const some = [...head, ...body];
  // Slack refuses a message without any.
  const all = some.length > 0 ? some : [plain(NOTHING)];
  const kept =
    all.length <= LIMITS.blocks
      ? all
      : [...all.slice(0, LIMITS.blocks - 1), plain(`… and ${all.length - LIMITS.blocks + 1} parts more`)];
  const said = escaped(plainText({ ...message, title })).trim() || NOTHING;
  return { text: cut(woken === '' ? said : `${woken} ${said}`, LIMITS.fallback), blocks: kept };
}

/** Our titles mostly carry their sign already. */
function titled({ title, tone }: Message): string {
  return /^\P{ASCII}/u.test(title) ? title : `${SIGN[tone]}${title}`;
}

/** A header is cut at 150 characters, and a title is not to be. */
function titleBlocks(title: string): SlackBlock[] {
  if (title.length <= LIMITS.header && title !== '')
    return [{ type: 'header', text: { type: 'plain_text', text: title, emoji: false } }];
  return texts(title).map(plain);
}

function blocksOf(block: Block, index: number): SlackBlock[] {
  switch (block.type) {
    case 'text':
      return texts(block.text).map(plain);
    case 'code':
      return code(block.text);
    case 'fields':
      return inGroups(block.fields, LIMITS.fields).map((fields) => ({
        type: 'section',
        fields: fields.map(({ label, value }) => ({
          type: 'plain_text',
          text: cut(`${label}\n${value === '' ? '-' : value}`, LIMITS.fieldText),
          emoji: false,
        })),
      }));
    case 'section':
      return texts([block.heading, ...block.lines].filter((line) => line !== '').join('\n')).map(plain);
    case 'table':
      return code(tableText(block));
    case 'buttons':
      return inGroups(block.buttons, LIMITS.buttons).map((buttons, group) => ({
        type: 'actions',
        elements: buttons.map((button, place) => buttonElement(button, `${index}.${group}.${place}`)),
      }));
    default:
      return block satisfies never;
  }
}

/** It carries what a person would type, and so gives no right: who clicks is asked as who types is. */
function buttonElement({ label, command, style }: Button, place: string) {
  return {
    type: 'button',
    text: { type: 'plain_text', text: cut(label, LIMITS.buttonLabel), emoji: false },
    value: cut(command, LIMITS.buttonValue),
    action_id: `say.${place}`,
    ...(style ? { style } : {}),
  };
}

function code(text: string): SlackBlock[] {
  if (text.trim() === '') return [];
  return [
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: cut(text, CODE_MAX) }] }],
    },
  ];
}

function tableText({ columns, rows }: Extract<Block, { type: 'table' }>): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const section = (text: { type: 'mrkdwn' | 'plain_text'; text: string }): SlackBlock => ({
  type: 'section',
  text,
});

function plain(text: string): SlackBlock {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

/** At the ends of lines where there are any; Slack refuses an empty text. */
function texts(text: string): string[] {
  const parts: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    const line = rest.length > LIMITS.sectionText ? rest.lastIndexOf('\n', LIMITS.sectionText) : -1;
    const end =
      rest.length <= LIMITS.sectionText ? rest.length : line > 0 ? line : whole(rest, LIMITS.sectionText);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return parts;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, whole(text, max - 1))}…`;
}

/** Never between the halves of a character. */
function whole(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
