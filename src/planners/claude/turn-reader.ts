// One answer, put together from the events of its stream. Everything in them is from outside and may be anything.
import type { AskedCall } from './tools.ts';

export type TurnBlock =
  | { type: 'text'; text: string }
  | ({ type: 'tool_use' } & AskedCall)
  /** Goes back as it came: the API checks its signature. */
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string };

export interface Turn {
  blocks: readonly TurnBlock[];
  /** `end_turn`, `tool_use`, `max_tokens`, `refusal`, ... Null: the stream ended before it was said. */
  stop: string | null;
}

/** Token counts as they were said last; null: never. Whole numbers from 0 on. */
export interface SaidUsage {
  input: number | null;
  output: number | null;
  cacheWrite: number | null;
  cacheRead: number | null;
}

export interface TurnReader {
  /** Whether its text grew. Errors: Garbled, for what is no answer of this API. */
  add(event: unknown): boolean;
  /** Of its text blocks, so far. */
  text(): string;
  usage(): SaidUsage;
  /** UTF-16 units of everything the model wrote so far, thinking included. */
  written(): number;
  /** Whether anything came, and whether it came to its end. */
  began(): boolean;
  turn(): Turn;
}

/** Its message is for a sentence: "it named no place for a piece". */
export class Garbled extends Error {
  override readonly name = 'Garbled';
}

const MOST_BLOCKS = 32;
const LONGEST_TEXT = 64 * 1024;
const LONGEST_ARGUMENTS = 64 * 1024;
const MOST_TOKENS = 100_000_000;

export function createTurnReader(): TurnReader {
  const blocks = new Map<number, TurnBlock>();
  const usage: SaidUsage = { input: null, output: null, cacheWrite: null, cacheRead: null };
  let stop: string | null = null;
  let began = false;
  let written = 0;
  let textLength = 0;

  function start(event: Fields): void {
    const index = indexOf(event);
    if (blocks.size >= MOST_BLOCKS) throw new Garbled('it had too many parts');
    if (blocks.has(index)) throw new Garbled('two parts had the same place');
    const block = blockOf(fieldsOf(event.content_block));
    if (block === null) return;
    if (block.type === 'tool_use' && [...blocks.values()].some((one) => 'id' in one && one.id === block.id))
      throw new Garbled('two calls of tools had the same id');
    blocks.set(index, block);
    if (block.type === 'text') grow(block.text);
  }

  function delta(event: Fields): void {
    const block = blocks.get(indexOf(event));
    // A part of a kind we do not know was not kept.
    if (block === undefined) return;
    const { type, text, partial_json, thinking, signature } = fieldsOf(event.delta);
    if (block.type === 'text' && type === 'text_delta') {
      block.text += stringOf(text);
      grow(stringOf(text));
    } else if (block.type === 'tool_use' && type === 'input_json_delta') {
      const more = stringOf(partial_json);
      written += more.length;
      if (block.json.length + more.length > LONGEST_ARGUMENTS) block.tooLong = true;
      else block.json += more;
    } else if (block.type === 'thinking' && type === 'thinking_delta') {
      block.thinking += stringOf(thinking);
      written += stringOf(thinking).length;
    } else if (block.type === 'thinking' && type === 'signature_delta')
      block.signature += stringOf(signature);
  }

  function grow(text: string): void {
    written += text.length;
    textLength += text.length;
    if (textLength > LONGEST_TEXT) throw new Garbled('it was longer than it may be');
  }

  function count(given: unknown): void {
    const said = fieldsOf(given);
    usage.input = tokensOf(said.input_tokens) ?? usage.input;
    usage.output = tokensOf(said.output_tokens) ?? usage.output;
    usage.cacheWrite = tokensOf(said.cache_creation_input_tokens) ?? usage.cacheWrite;
    usage.cacheRead = tokensOf(said.cache_read_input_tokens) ?? usage.cacheRead;
  }

  function take(event: Fields): void {
    // Others end a part, the message, or are kinds that the API may add.
    if (event.type === 'message_start') {
      if (began) throw new Garbled('it began twice');
      began = true;
      count(fieldsOf(event.message).usage);
    } else if (event.type === 'content_block_start') start(event);
    else if (event.type === 'content_block_delta') delta(event);
    else if (event.type === 'message_delta') {
      const reason = fieldsOf(event.delta).stop_reason;
      if (typeof reason === 'string') stop = reason;
      count(event.usage);
    }
  }

  return {
    add(event) {
      const before = textLength;
      take(fieldsOf(event));
      return textLength > before;
    },
    text: () => joinedText([...blocks.values()]),
    usage: () => ({ ...usage }),
    written: () => written,
    began: () => began,
    turn: () => ({
      blocks: [...blocks].sort(([one], [other]) => one - other).map(([, block]) => block),
      stop,
    }),
  };
}

export function joinedText(blocks: readonly TurnBlock[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}

type Fields = Record<string, unknown>;

function blockOf(given: Fields): TurnBlock | null {
  switch (given.type) {
    case 'text':
      return { type: 'text', text: stringOf(given.text) };
    case 'tool_use': {
      const { id, name } = given;
      // They go back as they came, and the API refuses others than these itself.
      if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]{1,200}$/.test(id))
        throw new Garbled('a call of a tool had no proper id');
      const isName = typeof name === 'string' && /^[a-zA-Z0-9_-]{1,128}$/.test(name);
      return { type: 'tool_use', id, name: isName ? name : 'unknown', json: '', tooLong: false };
    }
    case 'thinking':
      return { type: 'thinking', thinking: stringOf(given.thinking), signature: stringOf(given.signature) };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: stringOf(given.data) };
    default:
      return null;
  }
}

function indexOf({ index }: Fields): number {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > 1_000)
    throw new Garbled('a piece of it named no place');
  return index;
}

function tokensOf(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
  return Math.min(MOST_TOKENS, Math.ceil(value));
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
