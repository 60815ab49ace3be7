// What people say in a chat's thread belongs to the incident whose post the thread hangs on.
import { expect, test } from 'vitest';
import type { ChatEvent, Spoken } from '../../src/domain/chat.ts';
import { message } from '../../src/domain/message.ts';
import { receiveSpoken } from '../../src/store/receive.ts';
import { temporaryStore } from './temporary.ts';

type Heard = Pick<ChatEvent, 'text' | 'incidentId' | 'conversation'>;

async function scene() {
  const { store, clock } = await temporaryStore();
  await store.write(async (tx) => {
    const id = await tx.posts.add({
      channel: 'slack',
      conversation: '#ops-critical',
      incidentId: 7,
      threadPostId: null,
      lane: 'thread',
      message: message('🔴 INCIDENT #7'),
    });
    await tx.posts.setState(id, 'sent', { remoteId: 'C1OPS/1.1' });
  });
  async function heard(change: Partial<Spoken>): Promise<Heard> {
    const spoken: Spoken = {
      key: 'k',
      principal: { platform: 'slack', workspace: 'T', userId: 'U1', displayName: 'U1' },
      channel: 'slack',
      conversation: '#ops-critical',
      threadRemoteId: 'C1OPS/1.1',
      text: 'ack',
      inThread: '/ack',
      at: clock.now(),
      bot: false,
      unattended: false,
      ...change,
    };
    expect(await store.write((tx) => receiveSpoken(tx, spoken))).toBe(true);
    const entry = await store.read.inbox.find(`chat:${spoken.channel}`, 'k');
    const { text, incidentId, conversation } = (entry?.body ?? {}) as ChatEvent;
    return { text, incidentId, conversation };
  }
  return heard;
}

test('bare words are the command they spell, in a thread of an incident', async () => {
  const heard = await scene();
  expect(await heard({})).toMatchObject({ text: '/ack', incidentId: 7 });
});

test.each([
  ['another thread', { threadRemoteId: 'C1OPS/2.2' }],
  ['the room', { threadRemoteId: null }],
  ['a thread of that name on another channel', { channel: 'other' }],
])('in %s they are words', async (_, change) => {
  const heard = await scene();
  expect(await heard(change)).toMatchObject({ text: 'ack', incidentId: null });
});

test.each([
  ['C1OPS', '#ops-critical'],
  ['#ops-critical', '#ops-critical'],
  ['C2WEB', 'C2WEB'],
])('what is said in %s belongs to %s', async (conversation, room) => {
  const heard = await scene();
  expect(await heard({ conversation, threadRemoteId: null })).toMatchObject({ conversation: room });
});
