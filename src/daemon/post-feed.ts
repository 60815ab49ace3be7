// What a terminal has not shown yet: posts that are new, or say something new, each once.
import type { Post } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Message } from '../domain/message.ts';
import type { Store } from '../store/store.ts';

export interface PostFeed {
  /** Calls `show` for each in the order it was said. `previous`: what was shown of it before; null: nothing. */
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

  function isNews(post: Post): boolean {
    const before = shown.get(post.id);
    if (before) return before.revision < post.revision;
    // Only its delivery was recorded, of a post from before we looked or shown long ago.
    return post.revision > 1 || (post.createdAt >= openedAt && post.id > forgotten);
  }

  /** A header that was edited before anybody saw it still comes before the answers in its thread. */
  function asSaid(one: Post, other: Post): number {
    const at = (post: Post) => (shown.has(post.id) ? post.updatedAt : post.createdAt);
    return at(one) - at(other) || one.id - other.id;
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
        for (const post of page.filter(isNews).sort(asSaid)) {
          const before = shown.get(post.id);
          remember(post);
          await show(post, before?.message ?? null);
        }
        const last = page.at(-1);
        if (last) [at, id] = [last.updatedAt, last.id];
        if (page.length < PAGE) break;
      }
      position = Math.max(at, position);
    },
  };
}
