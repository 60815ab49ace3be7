// Bodies so long that nobody can say whose they are: a vendor's signature covers the whole of one, and the whole is not
// held. Each may be what a known sender sent, or a stranger's, who must not be able to fill the store with them. So a
// source gets one row a minute: the first of a minute, with how many were only counted since the one before.
import type { Clock } from '../domain/clock.ts';
import type { DeadLetter } from '../domain/dead-letter.ts';
import type { InboxEntry } from './accept.ts';
import { deadLetterEntry } from './dead-letter.ts';

export interface Unproven {
  /** Null: its source has a row of this minute already, and it was counted. */
  note(
    source: string,
    body: Pick<DeadLetter, 'bytes' | 'contentType'> & { start: Buffer },
  ): InboxEntry | null;
}

const MINUTE_MS = 60_000;
/** Enough to know it again by. */
const SHOWN_BYTES = 1024;

export function createUnproven(clock: Clock): Unproven {
  /** By source, and there are only so many of those. */
  const minutes = new Map<string, { since: number; more: number }>();
  return {
    note(source, { start, ...body }) {
      const now = clock.now();
      const minute = minutes.get(source);
      if (minute && now >= minute.since && now - minute.since < MINUTE_MS) {
        minute.more += 1;
        return null;
      }
      minutes.set(source, { since: now, more: 0 });
      const more = minute?.more ?? 0;
      const before = more === 0 ? '' : `; ${more} more since the last such entry`;
      const reason = `the body is over 1 MB, and its signature was not checked: perhaps it is not from this source${before}`;
      const letter = { reason, where: 'body', raw: start.subarray(0, SHOWN_BYTES), ...body };
      return { ...deadLetterEntry(source, letter, now), key: `dead.unproven.${now}`, unproven: true };
    },
  };
}
