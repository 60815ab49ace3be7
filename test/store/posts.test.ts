import { describe, expect, test } from 'vitest';
import type { PostState } from '../../src/domain/channel.ts';
import { message, plainText } from '../../src/domain/message.ts';
import type { NewPost } from '../../src/store/posts.ts';
import { temporaryStore } from './temporary.ts';

const post = (change: Partial<NewPost> = {}): NewPost => ({
  channel: 'slack',
  conversation: '#ops-critical',
  incidentId: 43,
  threadPostId: null,
  lane: 'thread',
  message: message('hello'),
  ...change,
});

async function outbox() {
  const { store, clock } = await temporaryStore();
  return {
    store,
    clock,
    add: (change: Partial<NewPost> = {}) => store.write((tx) => tx.posts.add(post(change))),
    edit: (id: number, title: string) => store.write((tx) => tx.posts.edit(id, message(title))),
    sent: (id: number, sentRevision: number) =>
      store.write((tx) => tx.posts.setState(id, 'sent', { remoteId: 'ts-1', sentRevision })),
    jobs: () => store.read.jobs.list('post'),
    /** Claims and closes everything, as if it had run. */
    drain: async () => {
      for (const job of await store.write((tx) => tx.jobs.claim('me', 100)))
        await store.write((tx) => tx.jobs.close(job.id, 'me'));
    },
  };
}

describe('a new post', () => {
  test('is stored with one job that carries it', async () => {
    const { store, add, jobs } = await outbox();
    const id = await add({ mentions: ['U1'], answers: 'event-1', outcome: { kind: 'answer' } });
    expect(await store.read.posts.find(id)).toMatchObject({
      state: 'pending',
      revision: 1,
      sentRevision: 0,
      remoteId: null,
      mentions: ['U1'],
      outcome: { kind: 'answer' },
    });
    expect(await jobs()).toMatchObject([{ payload: { postId: id }, key: null }]);
    expect((await store.read.posts.answering('event-1')).map((found) => found.id)).toEqual([id]);
  });

  test('is redacted before it is written, in its title and in every block', async () => {
    const { store, add, edit } = await outbox();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const id = await add({
      message: message(`token ${secret}`, {
        blocks: [
          { type: 'code', text: `Authorization: Bearer ${secret}` },
          { type: 'table', columns: ['a'], rows: [[secret]] },
        ],
      }),
    });
    const stored = JSON.stringify((await store.read.posts.find(id))?.message);
    expect(stored).not.toContain(secret);
    expect(stored).toContain('[redacted:');
    await store.write((tx) => tx.posts.setState(id, 'sent', { remoteId: 'x', sentRevision: 1 }));
    await edit(id, `again ${secret}`);
    expect(JSON.stringify(await store.read.posts.find(id))).not.toContain(secret);
  });

  test('goes by what it is: pages, answers, thread posts', async () => {
    const { store, add } = await outbox();
    await add({ lane: 'thread', conversation: 'a' });
    await add({ lane: 'answer', conversation: 'b' });
    await add({ lane: 'page', conversation: 'c' });
    const claimed = await store.write((tx) => tx.jobs.claim('me', 9));
    expect(claimed.map(({ lane }) => lane)).toEqual(['page:slack/c', 'post:slack/b/43', 'post:slack/a/43']);
  });
});

describe('what waits for what', () => {
  test.each<[string, Partial<NewPost>, Partial<NewPost>, boolean]>([
    ['posts of one thread', {}, { lane: 'answer' }, true],
    ['posts of two threads in one room', {}, { incidentId: 44 }, false],
    ['the room and a thread in it', { incidentId: null }, {}, false],
    ['one thread number in two channels', {}, { channel: 'terminal' }, false],
    [
      'two pages of one person',
      { lane: 'page', conversation: 'U1' },
      { lane: 'page', conversation: 'U1', incidentId: 44 },
      true,
    ],
    [
      'pages of two people',
      { lane: 'page', conversation: 'U1' },
      { lane: 'page', conversation: 'U2' },
      false,
    ],
    ['a page and the thread', { lane: 'page' }, {}, false],
  ])('%s', async (_, first, second, waits) => {
    const { store, add } = await outbox();
    await add(first);
    await add(second);
    expect(await store.write((tx) => tx.jobs.claim('me', 9))).toHaveLength(waits ? 1 : 2);
  });
});

