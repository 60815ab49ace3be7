// Runs the readings that a turn asked for, all at once, and makes of each what may be sent back.
import type { Clock } from '../../domain/clock.ts';
import { ToolError, UserError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { ToolCall } from './outcome.ts';
import type { ReadTool } from './tools.ts';

export interface Reading {
  id: string;
  tool: ReadTool;
  args: unknown;
}

export interface ReadingsOptions {
  clock: Clock;
  signal: AbortSignal;
  giveUpAt: number;
}

/** A reading of more than that is cut before anything looks at it: looking takes time, and what is sent is far less. */
const LONGEST = 128 * 1024;
const WORDS = 300;

/** In the order they were asked for. Null: the time was over. Errors: the reason of `signal`. */
export async function runReadings(
  readings: readonly Reading[],
  { clock, signal, giveUpAt }: ReadingsOptions,
): Promise<ToolCall[] | null> {
  const controller = new AbortController();
  let end: () => void = () => {};
  const ended = new Promise<null>((resolve) => {
    end = () => {
      controller.abort();
      resolve(null);
    };
  });
  const late = setTimeout(end, Math.max(0, giveUpAt - clock.now()));
  signal.addEventListener('abort', end, { once: true });
  try {
    const done = await Promise.race([
      Promise.all(readings.map((reading) => runOne(reading, controller.signal))),
      ended,
    ]);
    signal.throwIfAborted();
    return done;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', end);
  }
}

async function runOne({ tool, args }: Reading, signal: AbortSignal): Promise<ToolCall> {
  try {
    const text = await tool.run(args, signal);
    return { tool: tool.name, args, result: shorter(text), ok: true };
  } catch (error) {
    // A bug's own words are for the log of whoever wrote the tool, not for a model.
    const known = error instanceof UserError || error instanceof ToolError;
    const words = known ? clipped(error.message, WORDS) : 'This reading failed.';
    return { tool: tool.name, args, result: words, ok: false };
  }
}

/** Cut at the end of a line, so that no secret is cut in two before it is looked for. */
function shorter(text: string): string {
  if (text.length <= LONGEST) return text;
  const end = text.lastIndexOf('\n', LONGEST);
  return text.slice(0, end > 0 ? end : 0);
}
