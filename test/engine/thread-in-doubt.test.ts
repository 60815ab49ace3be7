// A line in a thread that may be ours: the answer to the thread's first post was lost.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Spoken } from '../../src/domain/chat.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { receiveSpoken } from '../../src/store/receive.ts';
import { createFakeChannel, type FakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const ROOM = '#ops-critical';
const ACK = { text: 'ack', inThread: '/ack' };

let h: Harness;
let slack: FakeChannel;
let isFindable: boolean;
/** Id of the thread's first post, which only the other side knows. */
let root: string;

beforeEach(async () => {
  slack = createFakeChannel('slack');
  isFindable = false;
  const { find } = slack;
  slack.find = async (post, call) => {
    if (!isFindable) throw new ToolError('retry', 'slack is down');
    return (await find?.(post, call)) ?? null;
  };
  h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  // Two incidents: which one is meant is known by the thread alone.
  await h.alert({ title: 'web is down', service: 'web' });
  slack.faultsIn.set(ROOM, 'lost');
  await h.alert({ title: 'api is down', service: 'api' });
  // The room's second incident: #2.
  root = slack.posts.find(({ message }) => message.title.includes('api — down'))?.remoteId ?? '';
  expect(await h.store.read.posts.findRemote('slack', root)).toBeNull();
});

async function hear(key: string, change: Partial<Spoken>): Promise<void> {
  const spoken: Spoken = {
    key,
    principal: { platform: 'slack', workspace: 'T1', userId: 'U-sarah', displayName: 'sarah' },
    channel: 'slack',
    conversation: ROOM,
    threadRemoteId: root,
    text: '',
    at: h.clock.now(),
    bot: false,
    unattended: false,
    ...change,
  };
  await h.store.write((tx) => receiveSpoken(tx, spoken));
  await h.settle();
}

const isHandled = async (key: string) =>
  typeof (await h.store.read.inbox.find('chat:slack', key))?.handledAt === 'number';
/** Numbers of the incidents that somebody has. */
const acknowledged = async () =>
  (await h.store.read.incidents.listOpen()).filter(({ ackedBy }) => ackedBy !== null).map(({ id }) => id);

describe('a line in a thread whose first post is in doubt', () => {
  test('waits, and is worked in its incident once that post is found', async () => {
    await hear('k1', ACK);
    await h.advance(10 * MINUTE);
    expect(await isHandled('k1')).toBe(false);
    expect(await acknowledged()).toEqual([]);
    isFindable = true;
    await h.advance(2 * MINUTE);
    expect(await isHandled('k1')).toBe(true);
    expect(await acknowledged()).toEqual([2]);
  });

  test('keeps nobody waiting who speaks in the room', async () => {
    await hear('k1', ACK);
    await hear('k2', { threadRemoteId: null, text: '/help' });
    await h.advance(1000);
    expect([await isHandled('k1'), await isHandled('k2')]).toEqual([false, true]);
  });

  test('is worked before the next one in that thread', async () => {
    await hear('k1', { text: 'first words' });
    await hear('k2', { text: 'second words' });
    await h.advance(MINUTE);
    isFindable = true;
    await h.advance(2 * MINUTE);
    const words = (await h.timeline(2)).filter((line) => line.includes('words'));
    expect(words.map((line) => line.replace(/^.*: /, ''))).toEqual(['first words', 'second words']);
  });

  test('is worked before one that comes when that post is found already', async () => {
    await hear('k1', { text: 'first words' });
    await h.advance(10 * MINUTE);
    isFindable = true;
    while (!(await h.store.read.posts.findRemote('slack', root))) await h.advance(100);
    expect(await isHandled('k1')).toBe(false);
    await hear('k2', { text: 'second words' });
    await h.advance(MINUTE);
    const words = (await h.timeline(2)).filter((line) => line.includes('words'));
    expect(words.map((line) => line.replace(/^.*: /, ''))).toEqual(['first words', 'second words']);
  });

  test('is answered in the room of that post, where the chat could say the id of the room alone', async () => {
    const first = slack.posts.find(({ remoteId }) => remoteId === root);
    root = 'C1OPS/1.2';
    if (first) first.remoteId = root;
    await hear('k1', { conversation: 'C1OPS', text: '/help' });
    isFindable = true;
    await h.advance(MINUTE);
    const there = await h.store.read.posts.findRemote('slack', root);
    expect(await h.store.read.posts.answering('k1')).toMatchObject([
      { conversation: ROOM, incidentId: 2, threadPostId: there?.id },
    ]);
  });

  test('is worked after an hour at the latest, as said in the room', async () => {
    await hear('k1', ACK);
    await hear('k2', { text: '/help' });
    await h.advance(59 * MINUTE);
    expect([await isHandled('k1'), await isHandled('k2')]).toEqual([false, false]);
    await h.advance(2 * MINUTE);
    expect([await isHandled('k1'), await isHandled('k2')]).toEqual([true, true]);
    expect(await h.store.read.posts.answering('k2')).toMatchObject([
      { conversation: ROOM, threadPostId: null },
    ]);
    // In the room `ack` without a slash is a word among people.
    isFindable = true;
    await h.advance(5 * MINUTE);
    expect(await acknowledged()).toEqual([]);
  });

  test('waits over a restart', async () => {
    await hear('k1', ACK);
    await h.restart();
    await h.advance(MINUTE);
    expect(await isHandled('k1')).toBe(false);
    isFindable = true;
    await h.advance(2 * MINUTE);
    expect(await acknowledged()).toEqual([2]);
  });
});

test('without a doubt a line in a thread of others does not wait', async () => {
  isFindable = true;
  await h.advance(2 * MINUTE);
  await hear('k1', { ...ACK, threadRemoteId: 'slack-of-others' });
  expect(await isHandled('k1')).toBe(true);
});
