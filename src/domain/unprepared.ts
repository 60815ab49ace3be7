// A fix that could not be prepared (its source is down, its preview failed) is tried again ever more seldom. What is
// known of that stands in the job of the next try, so that it holds across restarts. Pure.

export interface Unprepared {
  /** In a row. */
  failures: number;
  /** The last of them. */
  failedAt: number;
  why: string;
  /** Of the fix then: an edit is an answer to it. */
  revision: number;
}

const FIRST_WAIT_MS = 60_000;
export const LONGEST_WAIT_MS = 30 * 60_000;

/** 1, 2, 4, 8, 16 and 30 minutes. */
export function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, Math.min(failures - 1, 10)));
}

/** Of the payload of a job; null: nothing failed before it. */
export function unpreparedIn({ unprepared }: Record<string, unknown>): Unprepared | null {
  const { failures, failedAt, why, revision } = Object(unprepared) as Partial<Unprepared>;
  if (typeof failures !== 'number' || typeof failedAt !== 'number' || typeof revision !== 'number')
    return null;
  return { failures, failedAt, why: String(why), revision };
}
