/** What waits keeps its lane, and what is behind it waits too: no `Retry-After` may stop it for longer. */
export const LONGEST_WAIT_MS = 15 * 60_000;

/** Thrown by a handler whose turn has not come: the job waits for it and keeps its place. No try, and no news for a log. */
export class NotYet extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`its turn comes in ${waitMs} ms`);
    this.name = 'NotYet';
    this.waitMs = waitMs;
  }
}
