// How the model answers what prose of an auto-fix means: as typed steps, or that it is none.
import { z } from 'zod';
import { AFFECTED_SERVICE } from '../../domain/affected-service.ts';
import { CHANGE_ARGS } from '../../domain/capability.ts';
import { MAX_STEPS } from '../../domain/guardrails.ts';
import { type EndTool, endTool } from './tools.ts';

const SHAPE = `services.restart {service, mode: rolling}, disk.prune-docker {}, disk.vacuum-journal {keepBytes}, disk.remove-old-files {path: /tmp or /var/tmp, olderThanMs}`;
const CAPABILITIES = Object.keys(CHANGE_ARGS) as [keyof typeof CHANGE_ARGS];

export function compileTools(): EndTool[] {
  return [
    endTool({
      name: 'steps',
      description: `All of the action as typed steps, in its order; nothing that it does not say. ${SHAPE}. The service the condition holds for is ${AFFECTED_SERVICE}.`,
      schema: z.strictObject({
        steps: z
          .array(
            z.strictObject({ capability: z.enum(CAPABILITIES), args: z.record(z.string(), z.unknown()) }),
          )
          .min(1)
          .max(MAX_STEPS),
      }),
    }),
    endTool({
      name: 'cannot',
      description: 'Where a part of the action is none of these steps: which, in one sentence.',
      schema: z.strictObject({ why: z.string().max(300) }),
    }),
  ];
}
