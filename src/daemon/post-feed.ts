// What a terminal has not shown yet: posts that are new, or say something new, each once.
import type { Post } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Message } from '../domain/message.ts';
import type { Store } from '../store/store.ts';

export interface PostFeed {
  /** Calls `show` for each, oldest change first. `previous`: what was shown of it before; null: nothing. */
  look(show: (post: Post, previous: Message | null) => Promise<void>): Promise<void>;
  /** It is on the screen already. */
  remember(post: Post): void;
}

/** Read again this far back: a commit may be older than one that was read before it. */
const OVERLAP_MS = 10_000;
const PAGE = 500;
/** So many of the newest are known by their words, for telling what changed. */
const REMEMBERED = 2000;

/** Begins with what changes from now on. */
export function createPostFeed(store: Pick<Store, 'read'>, clock: Clock): PostFeed {
  const shown = new Map<number, { revision: number; message: Message }>();
  let openedAt = clock.now();
  let position = openedAt;
  let forgotten = 0;

  function remember({ id, revision, message }: Post): void {
    shown.delete(id);
    shown.set(id, { revision, message });
    const [oldest] = shown.size > REMEMBERED ? shown.keys() : [];
    if (oldest === undefined) return;
    shown.delete(oldest);
    forgotten = Math.max(forgotten, oldest);
  }

  return {
    remember,
    async look(show) {
      // The clock may have been set back.
      position = Math.min(position, clock.now());
      openedAt = Math.min(openedAt, position);
      let at = position - OVERLAP_MS;
      let id = 0;
      for (;;) {
        const page = await store.read.posts.changedSince(at, PAGE, id);
        for (const post of page) {
          at = post.updatedAt;
          id = post.id;
          const before = shown.get(post.id);
          if (before && before.revision >= post.revision) continue;
          // Only its delivery was recorded, of a post from before we looked or shown long ago.
          if (!before && post.revision === 1 && (post.createdAt < openedAt || post.id <= forgotten)) continue;
          remember(post);
          await show(post, before?.message ?? null);
        }
        if (page.length < PAGE) break;
      }
      position = Math.max(at, position);
    },
  };
}
