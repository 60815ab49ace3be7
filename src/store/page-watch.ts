// The timer of a page: when it has not arrived by then, the next way to its person is tried. Called inside a commit.
import type { Tables } from './tables.ts';

export const fallbackKey = (postId: number): string => `page-fallback:${postId}`;

export async function watchPage(tx: Pick<Tables, 'jobs'>, postId: number, at: number): Promise<void> {
  await tx.jobs.set('page-fallback', { postId }, { key: fallbackKey(postId), runAt: at, priority: 0 });
}
