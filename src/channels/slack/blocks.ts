// A message as Block Kit. Everything but our own mentions is `plain_text` or rich text, which Slack shows as it stands: no
// mention, link or format in a text from outside is one. Limits: https://docs.slack.dev/reference/block-kit/blocks
import { shortened, wholeAt } from '../../domain/excerpt.ts';
import type { Block, Button, Message, Tone } from '../../domain/message.ts';
import { plainText } from '../../domain/message.ts';
import { safeMessage } from '../../domain/text/safe-message.ts';
import { elementsOf, linked } from './links.ts';
import { type Mentions, mentionedIn, mentionsIn, piecesOf } from './named.ts';
import { carriedBy } from './press.ts';
import { escaped, wake } from './text.ts';

export const LIMITS = {
  blocks: 50,
  /**
   * Of all blocks as JSON. Not written down by Slack; from some 13,200 on it refuses them as `msg_blocks_too_long`:
   * https://github.com/slackapi/bolt-js/issues/2509
   */
  bytes: 12_000,
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

/**
 * `text` is what a notification and a screen reader say. `heard`: the message as they say it, which show no buttons. `roomId`: of
 * a room that we name, where it is known.
 */
export function slackMessage(
  given: Message,
  mentions: readonly string[],
  linkHosts: ReadonlySet<string> = new Set(),
  heard: Message = given,
  roomId: (name: string) => string | undefined = () => undefined,
): { text: string; blocks: SlackBlock[] } {
  const message = safeMessage(given);
  const woken = mentions.flatMap((id) => wake(id) ?? []).join(' ');
  const title = titled(message);
  const inText: InText = { hosts: linkHosts, mentions: mentionsIn(message, roomId) };
  const body = message.blocks.flatMap((block, index) => blocksOf(block, index, inText));
  const mention = woken === '' ? [] : [section({ type: 'mrkdwn', text: woken })];
  const some = fitted(titleBlocks(title, inText.mentions), mention, body);
  // Slack refuses a message without any.
  const kept = some.length > 0 ? some : [plain(NOTHING)];
  const spoken = safeMessage(heard);
  const words = escaped(plainText({ ...spoken, title: titled(spoken) })).trim() || NOTHING;
  const said = mentionedIn(words, spoken, inText.mentions);
  return { text: shortened(woken === '' ? said : `${woken} ${said}`, LIMITS.fallback), blocks: kept };
}

/**
 * Within Slack's number of blocks and the size of all together. What it is about, whom it wakes and what can be done outlive
 * what is told; of the buttons the last ones stay, which decide.
 */
function fitted(
  title: readonly SlackBlock[],
  mention: readonly SlackBlock[],
  body: readonly SlackBlock[],
): SlackBlock[] {
  const all = [...title, ...mention, ...body];
  const room = { blocks: LIMITS.blocks, bytes: LIMITS.bytes };
  const take = (block: SlackBlock) => {
    const bytes = bytesOf(block);
    if (room.blocks < 1 || room.bytes < bytes) return false;
    room.blocks -= 1;
    room.bytes -= bytes;
    return true;
  };
  const fits = all.length <= room.blocks && all.reduce((sum, one) => sum + bytesOf(one), 0) <= room.bytes;
  if (fits) return all;
  // For the line that says what is missing.
  take(plain(leftOut(all.length)));
  const first = new Set([...title.slice(0, 1), ...mention]);
  const kept = new Set([...first].filter(take));
  const rest = all.filter((block) => !first.has(block));
  for (const block of rest.filter(({ type }) => type === 'actions').toReversed())
    if (take(block)) kept.add(block);
  // What is offered has its button beside it: the first ones are what an engineer would try first.
  for (const block of rest.filter(isOffered)) if (take(block)) kept.add(block);
  const told = rest.filter((block) => block.type !== 'actions' && !isOffered(block));
  const end = told.findIndex((block) => !take(block));
  for (const block of end < 0 ? told : told.slice(0, end)) kept.add(block);
  const shown = all.filter((block) => kept.has(block));
  const missing = plain(leftOut(all.length - shown.length));
  const at = shown.findLastIndex(({ type }) => type !== 'actions') + 1;
  return [...shown.slice(0, at), missing, ...shown.slice(at)];
}

const isOffered = (block: SlackBlock) => 'accessory' in block;

const leftOut = (parts: number) => `… and ${parts} ${parts === 1 ? 'part' : 'parts'} more`;

const bytesOf = (block: SlackBlock) => Buffer.byteLength(JSON.stringify(block)) + 1;

/** Our titles mostly carry their sign already. */
function titled({ title, tone }: Message): string {
  return /^(?:\([^)]*\) )*\P{ASCII}/u.test(title) ? title : `${SIGN[tone]}${title}`;
}

/** What a text may hold beside words. */
interface InText {
  hosts: ReadonlySet<string>;
  mentions: Mentions;
}

/** A header is cut at 150 characters, and a title is not to be; nor does a header hold a mention. */
function titleBlocks(title: string, mentions: Mentions): SlackBlock[] {
  const pieces = title.length <= LIMITS.sectionText ? piecesOf(title, mentions) : [];
  if (pieces.some((piece) => typeof piece !== 'string'))
    return [
      richText(
        pieces.map((piece) =>
          typeof piece === 'string' ? { type: 'text', text: piece, style: { bold: true } } : piece,
        ),
      ),
    ];
  if (title.length <= LIMITS.header && title !== '')
    return [{ type: 'header', text: { type: 'plain_text', text: title, emoji: false } }];
  return texts(title).map(plain);
}

