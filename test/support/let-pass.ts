import type { Harness } from './harness.ts';

const MINUTE = 60_000;
const SEEN_MS = 40 * MINUTE;

/**
 * As `advance`, for what takes a day. In a usual run the daemon works in the first and the last forty minutes of it and
 * is down meanwhile; in a long run it works all the time.
 */
export async function letPass(h: Harness, ms: number): Promise<void> {
  if (process.env.OPENCLAW_TEST_LONG || ms <= 2 * SEEN_MS) return h.advance(ms);
  await h.advance(SEEN_MS);
  await h.kill();
  h.clock.advance(ms - 2 * SEEN_MS);
  await h.start();
  await h.advance(SEEN_MS);
}
