// What became of a started step after a crash: asked of the binding's `operation` list by the execution's key.
import { ToolError } from '../../domain/errors.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call, Reconciliation } from '../../domain/tool.ts';
import { type Host, requireBound } from './binding.ts';
import { operationOutput } from './outputs.ts';
import { readScript } from './script.ts';

/** 'unknown' where the service has no `operation`, or it cannot say: then a person decides. */
export function reconcileBy(host: Host) {
  return async (
    _args: unknown,
    asked: Service | undefined,
    _facts: unknown,
    call: Call & { key: string },
  ): Promise<Reconciliation> => {
    const bound = requireBound(host, asked);
    if (bound.binding.operation === undefined) return 'unknown';
    try {
      return (await readScript(host, bound, 'operation', operationOutput, call, { key: call.key })).state;
    } catch (error) {
      if (error instanceof ToolError) return 'unknown';
      throw error;
    }
  };
}
