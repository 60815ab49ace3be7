// A thread as a phone shows it, drawn from the Block Kit payloads that were posted: for people who read the README, and for
// whoever changes a card and wants to see it. Signs are drawn, because the font has none.
import { createRequire } from 'node:module';
import type { Posted } from './slack.ts';

const require = createRequire(import.meta.url);
const FONTS = ['400Regular/DMMono_400Regular.ttf', '500Medium/DMMono_500Medium.ttf'].map((file) =>
  require.resolve(`@expo-google-fonts/dm-mono/${file}`),
);

const WIDTH = 430;
const LEFT = 58;
const RIGHT = 16;
const SIZE = 12.5;
/** Of the font: each letter is as wide. */
const LETTER = 0.6;
const LINE = 17;
const GAP = 5;
/** What a phone shows of a long one without a thumb. */
export const PHONE = 470;

const INK = '#1d1c1d';
const QUIET = '#616061';
const SIGNS: Readonly<Record<string, string>> = {
  '🔴': '#d92d20',
  '🟠': '#f08c00',
  '🟡': '#f5c211',
  '🟢': '#2e9e4f',
};

interface Shown {
  name: string;
  isApp: boolean;
  /** `03:14` */
  time: string;
  text: string;
  blocks: Posted['blocks'];
}

interface Paper {
  y: number;
  parts: string[];
}

/** PNG. `title`: what stands at the top, such as `Thread  #ops-critical`. */
export async function slackPicture(
  title: string,
  shown: readonly Shown[],
  tallest = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js');
  const options = {
    font: { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'DM Mono' },
    fitTo: { mode: 'zoom' as const, value: 1.1 },
  };
  return Buffer.from(new Resvg(slackSvg(title, shown, tallest), options).render().asPng());
}

