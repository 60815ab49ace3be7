// After AWS took a change: how it goes on, until it ended or our patience does.
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import type { AwsSession } from './session.ts';

/** What AWS took is listed some seconds later: until then "not there" is no answer after a crash. */
export const SHOWN_AFTER_MS = 30_000;
/** Below the 15 minutes a step has: what still goes on then is said, not lost. */
const PATIENCE_MS = 12 * 60_000;
const LOOK_EVERY_MS = 10_000;

/**
 * Asks `look` until it gives something other than null; null: it still goes on when the patience ends. A reading that
 * fails meanwhile is tried again; one that fails for good is 'unknown', as the change itself was taken.
 * `begun`: "the rollback of api was taken by AWS".
 */
export async function follow<T>(
  session: AwsSession,
  begun: string,
  look: () => Promise<T | null>,
  call: Call,
): Promise<T | null> {
  const until = session.clock.now() + PATIENCE_MS;
  const lost = (why: string, cause?: unknown) =>
    new ToolError('unknown', `${begun}, and how it ended is not known: ${why}`, { cause });
  for (;;) {
    let why = '';
    try {
      const found = await look();
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      // The end of what we follow, said by `look` itself.
      if (error instanceof ToolError && isEnd(error)) throw error;
      if (error.outcome !== 'retry') throw lost(error.message, error);
      why = error.message;
    }
    if (call.signal.aborted) throw lost('the time of the step was over');
    if (session.clock.now() >= until) {
      if (why !== '') throw lost(why);
      return null;
    }
    await session.wait(LOOK_EVERY_MS, call.signal);
  }
}

const END = Symbol('the end of what is followed');

/** What `look` throws where the change itself failed. */
export function ended(message: string): ToolError {
  return new ToolError('failed', message, { cause: END });
}

function isEnd(error: ToolError): boolean {
  return error.cause === END;
}

/**
 * Makes a change whose result can be read. Where its answer was lost, `reached` is asked: true settles it, anything
 * else leaves it unknown, for AWS may only be slow to show it.
 */
export async function changeAndSettle(
  change: () => Promise<unknown>,
  reached: () => Promise<boolean>,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof ToolError) || error.outcome !== 'unknown') throw error;
    if (!(await reached().catch(() => false))) throw error;
  }
}
