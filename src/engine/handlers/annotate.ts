// Sends one mark. It is looked for by its key first, so it may be sent again after a crash or a lost answer.
import type { Mark } from '../../domain/tool.ts';
import { type Handler, nothing } from '../engine.ts';
import { whyNotDone } from '../repeatable-call.ts';

export const annotate: Handler = async (run, engine) => {
  const { source: name, mark } = run.job.payload as unknown as { source: string; mark: Mark };
  const source = engine.adapters().sources.find((each) => each.name === name);
  if (!source?.annotate) return nothing;
  const why = await whyNotDone(run, engine, async (signal) => source.annotate?.(mark, { signal }));
  if (why !== null) engine.log({ level: 'warn', event: 'annotation-failed', source: name, error: why });
  return nothing;
};
