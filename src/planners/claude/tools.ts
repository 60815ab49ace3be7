// The tools a conversation offers: what the model is told of them, and the check of every call it makes.
import { z } from 'zod';
import { clipped } from '../../domain/excerpt.ts';

export interface EndTool {
  name: string;
  description: string;
  schema: z.ZodType;
  inputSchema: { type: 'object' } & Record<string, unknown>;
}

export interface ReadTool extends EndTool {
  /** `args` as the schema gave them. What it throws is told the model in one short line. */
  run(args: unknown, signal: AbortSignal): Promise<string>;
}

export interface AskedCall {
  id: string;
  name: string;
  /** As it was streamed. */
  json: string;
  /** Longer than any real one; `json` is its beginning. */
  tooLong: boolean;
}

export type CheckedCall =
  | { kind: 'read'; id: string; tool: ReadTool; args: unknown }
  | { kind: 'end'; id: string; tool: EndTool; args: unknown }
  /** `words` are for the model. */
  | { kind: 'wrong'; id: string; words: string };

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const DEEPEST = 32;
export const TOO_LONG = 'These arguments are too long.';
export const NO_OBJECT = 'These arguments are no JSON object of a sensible depth.';
const WORDS = 400;

/** Errors: an Error, for a name or a schema the API would not take. */
export function readTool<S extends z.ZodType>(given: {
  name: string;
  description: string;
  schema: S;
  run(args: z.output<S>, signal: AbortSignal): Promise<string>;
}): ReadTool {
  return { ...endTool(given), run: (args, signal) => given.run(args as z.output<S>, signal) };
}

/** A tool that ends the conversation: its arguments are the result. Errors: as `readTool`. */
export function endTool(given: { name: string; description: string; schema: z.ZodType }): EndTool {
  const { name, description, schema } = given;
  if (!NAME.test(name)) throw new Error(`no tool of a model can be named ${name}`);
  const { $schema: _, ...inputSchema } = z.toJSONSchema(schema, { io: 'input' });
  if (inputSchema.type !== 'object') throw new Error(`the arguments of ${name} are no object`);
  return { name, description, schema, inputSchema: { ...inputSchema, type: 'object' } };
}

export function checkCall(
  call: AskedCall,
  tools: { reads: readonly ReadTool[]; ends: readonly EndTool[] },
): CheckedCall {
  const { id } = call;
  const read = tools.reads.find(({ name }) => name === call.name);
  const end = tools.ends.find(({ name }) => name === call.name);
  const tool = read ?? end;
  if (tool === undefined) {
    const names = [...tools.reads, ...tools.ends].map(({ name }) => name).join(', ');
    return { kind: 'wrong', id, words: clipped(`There is no tool of that name. There are: ${names}`, WORDS) };
  }
  if (call.tooLong) return { kind: 'wrong', id, words: TOO_LONG };
  const input = inputOf(call);
  if (input === null) return { kind: 'wrong', id, words: NO_OBJECT };
  const parsed = parse(tool.schema, input);
  if (!parsed.ok) return { kind: 'wrong', id, words: parsed.words };
  if (read) return { kind: 'read', id, tool: read, args: parsed.args };
  return { kind: 'end', id, tool, args: parsed.args };
}

/** Null: no JSON object, or nested deeper than anything of ours. No arguments at all are an empty object. */
export function inputOf({ json, tooLong }: AskedCall): Record<string, unknown> | null {
  if (json.trim() === '') return {};
  if (tooLong || depthOf(json) > DEEPEST) return null;
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function parse(
  schema: z.ZodType,
  input: unknown,
): { ok: true; args: unknown } | { ok: false; words: string } {
  try {
    const parsed = schema.safeParse(input);
    if (parsed.success) return { ok: true, args: parsed.data };
    const issues = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
    return { ok: false, words: clipped(`These arguments do not fit. ${issues.join('; ')}`, WORDS) };
  } catch {
    return { ok: false, words: 'These arguments could not be checked.' };
  }
}

/** Counted in the text, before anything walks into it. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth);
    else if (sign === '}' || sign === ']') depth -= 1;
  }
  return deepest;
}
