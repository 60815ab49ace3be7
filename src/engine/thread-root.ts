// The first message of a thread. What belongs into the thread says neither number nor title: it never stands alone.
import type { Post } from '../domain/channel.ts';
import type { Engine, Run } from './engine.ts';
import { NotYet } from './not-yet.ts';

/** While that message is on its way. */
const LOOK_AGAIN_MS = 1000;

/**
 * Null: it may go out. Else why it is given up, which it is together with the message its thread would begin with. One
 * that was said after that has the message tried again, and waits for it. Errors: NotYet while it waits.
 */
export async function whyNoThread(found: Post, engine: Engine, run: Run): Promise<string | null> {
  // A page says of itself what it is about, and waits for nothing.
  if (found.threadPostId === null || found.lane === 'page') return null;
  const { read } = engine.store;
  const root = await read.posts.find(found.threadPostId);
  if (!root || root.remoteId !== null) return null;
  const carrier = await read.jobs.carrying(root.id);
  if (carrier) throw new NotYet(Math.max(LOOK_AGAIN_MS, carrier.runAt - engine.clock.now()));
  // It may be there, and nobody can look: what is said goes on.
  if (root.state !== 'failed') return null;
  if (found.createdAt <= root.updatedAt)
    return `the first message of its thread was not posted${root.error === null ? '' : ` (${root.error})`}`;
  await run.commit((tx) => tx.posts.tryAgain(root.id));
  throw new NotYet(LOOK_AGAIN_MS);
}
