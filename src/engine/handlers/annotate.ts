// Sends one mark. It is looked for by its key first, so it may be sent again after a crash or a lost answer.
import { ToolError } from '../../domain/errors.ts';
import { redact } from '../../domain/redact.ts';
import type { Mark } from '../../domain/tool.ts';
import { type Handler, nothing } from '../engine.ts';
import { withDeadline } from '../toolbox.ts';

const DEADLINE_MS = 10_000;
/** After that nobody looks for it. */
const GIVE_UP_MS = 24 * 3_600_000;

export const annotate: Handler = async (run, engine) => {
  const { source: name, mark } = run.job.payload as unknown as { source: string; mark: Mark };
  const source = engine.adapters().sources.find((each) => each.name === name);
  if (!source?.annotate) return nothing;
  try {
    await withDeadline(DEADLINE_MS, run.signal, async (signal) => source.annotate?.(mark, { signal }));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.outcome === 'failed' || engine.clock.now() - run.job.createdAt > GIVE_UP_MS) {
      engine.log({ level: 'warn', event: 'annotation-failed', source: name, error: redact(error.message) });
      return nothing;
    }
    if (error.outcome === 'retry') throw error;
    const { retryAfterMs } = error;
    throw new ToolError('retry', error.message, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  return nothing;
};
