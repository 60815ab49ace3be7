// One request to the model, and the one place that everything in it passes before it leaves.
import type Anthropic from '@anthropic-ai/sdk';
import { digestOf, type Json } from '../../domain/digest.ts';
import { redactJson } from '../../domain/redact.ts';
import type { EndTool, ReadTool } from './tools.ts';

type Block =
  | Anthropic.TextBlockParam
  | Anthropic.ToolUseBlockParam
  | Anthropic.ToolResultBlockParam
  | Anthropic.ThinkingBlockParam
  | Anthropic.RedactedThinkingBlockParam;

export interface TurnMessage {
  role: 'user' | 'assistant';
  content: readonly Block[];
}

export interface RequestParts {
  model: string;
  /** The same in every conversation of its kind; tools and these are what the cache keeps. */
  stable: readonly string[];
  varying: readonly string[];
  tools: readonly (ReadTool | EndTool)[];
  messages: readonly TurnMessage[];
  maxTokens: number;
}

export type ModelRequest = Omit<Anthropic.MessageCreateParamsStreaming, 'messages'> & {
  messages: (Anthropic.UserMessageParam | Anthropic.AssistantMessageParam)[];
};

const CACHED = { cache_control: { type: 'ephemeral' } } as const;

/**
 * Marks: the end of what is stable (tools come before it), and, where a next turn is likely, the end of the whole, so
 * that this next turn reads it from the cache. The blocks themselves stay the same bytes from turn to turn.
 */
export function buildRequest(parts: RequestParts): ModelRequest {
  const { model, maxTokens, tools } = parts;
  const stable = parts.stable.filter((text) => text.trim() !== '');
  const varying = parts.varying.filter((text) => text.trim() !== '');
  const system: Anthropic.TextBlockParam[] = [
    ...stable.map((text, at) => ({
      type: 'text' as const,
      text,
      ...(at === stable.length - 1 ? CACHED : {}),
    })),
    ...varying.map((text) => ({ type: 'text' as const, text })),
  ];
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    ...(system.length === 0 ? {} : { system }),
    messages: parts.messages.map(({ role, content }, at) => ({
      role,
      content: tools.length > 0 && at === parts.messages.length - 1 ? withMark(content) : [...content],
    })),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema }) => ({
            name,
            description,
            input_schema: inputSchema,
          })),
        }),
    ...(takesEffort(model) ? { output_config: { effort: 'medium' } } : {}),
  };
}

/**
 * The models from 5 on think as long as they like; "high" is the default of most, and longer than anybody waits at
 * night. Older ones and other people's do not know the setting.
 */
function takesEffort(model: string): boolean {
  return /^claude-(?:fable|mythos|opus|sonnet|haiku)-5(?:-|$)/.test(model);
}

function withMark(content: readonly Block[]): Block[] {
  return content.map((block, at) =>
    at === content.length - 1 && (block.type === 'text' || block.type === 'tool_result')
      ? { ...block, ...CACHED }
      : block,
  );
}

/**
 * The request as it may leave: every text in it passed through `outgoing`. Not passed: names and ids (of ours, or of
 * a fixed form), and what the API signed, which must go back as it came: a thinking that would be changed is left out.
 * Errors: whatever `outgoing` throws, and a TypeError where it gives no text; then nothing may be sent.
 */
export function cleanRequest(request: ModelRequest, outgoing: (text: string) => string): ModelRequest {
  const clean = cleanerOf(outgoing);
  const { system, tools } = request;
  return {
    ...request,
    ...(Array.isArray(system)
      ? { system: system.map((block) => ({ ...block, text: clean(block.text) })) }
      : {}),
    messages: request.messages.map((message) => ({
      ...message,
      content: (message.content as Block[]).flatMap((block) => cleanBlock(block, clean)),
    })),
    ...(tools ? { tools: tools.map((tool) => cleanTool(tool as Anthropic.Tool, clean)) } : {}),
  };
}

/** Blocks as they are kept: cleaned like the request they go back in, and without what the API signed. Null: they cannot be cleaned. */
export function keptContent(content: readonly Block[], outgoing: (text: string) => string): unknown[] | null {
  try {
    return content.flatMap((block) => cleanBlock(block, cleanerOf(outgoing))).map(unsigned);
  } catch {
    return null;
  }
}

/** In the place of a signature. */
export const NOT_KEPT = 'not kept';

/**
 * The name of a request's bytes: SHA-256 over canonical JSON. Passed over is what is not kept, so that the request made
 * from the record has the same name. Null: it has a part that JSON cannot say.
 */
export function requestDigest(request: ModelRequest): string | null {
  const messages = request.messages.map((message) => ({
    ...message,
    content: (message.content as Block[]).map(unsigned),
  }));
  try {
    return digestOf(JSON.parse(JSON.stringify(redactJson({ ...request, messages }))) as Json);
  } catch {
    return null;
  }
}

function unsigned(block: Block): Block {
  if (block.type === 'thinking') return { ...block, signature: NOT_KEPT };
  return block.type === 'redacted_thinking' ? { ...block, data: NOT_KEPT } : block;
}

function cleanerOf(outgoing: (text: string) => string): (text: string) => string {
  return (text) => {
    const cleaned: unknown = outgoing(text.toWellFormed());
    if (typeof cleaned !== 'string') throw new TypeError('no text came back');
    return cleaned;
  };
}

function cleanTool(tool: Anthropic.Tool, clean: (text: string) => string): Anthropic.Tool {
  return {
    ...tool,
    description: clean(tool.description ?? ''),
    input_schema: cleanValue(tool.input_schema, clean, (name) => name) as Anthropic.Tool.InputSchema,
  };
}

function cleanBlock(block: Block, clean: (text: string) => string): Block[] {
  switch (block.type) {
    case 'text':
      return [{ ...block, text: clean(block.text) }];
    case 'tool_use':
      return [{ ...block, input: cleanValue(block.input, clean, clean) }];
    case 'tool_result':
      return [{ ...block, content: clean(String(block.content)) }];
    case 'thinking':
      return clean(block.thinking) === block.thinking ? [block] : [];
    case 'redacted_thinking':
      return [block];
    default:
      return block satisfies never;
  }
}

function cleanValue(
  value: unknown,
  clean: (text: string) => string,
  cleanName: (name: string) => string,
): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => cleanValue(one, clean, cleanName));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [cleanName(name), cleanValue(one, clean, cleanName)]),
  );
}
