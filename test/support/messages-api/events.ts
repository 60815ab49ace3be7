// An answer of the Messages API, whole or as the events of a stream, cut at awkward places.
import type { InputTokens } from './cache.ts';
import { tokensOf } from './cache.ts';
import { signatureOf } from './validate.ts';

export type Said =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; name: string; id?: string; input: unknown }
  /** Its arguments as they are streamed: they need not be JSON. */
  | { type: 'tool_use'; name: string; id?: string; json: string }
  /** Its text is left out by default on the newer models; what is signed must come back. */
  | { type: 'thinking'; thinking: string };

export interface Answer {
  id: string;
  model: string;
  blocks: readonly Said[];
  stop: string;
  input: InputTokens;
}

/** UTF-16 units of one text delta, of one piece of arguments; long ones come in this many. */
const TEXT_PIECE = 7;
const JSON_PIECE = 5;
const MOST_PIECES = 2_000;

export function asMessage(answer: Answer): Record<string, unknown> {
  return {
    ...emptyMessage(answer),
    content: answer.blocks.map((said, at) => whole(said, at, answer.id)),
    stop_reason: answer.stop,
    stop_details: detailsOf(answer.stop),
    usage: usageOf(answer, outputTokens(answer)),
  };
}

/** In the order and the form of "Streaming messages": each event is its own text. */
export function asEvents(answer: Answer): string[] {
  const events = [
    event('message_start', { message: { ...emptyMessage(answer), usage: usageOf(answer, 1) } }),
    event('ping', {}),
  ];
  for (const [index, said] of answer.blocks.entries()) {
    events.push(event('content_block_start', { index, content_block: beginning(said, index, answer.id) }));
    for (const delta of deltasOf(said)) events.push(event('content_block_delta', { index, delta }));
    events.push(event('content_block_stop', { index }));
  }
  events.push(
    event('message_delta', {
      delta: {
        stop_reason: answer.stop,
        stop_sequence: null,
        stop_details: detailsOf(answer.stop),
        container: null,
      },
      usage: {
        ...answer.input,
        output_tokens: outputTokens(answer),
        output_tokens_details: null,
        server_tool_use: null,
      },
    }),
    event('message_stop', {}),
  );
  return events;
}

export function event(type: string, fields: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function emptyMessage({ id, model }: Answer): Record<string, unknown> {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

function usageOf({ input }: Answer, output: number): Record<string, unknown> {
  return {
    ...input,
    cache_creation: {
      ephemeral_5m_input_tokens: input.cache_creation_input_tokens,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: output,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: null,
    speed: 'standard',
  };
}

function detailsOf(stop: string): unknown {
  return stop === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
}

function whole(said: Said, at: number, message: string): unknown {
  switch (said.type) {
    case 'text':
      return { type: 'text', text: said.text, citations: null };
    case 'tool_use':
      return { ...toolUse(said, at, message), input: 'input' in said ? said.input : {} };
    case 'thinking':
      return { type: 'thinking', thinking: said.thinking, signature: signatureOf(said.thinking) };
    default:
      return said satisfies never;
  }
}

function beginning(said: Said, at: number, message: string): unknown {
  switch (said.type) {
    case 'text':
      return { type: 'text', text: '', citations: null };
    case 'tool_use':
      return { ...toolUse(said, at, message), input: {} };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    default:
      return said satisfies never;
  }
}

function toolUse({ id, name }: { id?: string; name: string }, at: number, message: string) {
  return { type: 'tool_use', id: id ?? `toolu_${message.slice(4)}_${at}`, name, caller: { type: 'direct' } };
}

function deltasOf(said: Said): unknown[] {
  switch (said.type) {
    case 'text':
      return pieces(said.text, TEXT_PIECE).map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      // The first piece is empty, as the API's are.
      return ['', ...pieces('json' in said ? said.json : JSON.stringify(said.input), JSON_PIECE)].map(
        (partial_json) => ({ type: 'input_json_delta', partial_json }),
      );
    case 'thinking':
      return [
        ...pieces(said.thinking, TEXT_PIECE).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: signatureOf(said.thinking) },
      ];
    default:
      return said satisfies never;
  }
}

function pieces(text: string, length: number): string[] {
  const found: string[] = [];
  const step = Math.max(length, Math.ceil(text.length / MOST_PIECES));
  for (let at = 0; at < text.length; at += step) found.push(text.slice(at, at + step));
  return found;
}

function outputTokens({ blocks }: Answer): number {
  return Math.max(1, tokensOf(JSON.stringify(blocks)));
}
