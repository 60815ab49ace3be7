// One tool out of several, with its own types.
import type { ChangeCapability, ReadCapability } from '../../../src/domain/capability.ts';
import type { ChangeTool, ReadTool, Tool } from '../../../src/domain/tool.ts';

export function readTool<C extends ReadCapability>(tools: readonly Tool[], capability: C): ReadTool<C> {
  return found(tools, capability) as unknown as ReadTool<C>;
}

export function changeTool<C extends ChangeCapability>(tools: readonly Tool[], capability: C): ChangeTool<C> {
  return found(tools, capability) as unknown as ChangeTool<C>;
}

function found(tools: readonly Tool[], capability: string): Tool {
  const tool = tools.find((one) => one.capability === capability);
  if (tool === undefined) throw new Error(`no tool ${capability}`);
  return tool;
}