describe('an edit', () => {
  test('of what was sent makes one job, however many edits wait', async () => {
    const { store, add, edit, sent, jobs, drain } = await outbox();
    const id = await add();
    await drain();
    await sent(id, 1);
    for (const title of ['two', 'three', 'four']) await edit(id, title);
    expect(await jobs()).toMatchObject([{ key: `edit:${id}`, payload: { postId: id } }]);
    const found = await store.read.posts.find(id);
    expect(found && [plainText(found.message), found.revision, found.sentRevision]).toEqual(['four', 4, 1]);
  });

  test('to the same text does nothing, not even when only a secret in it changed', async () => {
    const { store, add, edit, sent, jobs, drain, clock } = await outbox();
    const secret = (letter: string) => `key ghp_${letter.repeat(36)}`;
    const id = await add({ message: message(secret('a')) });
    await drain();
    await sent(id, 1);
    const before = await store.read.posts.find(id);
    clock.advance(5);
    await edit(id, secret('a'));
    await edit(id, secret('b'));
    expect(await store.read.posts.find(id)).toEqual(before);
    expect(await jobs()).toEqual([]);
  });

  test('of a post that is still on its way never sends it beside that', async () => {
    const { store, add, edit, jobs } = await outbox();
    const id = await add();
    await edit(id, 'two');
    expect(await jobs()).toHaveLength(1);
    await store.write((tx) => tx.jobs.claim('me', 9));
    await store.write((tx) => tx.posts.setState(id, 'sending'));
    await edit(id, 'three');
    await store.write((tx) => tx.posts.setState(id, 'unknown'));
    await edit(id, 'four');
    expect(await jobs()).toHaveLength(1);
  });

  test('that came while the post was being sent is sent after it', async () => {
    const { store, add, edit, sent, jobs, drain } = await outbox();
    const id = await add();
    await store.write((tx) => tx.posts.setState(id, 'sending'));
    await edit(id, 'two');
    await drain();
    await sent(id, 1);
    expect(await jobs()).toMatchObject([{ key: `edit:${id}` }]);
    await drain();
    await sent(id, 2);
    expect(await jobs()).toEqual([]);
  });

  test('of a post that was refused tries it again with the new text', async () => {
    const { store, add, edit, jobs, drain } = await outbox();
    const id = await add();
    await drain();
    await store.write((tx) => tx.posts.setState(id, 'failed', { error: 'no such channel' }));
    await edit(id, 'two');
    expect(await jobs()).toHaveLength(1);
  });

  test('of a post that is not there does nothing', async () => {
    const { edit, jobs } = await outbox();
    await edit(99, 'x');
    expect(await jobs()).toEqual([]);
  });
});

describe('who follows along', () => {
  test('sees what is new or changed since an instant, oldest change first', async () => {
    const { store, add, edit, clock } = await outbox();
    const first = await add();
    clock.advance(10);
    const second = await add();
    const since = clock.now();
    clock.advance(10);
    await edit(first, 'changed');
    const seen = await store.read.posts.changedSince(since, 9);
    expect(seen.map(({ id }) => id)).toEqual([second, first]);
    expect(await store.read.posts.changedSince(clock.now() + 1, 9)).toEqual([]);
    expect((await store.read.posts.changedSince(0, 1)).map(({ id }) => id)).toEqual([second]);
  });

  test('counts by state, and finds the posts of an incident after a merge', async () => {
    const { store, add, sent } = await outbox();
    const ids = [await add(), await add(), await add({ incidentId: 44 })];
    await sent(ids[0] ?? 0, 1);
    await store.write((tx) => tx.posts.moveToIncident(44, 43));
    expect((await store.read.posts.ofIncident(43)).map(({ id }) => id)).toEqual(ids);
    expect(await store.read.posts.counts()).toEqual({ sent: 1, pending: 2 });
  });
});

describe('a room that is known by its id', () => {
  async function rooms(...posted: [conversation: string, remoteId: string, channel?: string][]) {
    const { store, add } = await outbox();
    for (const [conversation, remoteId, channel = 'slack'] of posted) {
      const id = await add({ channel, conversation, incidentId: null });
      await store.write((tx) => tx.posts.setState(id, 'sent', { remoteId, sentRevision: 1 }));
    }
    return (id: string, channel = 'slack') => store.read.posts.conversationOf(channel, id);
  }

  test('is the one we posted to under its name', async () => {
    const named = await rooms(['#ops', 'C1/1.1'], ['#web', 'C2/1.1']);
    expect([await named('C1'), await named('C2')]).toEqual(['#ops', '#web']);
  });

  test('has the name we used last', async () => {
    const named = await rooms(['#ops', 'C1/9.1'], ['#ops-renamed', 'C1/1.1']);
    expect(await named('C1')).toBe('#ops-renamed');
  });

  test.each([
    ['an id that only begins as that one', 'C'],
    ['an id that goes on', 'C12'],
    ['a room we never posted to', 'C3'],
    ['direct messages', 'D1'],
  ])('keeps its id where it is %s', async (_, id) => {
    const named = await rooms(['#ops', 'C1/1.1'], ['#elsewhere', 'C3/1.1', 'other'], ['U-sarah', 'D1/1.1']);
    expect(await named(id)).toBe(id);
  });
});

describe('whether the first post of a thread is in doubt', () => {
  const inDoubt = async (state: PostState, change: Partial<NewPost> = {}, remoteId?: string) => {
    const { store, add } = await outbox();
    const id = await add(change);
    await store.write((tx) => tx.posts.setState(id, state, { ...(remoteId ? { remoteId } : {}) }));
    return store.read.posts.isAnyRootInDoubt('slack');
  };

  test.each<[PostState]>([['sending'], ['unknown']])('it is while it is %s', async (state) => {
    expect(await inDoubt(state)).toBe(true);
  });

  test.each<[string, PostState, Partial<NewPost>, string?]>([
    ['that was not begun', 'pending', {}],
    ['that was given up', 'failed', {}],
    ['that was found', 'unknown', {}, 'C1/1.1'],
    ['of another channel', 'unknown', { channel: 'other' }],
    ['that is about no incident', 'unknown', { incidentId: null }],
    ['that stands in a thread', 'unknown', { threadPostId: 1 }],
    ['that is a page', 'unknown', { lane: 'page' }],
  ])('no post is %s', async (_, state, change, remoteId) => {
    expect(await inDoubt(state, change, remoteId)).toBe(false);
  });
});
