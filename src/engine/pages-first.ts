// When a channel works again after it took nothing, the first that it is given is a page.
import type { Post } from '../domain/channel.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine, Run } from './engine.ts';
import { LONGEST_WAIT_MS, NotYet } from './not-yet.ts';

const GIVES_WAY_MS = 1000;
/** A page that was tried within this has had its turn. */
const TRIED_WITHIN_MS = 1500;
/** A page that is on its way for longer holds nobody. */
const ON_ITS_WAY_MS = 2000;

/**
 * Of a post that was refused before: what waits of pages to people on its channel is tried right before it. Errors: NotYet
 * while it gives way.
 */
export async function letPagesGoFirst(
  found: Pick<Post, 'channel' | 'updatedAt'>,
  engine: Pick<Engine, 'store' | 'clock'>,
  run: Pick<Run, 'commit'>,
): Promise<void> {
  const { store, clock } = engine;
  // Whatever keeps a page from being tried must not keep everything else for good.
  if (clock.now() - found.updatedAt > LONGEST_WAIT_MS + ON_ITS_WAY_MS) return;
  const seen = new Set<string>();
  const waiting: number[] = [];
  let isOnItsWay = false;
  for (const page of await store.read.posts.undeliveredPages()) {
    // Those to one place keep their order: the first one is the one that is tried.
    if (page.channel !== found.channel || page.state === 'failed' || seen.has(page.conversation)) continue;
    const carrier = await store.read.jobs.carrying(page.id);
    if (carrier) seen.add(page.conversation);
    if (carrier?.isRunning) isOnItsWay ||= clock.now() - page.updatedAt < ON_ITS_WAY_MS;
    else if (carrier && clock.now() - page.updatedAt >= TRIED_WITHIN_MS) waiting.push(carrier.id);
  }
  if (waiting.length > 0)
    await run.commit(async (tx) => {
      for (const id of waiting) await tx.jobs.hurry(id);
    });
  if (waiting.length > 0 || isOnItsWay) throw new NotYet(GIVES_WAY_MS);
}

/** The channel works again: who is paged hears of it now, and not when the next try would be. */
export async function hurryPages(tx: Pick<Tables, 'posts' | 'jobs'>, channel: string): Promise<void> {
  for (const page of await tx.posts.undeliveredPages()) {
    if (page.channel !== channel || page.state === 'failed') continue;
    const carrier = await tx.jobs.carrying(page.id);
    if (carrier && !carrier.isRunning) await tx.jobs.hurry(carrier.id);
  }
}