function slackSvg(title: string, shown: readonly Shown[], tallest: number): string {
  const paper: Paper = { y: 12, parts: [] };
  write(paper, title, { x: 16, bold: true, size: 14 });
  paper.y += 8;
  paper.parts.push(`<path d="M0 ${paper.y} H${WIDTH}" stroke="#ddd"/>`);
  paper.y += 16;
  for (const message of shown) draw(paper, message);
  const height = Math.min(paper.y + 6, tallest);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"
    font-family="DM Mono" ><rect width="100%" height="100%" rx="14" fill="#fff"/>${paper.parts.join('\n')}</svg>`;
}

function draw(paper: Paper, { name, isApp, time, text, blocks }: Shown): void {
  const top = paper.y;
  const initial = escaped(name.slice(0, 1).toUpperCase());
  paper.parts.push(
    `<rect x="16" y="${top}" width="32" height="32" rx="7" fill="${isApp ? '#4a154b' : '#2c699a'}"/>`,
    `<text x="32" y="${top + 22}" font-size="16" font-weight="500" text-anchor="middle" fill="#fff">${initial}</text>`,
  );
  paper.y = top + 13;
  const nameEnd = LEFT + name.length * 13 * LETTER + 6;
  paper.parts.push(
    `<text x="${LEFT}" y="${paper.y}" font-size="13" font-weight="500" fill="${INK}">${escaped(name)}</text>`,
  );
  if (isApp)
    paper.parts.push(
      `<rect x="${nameEnd}" y="${paper.y - 10}" width="26" height="13" rx="3" fill="#ececec"/>`,
      `<text x="${nameEnd + 13}" y="${paper.y}" font-size="9" text-anchor="middle" fill="${QUIET}">APP</text>`,
    );
  const at = nameEnd + (isApp ? 32 : 0);
  paper.parts.push(`<text x="${at}" y="${paper.y}" font-size="11" fill="${QUIET}">${time}</text>`);
  paper.y += 6;
  if (blocks.length === 0) write(paper, text);
  for (const block of blocks) {
    drawBlock(paper, block);
    paper.y += GAP;
  }
  paper.y = Math.max(paper.y, top + 32) + 14;
}

interface TextObject {
  text: string;
}

function drawBlock(paper: Paper, block: Record<string, unknown>): void {
  const text = (block.text as TextObject | undefined)?.text;
  const elements = (block.elements ?? []) as Record<string, unknown>[];
  switch (block.type) {
    case 'header':
      write(paper, text ?? '', { bold: true, size: 14 });
      break;
    case 'section':
      if (text !== undefined) write(paper, text);
      // On a phone it stands below its text.
      if (block.accessory !== undefined) drawButtons(paper, [block.accessory as Record<string, unknown>]);
      for (const field of (block.fields ?? []) as TextObject[]) drawField(paper, field.text);
      break;
    case 'actions':
      drawButtons(paper, elements);
      break;
    case 'context':
      write(paper, textsIn(elements).join(' '), { colour: QUIET, size: 11 });
      break;
    case 'rich_text':
      for (const part of elements) {
        const words = textsIn(part).join('');
        if (part.type === 'rich_text_preformatted') drawCode(paper, words);
        else write(paper, words);
      }
      break;
    default:
      write(paper, textsIn([block]).join(' '));
  }
}

/** A label over its value, in one line where it fits. */
function drawField(paper: Paper, text: string): void {
  const [label = '', ...value] = text.split('\n');
  write(paper, `${label.replace(/^\*|\*$/g, '')}: ${value.join(' ')}`);
}

function drawCode(paper: Paper, text: string): void {
  const top = paper.y + 4;
  paper.y = top + 4;
  const before = paper.parts.length;
  write(paper, text, { x: LEFT + 8, size: 11 });
  const height = paper.y - top + 8;
  const width = WIDTH - LEFT - RIGHT;
  paper.parts.splice(
    before,
    0,
    `<rect x="${LEFT}" y="${top}" width="${width}" height="${height}" rx="4" fill="#f8f8f8" stroke="#ddd"/>`,
  );
  paper.y = top + height + 4;
}

function drawButtons(paper: Paper, buttons: readonly Record<string, unknown>[]): void {
  let x = LEFT;
  paper.y += 8;
  for (const { text, style } of buttons) {
    const label = (text as TextObject | undefined)?.text ?? '';
    const width = label.length * 12 * LETTER + 26;
    if (x + width > WIDTH - RIGHT) {
      x = LEFT;
      paper.y += 36;
    }
    const fill = style === 'primary' ? '#007a5a' : style === 'danger' ? '#e01e5a' : '#fff';
    paper.parts.push(
      `<rect x="${x}" y="${paper.y}" width="${width}" height="28" rx="6" fill="${fill}" stroke="${style ? fill : '#bbb'}"/>`,
      `<text x="${x + width / 2}" y="${paper.y + 18}" font-size="12" font-weight="500" text-anchor="middle" fill="${style ? '#fff' : INK}">${escaped(label)}</text>`,
    );
    x += width + 8;
  }
  paper.y += 34;
}

interface Pen {
  x?: number;
  size?: number;
  bold?: boolean;
  colour?: string;
}

function write(paper: Paper, text: string, { x = LEFT, size = SIZE, bold, colour = INK }: Pen = {}): void {
  const most = Math.floor((WIDTH - x - RIGHT) / (size * LETTER));
  const step = LINE * (size / SIZE);
  for (const line of wrapped(text, most)) {
    paper.y += step;
    let at = x;
    let words = '';
    const flush = () => {
      if (words !== '')
        paper.parts.push(
          `<text x="${at}" y="${paper.y}" font-size="${size}" ${bold ? 'font-weight="500"' : ''} fill="${colour}" xml:space="preserve">${escaped(words)}</text>`,
        );
      at += words.length * size * LETTER;
      words = '';
    };
    for (const sign of line) {
      if (!isSign(sign)) {
        words += sign;
        continue;
      }
      flush();
      paper.parts.push(signAt(sign, at, paper.y, size));
      at += size * LETTER * 2;
    }
    flush();
  }
}

const isSign = (sign: string): boolean => /\p{Extended_Pictographic}/u.test(sign);

function signAt(sign: string, x: number, y: number, size: number): string {
  const middle = `cx="${x + size * 0.55}" cy="${y - size * 0.34}"`;
  if (SIGNS[sign]) return `<circle ${middle} r="${size * 0.42}" fill="${SIGNS[sign]}"/>`;
  if (sign === '✅')
    return `<rect x="${x + 1}" y="${y - size * 0.78}" width="${size * 0.9}" height="${size * 0.9}" rx="2" fill="#2e9e4f"/>
      <path d="M${x + 3.4} ${y - size * 0.34} l2.2 2.6 l4.4 -5.2" fill="none" stroke="#fff" stroke-width="1.7"/>`;
  // A picture whose meaning stands in words beside it.
  return `<circle ${middle} r="${size * 0.3}" fill="none" stroke="#8d8d8d" stroke-width="1.4"/>`;
}

/** Lines of at most so many letters, broken between words where there are any. */
function wrapped(text: string, most: number): string[] {
  return text
    .replace(/[\ufe0f\u200d]/g, '')
    .split('\n')
    .flatMap((line) => {
      const lines: string[] = [];
      let rest = line;
      while (widthOf(rest) > most) {
        const space = rest.lastIndexOf(' ', most);
        const end = space > most / 2 ? space : most;
        lines.push(rest.slice(0, end));
        rest = `  ${rest.slice(end).trimStart()}`;
      }
      return [...lines, rest];
    });
}

const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + (isSign(sign) ? 2 : 1), 0);

/** All that is shown of a part we do not draw in a way of its own. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { text, elements } = value as { text?: unknown; elements?: unknown };
  return [...(typeof text === 'string' ? [text] : textsIn(text)), ...textsIn(elements)];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
