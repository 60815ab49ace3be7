// The SDK passes on what it was sent, whatever its types promise. An answer of another shape (a stand-in's, a proxy's)
// ends as a sentence about that answer, not as an error of ours.
import { ToolError } from '../../domain/errors.ts';
import type { ChangeTool, ReadTool, Tool } from '../../domain/tool.ts';

/** The same tool, whose errors are ToolErrors where an answer could not be understood. */
export function understood(tool: Tool): Tool {
  const { source, capability } = tool;
  if (tool.kind === 'read') {
    const reader = tool as unknown as ReadTool;
    const read: ReadTool['read'] = (...given) => guard(source, 'failed', () => reader.read(...given));
    return { ...tool, read } as unknown as Tool;
  }
  const changer = tool as unknown as ChangeTool;
  const inspect: ChangeTool['inspect'] = (...given) =>
    guard(source, 'failed', () => changer.inspect(...given));
  // What was asked for may have been taken before its answer was read.
  const run: ChangeTool['run'] = (...given) =>
    guard(source, 'unknown', () => changer.run(...given), capability);
  const { reconcile } = changer;
  if (reconcile === undefined) return { ...tool, inspect, run } as unknown as Tool;
  const ask: ChangeTool['reconcile'] = (...given) => guard(source, 'failed', () => reconcile(...given));
  return { ...tool, inspect, run, reconcile: ask } as unknown as Tool;
}

async function guard<T>(
  source: string,
  outcome: 'failed' | 'unknown',
  work: () => Promise<T>,
  what = 'what was asked for',
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What reading a field of the wrong type ends in.
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
    const open =
      outcome === 'unknown' ? `whether it took ${what} is not known` : 'so nothing is known from it';
    throw new ToolError(outcome, `an answer of ${source} is not of the form AWS documents, ${open}`, {
      cause: error,
    });
  }
}
