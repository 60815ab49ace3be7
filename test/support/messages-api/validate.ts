// What the Messages API refuses in a request, by its reference (version 2026-10-21) and its page of errors.

export interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: unknown;
  is_error?: boolean;
  signature?: string;
  thinking?: string;
  cache_control?: unknown;
}

export interface MessageParam {
  role: 'user' | 'assistant';
  content: string | Block[];
}

export interface ToolParam {
  name: string;
  description?: string;
  input_schema: { type?: unknown; properties?: unknown };
  cache_control?: unknown;
}

export interface RequestBody {
  model: string;
  max_tokens: number;
  stream?: boolean;
  system?: string | Block[];
  messages: MessageParam[];
  tools?: ToolParam[];
  tool_choice?: { type: string };
  thinking?: { type: string };
  output_config?: { effort?: string };
}

const KNOWN = new Set(
  'model max_tokens stream system messages tools tool_choice thinking output_config metadata stop_sequences service_tier cache_control'.split(
    ' ',
  ),
);
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const ID = /^[a-zA-Z0-9_-]+$/;

/** The message of a 400, or null. */
export function whatIsWrong(body: unknown): string | null {
  if (!isObject(body)) return 'Input should be a valid dictionary';
  for (const name of Object.keys(body))
    if (!KNOWN.has(name)) return `${name}: Extra inputs are not permitted`;
  if (typeof body.model !== 'string' || body.model === '') return 'model: Field required';
  if (typeof body.max_tokens !== 'number' || !Number.isInteger(body.max_tokens) || body.max_tokens < 1)
    return 'max_tokens: Input should be greater than or equal to 1';
  const { model } = body;
  if (
    isObject(body.tool_choice) &&
    /-5-5$/.test(model) &&
    ['any', 'tool'].includes(String(body.tool_choice.type))
  )
    return 'tool_choice: forced tool use is not supported by this model';
  if (isObject(body.thinking) && body.thinking.type === 'disabled' && /sonnet-5-5/.test(model))
    return 'thinking.type: "disabled" is not supported by this model; use "between_tools"';
  return (
    wrongSystem(body.system) ??
    wrongTools(body.tools) ??
    wrongMessages(body.messages) ??
    wrongCacheMarks(body as unknown as RequestBody)
  );
}

function wrongSystem(system: unknown): string | null {
  if (system === undefined || typeof system === 'string') return null;
  if (!Array.isArray(system)) return 'system: Input should be a valid list';
  for (const [at, block] of system.entries())
    if (!isObject(block) || block.type !== 'text' || typeof block.text !== 'string' || block.text === '')
      return `system.${at}: text content blocks must be non-empty`;
  return null;
}

function wrongTools(tools: unknown): string | null {
  if (tools === undefined) return null;
  if (!Array.isArray(tools)) return 'tools: Input should be a valid list';
  const names = new Set<string>();
  for (const [at, tool] of tools.entries()) {
    if (!isObject(tool) || typeof tool.name !== 'string' || !NAME.test(tool.name))
      return `tools.${at}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    if (names.has(tool.name)) return 'tools: Tool names must be unique.';
    names.add(tool.name);
    if (!isObject(tool.input_schema)) return `tools.${at}.custom.input_schema: Field required`;
    if (tool.input_schema.type !== 'object')
      return `tools.${at}.custom.input_schema.type: Input should be 'object'`;
  }
  return null;
}

/** The API joins two messages of one side; ours never sends them, so here they are a mistake. */
function wrongMessages(messages: unknown): string | null {
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  let open: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (!isObject(message)) return `messages.${at}: Input should be a valid dictionary`;
    if (message.role !== (at % 2 === 0 ? 'user' : 'assistant'))
      return `messages.${at}: roles must alternate between "user" and "assistant", starting with "user"`;
    const blocks: unknown[] =
      typeof message.content === 'string'
        ? [{ type: 'text', text: message.content }]
        : Array.isArray(message.content)
          ? message.content
          : [];
    if (blocks.length === 0) return `messages.${at}: all messages must have non-empty content`;
    const answered: string[] = [];
    const asked: string[] = [];
    for (const [nth, block] of blocks.entries()) {
      const wrong = wrongBlock(block, message.role as string);
      if (wrong !== null) return `messages.${at}.content.${nth}: ${wrong}`;
      const { type, id, tool_use_id } = block as Block;
      if (type === 'tool_use') asked.push(String(id));
      if (type === 'tool_result') {
        if (answered.length !== nth)
          return `messages.${at}: tool_result blocks must come first in the content`;
        answered.push(String(tool_use_id));
      }
    }
    const missing = open.filter((id) => !answered.includes(id));
    if (missing.length > 0)
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
    const strange = answered.find((id) => !open.includes(id));
    if (strange !== undefined)
      return `messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${strange}`;
    if (new Set(answered).size !== answered.length)
      return `messages.${at}: each tool_use must have a single result`;
    if (new Set(asked).size !== asked.length) return `messages.${at}: \`tool_use\` ids must be unique`;
    open = asked;
  }
  if (open.length > 0)
    return 'messages: `tool_use` ids were found without `tool_result` blocks immediately after';
  return messages.length % 2 === 0 ? 'This model does not support assistant message prefill.' : null;
}

