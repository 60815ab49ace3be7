// `emulate`, a server by others that plays Slack's Web API: whether our idea of its answers is theirs too. Not in it: Socket
// Mode, slash commands, clicks, limits; those are tried against a Slack of ours. It takes any blocks, and no `#name`.
import { createEmulator } from 'emulate';
import { expect, onTestFinished, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { createSlackChannel } from '../../../src/channels/slack/channel.ts';
import { conversationsOf } from '../../../src/channels/slack/conversations.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import { onLoopback } from '../../support/emulate-on-loopback.ts';

const TOKEN = 'xoxb-emulated-token-of-openclaw';
const never = () => ({ signal: new AbortController().signal });

const outgoing = (change: Partial<OutgoingPost> = {}): OutgoingPost => ({
  eventId: 'event-1',
  conversation: '#ops-critical',
  threadRemoteId: null,
  message: message('🔴 api — down', { blocks: [{ type: 'code', text: '- a\n+ b' }] }),
  mentions: [],
  possibleRepeat: false,
  ...change,
});

async function scene() {
  const emulator = await onLoopback(() =>
    createEmulator({
      service: 'slack',
      port: 0,
      seed: {
        tokens: {
          [TOKEN]: { login: 'openclaw', scopes: ['chat:write', 'channels:read', 'channels:history'] },
        },
        slack: {
          team: { name: 'Acme', domain: 'acme' },
          users: [
            { name: 'openclaw', email: 'openclaw@example.org' },
            { name: 'sarah', email: 'sarah@example.org' },
          ],
          channels: [{ name: 'ops-critical', topic: '' }],
        },
      },
    }),
  );
  onTestFinished(() => emulator.close());
  const call = await slackCalls({ token: TOKEN, api: new URL(`http://127.0.0.1:${emulator.port}/api/`) });
  const conversations = conversationsOf(call);
  const channel = createSlackChannel({ name: 'slack', call, conversations, close: async () => {} });
  return { call, conversations, channel };
}

test('a thread is begun, answered, edited and found again', async () => {
  const { call, channel } = await scene();
  const root = await channel.send(outgoing(), never());
  expect(root.remoteId).toMatch(/^C[A-Z0-9]+\/\d+\.\d+$/);
  const reply = outgoing({ eventId: 'event-2', threadRemoteId: root.remoteId });
  const { remoteId } = await channel.send(reply, never());
  await channel.edit?.(root.remoteId, outgoing({ message: message('✅ api — resolved') }), never());
  expect(await channel.find?.(outgoing(), never())).toEqual(root);
  expect(await channel.find?.(reply, never())).toEqual({ remoteId });
  expect(await channel.find?.(outgoing({ eventId: 'event-3' }), never())).toBeNull();
  const [id, ts] = root.remoteId.split('/');
  const { messages } = await call('conversations.replies', { channel: id, ts });
  expect(messages).toMatchObject([{ text: expect.stringContaining('resolved') }, { thread_ts: ts }]);
});

test('rooms go by name and id, both ways, and an unknown one is said to be none', async () => {
  const { channel, conversations } = await scene();
  const id = await conversations.idOf('#ops-critical');
  expect(await conversations.nameOf(id)).toBe('#ops-critical');
  await expect(channel.send(outgoing({ conversation: '#nowhere' }), never())).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('no conversation #nowhere'),
  });
});

test('a person is written to in a conversation of their own', async () => {
  const { call, conversations } = await scene();
  const { user } = (await call('users.lookupByEmail', { email: 'sarah@example.org' })) as {
    user: { id: string };
  };
  expect(await conversations.idOf(user.id)).toMatch(/^D/);
});

test('what it refuses is refused for good', async () => {
  const { call } = await scene();
  await expect(call('chat.postMessage', { channel: 'C000NONE', text: 'x' })).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('channel_not_found'),
  });
});
