// The first posts of two incidents come into their room in the order they were said, whichever is tried again first.
import type { Post } from '../domain/channel.ts';
import type { Engine, Run } from './engine.ts';
import { NotYet } from './not-yet.ts';

const GIVES_WAY_MS = 1000;
/** Whatever keeps an earlier one from being tried keeps nobody for longer. */
const HOLDS_MS = 15_000;

/**
 * Right before the first post of a thread: those of its room that were said before it and tried in vain are tried once
 * more. One that fails again has had its turn, and holds nobody. Errors: NotYet while it gives way.
 */
export async function letEarlierRootsGoFirst(
  found: Post,
  { store, clock }: Pick<Engine, 'store' | 'clock'>,
  run: Pick<Run, 'commit'>,
): Promise<void> {
  if (!isRoot(found)) return;
  const earlier = await store.read.roots.before(found);
  if (earlier.length === 0) return;
  const now = clock.now();
  const gaveWayAt = await store.read.roots.gaveWayAt(found.id);
  const untried = earlier.filter(
    ({ triedAt }) => gaveWayAt === null || triedAt === null || triedAt < gaveWayAt,
  );
  // Ahead of the clock: it was set back since.
  const isOver = gaveWayAt !== null && (gaveWayAt > now || now - gaveWayAt > HOLDS_MS);
  if (untried.length === 0 || isOver) return;
  await run.commit(async (tx) => {
    if (gaveWayAt === null) await tx.roots.giveWay(found.id);
    for (const { jobId } of untried) await tx.jobs.hurry(jobId);
  });
  throw new NotYet(GIVES_WAY_MS);
}

export function isRoot({ lane, incidentId, threadPostId }: Post): boolean {
  return lane === 'thread' && incidentId !== null && threadPostId === null;
}