function wrongBlock(block: unknown, role: string): string | null {
  if (!isObject(block)) return 'Input should be a valid dictionary';
  switch (block.type) {
    case 'text':
      if (typeof block.text !== 'string' || block.text.trim() === '')
        return 'text content blocks must contain non-whitespace text';
      return block.text.isWellFormed() ? null : 'text: no low surrogate in string';
    case 'tool_use':
      if (role !== 'assistant') return '`tool_use` blocks can only be in `assistant` messages';
      if (typeof block.id !== 'string' || !ID.test(block.id))
        return "id: String should match pattern '^[a-zA-Z0-9_-]+$'";
      if (typeof block.name !== 'string' || !NAME.test(block.name))
        return 'name: String should match pattern';
      return isObject(block.input) ? null : 'input: Input should be a valid dictionary';
    case 'tool_result':
      if (role !== 'user') return '`tool_result` blocks can only be in `user` messages';
      if (typeof block.tool_use_id !== 'string') return 'tool_use_id: Field required';
      return typeof block.content === 'string' && block.content.isWellFormed()
        ? null
        : 'content: Input should be a valid string';
    case 'thinking':
      if (role !== 'assistant') return '`thinking` blocks can only be in `assistant` messages';
      return typeof block.signature === 'string' &&
        block.signature.startsWith(signatureOf(String(block.thinking)))
        ? null
        : 'Invalid `signature` in `thinking` block';
    case 'redacted_thinking':
      return null;
    default:
      return `Input tag '${String(block.type)}' found using 'type' does not match any of the expected tags`;
  }
}

/** Of ours: it fits one thinking only, as the API's do. */
export function signatureOf(thinking: string): string {
  return `EqQB${Buffer.from(`signed:${thinking}`).toString('base64')}`;
}

function wrongCacheMarks(body: RequestBody): string | null {
  const marked = blocksOf(body).filter(
    ({ cache_control }) => cache_control !== undefined && cache_control !== null,
  );
  if (marked.length > 4)
    return `A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`;
  const strange = marked.find(
    ({ cache_control }) => !isObject(cache_control) || cache_control.type !== 'ephemeral',
  );
  return strange ? "cache_control.type: Input should be 'ephemeral'" : null;
}

/** Everything a cache mark may stand on, in the order in which the API reads it: tools, system, messages. */
export function blocksOf({ tools = [], system = [], messages }: RequestBody): { cache_control?: unknown }[] {
  const inSystem: { cache_control?: unknown }[] =
    typeof system === 'string' ? [{ text: system } as { cache_control?: unknown }] : system;
  const inMessages = messages.flatMap(({ role, content }) =>
    (typeof content === 'string' ? [{ type: 'text', text: content }] : content).map((block) => ({
      role,
      ...block,
    })),
  );
  return [...tools, ...inSystem, ...inMessages];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
