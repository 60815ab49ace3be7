import { describe, expect, test } from 'vitest';
import { createPostFeed } from '../../src/daemon/post-feed.ts';
import { message, plainText } from '../../src/domain/message.ts';
import { temporaryStore } from '../store/temporary.ts';

async function room() {
  const { store, clock } = await temporaryStore();
  const add = (from: number, to: number) =>
    store.write(async (tx) => {
      for (let n = from; n <= to; n++) {
        await tx.posts.add({
          channel: 'slack',
          conversation: '#ops-critical',
          incidentId: null,
          threadPostId: null,
          lane: 'thread',
          message: message(`post ${n}`),
        });
      }
    });
  const feed = createPostFeed(store, clock);
  const look = async () => {
    const seen: string[] = [];
    await feed.look(async (post, previous) => {
      seen.push(`${plainText(post.message)}${previous ? ` (was ${plainText(previous)})` : ''}`);
    });
    return seen;
  };
  return { store, clock, add, look, feed };
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `post ${from + index}`);

describe('a terminal that follows along', () => {
  test('shows each post once, and an edit with what it was', async () => {
    const { store, add, look, clock } = await room();
    await add(1, 3);
    expect(await look()).toEqual(names(1, 3));
    await store.write((tx) => tx.posts.setState(1, 'sent', { remoteId: 'x', sentRevision: 1 }));
    expect(await look()).toEqual([]);
    clock.advance(60_000);
    await store.write((tx) => tx.posts.edit(2, message('post 2, edited')));
    expect(await look()).toEqual(['post 2, edited (was post 2)']);
  });

  test('a header that was edited before anybody saw it comes before what was said below it', async () => {
    const { store, add, look, clock } = await room();
    await add(1, 2);
    clock.advance(5);
    await store.write((tx) => tx.posts.edit(1, message('post 1, edited')));
    expect(await look()).toEqual(['post 1, edited', 'post 2']);
  });

  test('shows a storm of one moment to the end, and what comes after it', async () => {
    const { add, look, clock } = await room();
    await add(1, 1700);
    expect(await look()).toEqual(names(1, 1700));
    clock.advance(1);
    await add(1701, 1705);
    expect(await look()).toEqual(names(1701, 1705));
    expect(await look()).toEqual([]);
  });

  test('shows no post twice after more of them than it remembers', async () => {
    const { store, add, look, clock } = await room();
    await add(1, 2600);
    expect(await look()).toHaveLength(2600);
    await store.write((tx) => tx.posts.setState(1, 'sent', { remoteId: 'x', sentRevision: 1 }));
    expect(await look()).toEqual([]);
    clock.advance(60_000);
    await store.write((tx) => tx.posts.edit(1, message('post 1, edited')));
    expect(await look()).toEqual(['post 1, edited']);
  });

  test('goes on when the clock is set back', async () => {
    const { add, look, clock } = await room();
    await add(1, 2);
    expect(await look()).toEqual(names(1, 2));
    clock.advance(-60 * 60_000);
    expect(await look()).toEqual([]);
    clock.advance(1000);
    await add(3, 3);
    expect(await look()).toEqual(['post 3']);
  });

  test('does not tell of posts from before it looked, however late they are delivered', async () => {
    const { store, clock, add } = await room();
    await add(1, 2);
    clock.advance(60_000);
    const feed = createPostFeed(store, clock);
    clock.advance(1000);
    await store.write((tx) => tx.posts.setState(1, 'sent', { remoteId: 'x', sentRevision: 1 }));
    const seen: number[] = [];
    await feed.look(async ({ id }) => void seen.push(id));
    expect(seen).toEqual([]);
  });
});
