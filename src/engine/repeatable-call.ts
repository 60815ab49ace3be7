// A call whose repetition does no harm, made by a job of its own: tried until it is done, or surely never will be.
import { ToolError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { Engine, Run } from './engine.ts';
import { withDeadline } from './toolbox.ts';

const DEADLINE_MS = 10_000;
/** After that nobody looks for it. */
const GIVE_UP_MS = 24 * 3_600_000;

/** Null: done. Else why it was given up, redacted. Errors: ToolError 'retry' while the job is to try again. */
export async function whyNotDone(
  run: Run,
  engine: Engine,
  call: (signal: AbortSignal) => Promise<unknown>,
  deadlineMs = DEADLINE_MS,
): Promise<string | null> {
  try {
    await withDeadline(deadlineMs, run.signal, call);
    return null;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const over = engine.clock.now() - run.job.createdAt > GIVE_UP_MS;
    const waits = error.outcome !== 'failed' || error.mendable === 'access';
    if (!waits || over) return redact(error.message);
    if (error.outcome === 'retry') throw error;
    const { retryAfterMs } = error;
    throw new ToolError('retry', error.message, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}