/** Slack makes no links of plain text, so the parts that hold one for an allowed host are rich text. */
function blocksOf(block: Block, index: number, inText: InText): SlackBlock[] {
  const { hosts, mentions } = inText;
  const shown = (text: string) => texts(text).map((part) => linked(part, hosts, mentions) ?? plain(part));
  switch (block.type) {
    case 'text':
      return shown(block.text);
    case 'code':
      return code(block.text);
    case 'fields':
      return fieldsOf(block.fields, mentions);
    case 'section':
      return block.offers === undefined
        ? sectionOf(block, inText)
        : offered(block, block.offers, `${index}`, inText);
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

/** One that names somebody is a text of its own: a field is words. */
function fieldsOf(fields: readonly { label: string; value: string }[], mentions: Mentions): SlackBlock[] {
  const names = ({ value }: { value: string }) =>
    piecesOf(value, mentions).some((piece) => typeof piece !== 'string');
  const rich = fields
    .filter(names)
    .map(({ label, value }) =>
      richText([
        { type: 'text', text: `${label}\n`, style: { bold: true } },
        ...piecesOf(shortened(value, LIMITS.fieldText), mentions).map((piece) =>
          typeof piece === 'string' ? { type: 'text', text: piece } : piece,
        ),
      ]),
    );
  const others = fields.filter((field) => !names(field));
  const groups = inGroups(others, LIMITS.fields).map((group) => ({
    type: 'section',
    fields: group.map(({ label, value }) => ({
      type: 'plain_text',
      text: shortened(`${label}\n${value === '' ? '-' : value}`, LIMITS.fieldText),
      emoji: false,
    })),
  }));
  return [...rich, ...groups];
}

type Section = Pick<Extract<Block, { type: 'section' }>, 'heading' | 'lines'>;

/** Rich text, for a heading that is seen as one: its texts are shown as they stand, as plain ones are. */
function sectionOf({ heading, lines }: Section, { hosts, mentions }: InText): SlackBlock[] {
  const shown = (text: string) => linked(text, hosts, mentions) ?? plain(text);
  const body = texts(lines.filter((line) => line !== '').join('\n'));
  const title = shortened(heading.trim(), LIMITS.sectionText);
  if (title === '') return body.map(shown);
  const [first, ...rest] = body;
  const said = [
    { type: 'text', text: title, style: { bold: true } },
    ...(first === undefined ? [] : elementsOf(`\n${first}`, hosts, mentions)),
  ];
  return [richText(said), ...rest.map(shown)];
}

/** What can be done has its button beside what is said of it, else in a row under the rest. */
function offered(
  { heading, lines }: Section,
  offers: readonly string[],
  place: string,
  inText: InText,
): SlackBlock[] {
  const button = (command: string, at: number) =>
    buttonElement({ label: command.replace(/^\//, ''), command }, `${place}.${at}`);
  const plainLines = lines.filter(
    (line) => !offers.some((offer) => line === offer || line.startsWith(`${offer} `)),
  );
  const bare = offers.filter((offer) => !lines.some((line) => line.startsWith(`${offer} `)));
  return [
    ...sectionOf({ heading, lines: plainLines }, inText),
    ...offers.flatMap((offer, at) => {
      const why = lines
        .find((line) => line.startsWith(`${offer} `))
        ?.slice(offer.length)
        .replace(/^[ —-]+/, '');
      return why ? [{ ...plain(shortened(why, LIMITS.sectionText)), accessory: button(offer, at) }] : [];
    }),
    ...inGroups(bare, LIMITS.buttons).map((group, row) => ({
      type: 'actions',
      elements: group.map((offer, at) => button(offer, 1000 + row * LIMITS.buttons + at)),
    })),
  ];
}

/** What it carries gives no right: who clicks is asked as who types is. */
function buttonElement(button: Button, place: string) {
  return {
    type: 'button',
    text: {
      type: 'plain_text',
      text: shortened(button.label.trim() || '…', LIMITS.buttonLabel),
      emoji: false,
    },
    ...carriedBy({ ...button, command: shortened(button.command, LIMITS.buttonValue) }, place),
    ...(button.style ? { style: button.style } : {}),
  };
}

function code(text: string): SlackBlock[] {
  if (text.trim() === '') return [];
  return [
    {
      type: 'rich_text',
      elements: [
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: shortened(text, CODE_MAX) }] },
      ],
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

function richText(elements: readonly Record<string, unknown>[]): SlackBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

function plain(text: string): SlackBlock {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

/** At the ends of lines where there are any; Slack refuses an empty text. */
function texts(text: string): string[] {
  const parts: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    const line = rest.length > LIMITS.sectionText ? rest.lastIndexOf('\n', LIMITS.sectionText) : -1;
    const end =
      rest.length <= LIMITS.sectionText ? rest.length : line > 0 ? line : wholeAt(rest, LIMITS.sectionText);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return parts;
}

function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
