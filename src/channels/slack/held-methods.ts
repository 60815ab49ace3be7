// Slack limits a method, and says how long it is to rest: nothing is asked of it until then, whoever wants it. Messages it
// limits in each conversation too, and does not say which limit it was: a room's holds the rooms, and no page to a person.
// https://docs.slack.dev/apis/web-api/rate-limits
import type { Clock } from '../../domain/clock.ts';
import { type SlackCall, SlackError } from './calls.ts';

/** What a method rests for at most, whatever is asked. */
const LONGEST_MS = 15 * 60_000;

const LIMITED_BY_CONVERSATION = new Set(['chat.postMessage']);

/** A room's messages rest by themselves: what a person is sent may still be taken. */
const isToRoom = (method: string, { channel }: Record<string, unknown>): boolean =>
  LIMITED_BY_CONVERSATION.has(method) && /^[CG]/.test(String(channel));

export function restWhereAsked(call: SlackCall, clock: Clock): SlackCall {
  /** Until when, by what Slack limits. */
  const resting = new Map<string, number>();
  return async (method, args, signal) => {
    const limited = isToRoom(method, args) ? `${method} in rooms` : method;
    // What was refused to a person is refused to all.
    const leftMs = Math.max(resting.get(limited) ?? 0, resting.get(method) ?? 0) - clock.now();
    // Longer than anything rests: the clock was set back.
    if (leftMs > 0 && leftMs <= LONGEST_MS)
      throw new SlackError(
        'retry',
        `Slack (${method}): asked to wait, and it is ${Math.ceil(leftMs / 1000)} s yet`,
        {
          cause: undefined,
          retryAfterMs: leftMs,
        },
      );
    try {
      return await call(method, args, signal);
    } catch (error) {
      if (error instanceof SlackError && error.retryAfterMs !== undefined)
        resting.set(limited, clock.now() + Math.min(error.retryAfterMs, LONGEST_MS));
      throw error;
    }
  };
}
