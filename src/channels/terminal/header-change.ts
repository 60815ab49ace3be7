// What an edit of a message changed, in words: the entire card again would push the thread off the screen.
import type { Block, Message } from '../../domain/message.ts';
import { safeLine } from '../../domain/text/safe-text.ts';

const MOST_CHANGES = 4;

/**
 * Short phrases, the most telling first. Empty: an edit nobody can see. `header` of an incident: what it gains its
 * thread says as well, so only what became different is news.
 */
export function changesBetween(old: Message, now: Message, { header }: { header: boolean }): string[] {
  const [before, after] = [fieldsOf(old), fieldsOf(now)];
  const known = new Map([...after].filter(([label]) => before.has(label)));
  const [was, title] = [safeLine(old.title), safeLine(now.title)];
  const rest = [
    ...changedFields(before, header ? known : after),
    ...(header ? [] : changedLines(linesOf(old), linesOf(now))),
  ].filter((change) => change !== '');
  const changes = was === title ? rest : titleAnd(rest, was, title);
  if (changes.length > MOST_CHANGES) {
    return [...changes.slice(0, MOST_CHANGES), `${changes.length - MOST_CHANGES} more changes`];
  }
  if (header || changes.length > 0 || JSON.stringify(old) === JSON.stringify(now)) return changes;
  return commandsOf(now).length > 0 ? [`type ${commandsOf(now).join(' or ')}`] : [];
}

/** Where only its mark is another one, that stands before what it is about: "🟡 acknowledged by @sarah". */
function titleAnd([first, ...more]: readonly string[], was: string, title: string): string[] {
  const [mark = '', words] = /^(\p{Extended_Pictographic}) (.*)$/u.exec(title)?.slice(1) ?? [];
  const sameWords = mark !== '' && was.endsWith(` ${words}`) && !was.startsWith(mark);
  if (sameWords && first !== undefined) return [`${mark} ${first}`, ...more];
  return [title, ...(first === undefined ? [] : [first]), ...more];
}

function changedFields(old: Map<string, string>, now: Map<string, string>): string[] {
  return [
    ...[...now]
      .filter(([label, value]) => old.get(label) !== value)
      .map(([label, value]) => phrase(label, value)),
    ...[...old.keys()]
      .filter((label) => !now.has(label))
      .map((label) => `no longer ${bare(label).toLowerCase()}`),
  ];
}

/** Only what came: what went is seldom news, and is above on the screen. */
function changedLines(old: readonly string[], now: readonly string[]): string[] {
  const before = new Set(old);
  return now.filter((line) => !before.has(line));
}

/** "acknowledged by @sarah" needs no "State" before it; "0.2%" needs to say of what. */
function phrase(label: string, value: string): string {
  return /^(state|status)$/iu.test(bare(label)) ? value : `${bare(label).toLowerCase()} ${value}`;
}

/** A label without its picture. */
function bare(label: string): string {
  return label.replace(/^[^\p{L}\p{N}]+/u, '');
}

function fieldsOf(message: Message): Map<string, string> {
  const fields = message.blocks.flatMap((block) => (block.type === 'fields' ? block.fields : []));
  return new Map(fields.map(({ label, value }) => [safeLine(label), safeLine(value)]));
}

function linesOf(message: Message): string[] {
  return message.blocks
    .flatMap(blockLines)
    .map(safeLine)
    .filter((line) => line !== '');
}

function blockLines(block: Block): string[] {
  switch (block.type) {
    case 'text':
      // That somebody decided is a line of its own in the thread.
      return block.role === 'decision' ? [] : block.text.split('\n');
    case 'code':
      return block.text.split('\n');
    case 'section':
      return [block.heading, ...block.lines];
    case 'table':
      return block.rows.map((row) => row.join(' '));
    case 'fields':
    case 'buttons':
      return [];
    default:
      return block satisfies never;
  }
}

function commandsOf(message: Message): string[] {
  return message.blocks
    .flatMap((block) => (block.type === 'buttons' ? block.buttons : []))
    .map(({ command }) => safeLine(command));
}
