// Posts, edits and looks against a Slack of ours, and what its answers mean for what is known of them.
import { describe, expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { createSlackChannel } from '../../../src/channels/slack/channel.ts';
import { conversationsOf } from '../../../src/channels/slack/conversations.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import { freePort } from '../../support/free-port.ts';
import { startSlack } from '../../support/slack.ts';

const call = { signal: new AbortController().signal };

const outgoing = (change: Partial<OutgoingPost> = {}): OutgoingPost => ({
  eventId: '11111111-2222-4333-8444-555555555555',
  conversation: '#ops-critical',
  threadRemoteId: null,
  message: message('🔴 api — down'),
  mentions: [],
  possibleRepeat: false,
  ...change,
});

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO' });
  const calls = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
  const channel = createSlackChannel({
    name: 'slack',
    call: calls,
    conversations: conversationsOf(calls),
    close: async () => {},
  });
  return { slack, channel };
}

test('a thread is begun, answered, edited, and found again by its event', async () => {
  const { slack, channel } = await scene();
  const root = await channel.send(outgoing(), call);
  expect(root.remoteId).toMatch(/^C1OPS\/1700000000\.\d{6}$/);
  const reply = outgoing({ eventId: 'reply-1', threadRemoteId: root.remoteId, mentions: ['U1SARAH'] });
  const { remoteId } = await channel.send(reply, call);
  expect(slack.posted[1]).toMatchObject({ channel: 'C1OPS', thread_ts: root.remoteId.split('/')[1] });
  expect(slack.posted[1]?.text).toContain('<@U1SARAH>');
  await channel.edit?.(root.remoteId, outgoing({ message: message('✅ api — resolved') }), call);
  expect(slack.posted[0]?.text).toContain('✅ api — resolved');
  expect(await channel.find?.(reply, call)).toEqual({ remoteId });
  expect(await channel.find?.(outgoing(), call)).toEqual(root);
  expect(await channel.find?.({ ...reply, eventId: 'reply-2' }, call)).toBeNull();
  const posts = slack.asked.filter(({ method }) => method === 'chat.postMessage');
  for (const { args } of posts)
    expect(args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
      parse: 'none',
      link_names: 'false',
    });
  expect(slack.asked.filter(({ method }) => method === 'conversations.list')).toHaveLength(1);
});

test('a person is written to by their id, and what is in doubt is looked for in the talk with them', async () => {
  const { channel } = await scene();
  const page = outgoing({ conversation: 'U1SARAH', eventId: 'page-1' });
  expect(await channel.find?.(page, call)).toBeNull();
  const { remoteId } = await channel.send(page, call);
  expect(remoteId).toMatch(/^DU1SARAH\//);
  expect(await channel.find?.(page, call)).toEqual({ remoteId });
});

test('a post in doubt is found in a thread however long it is', async () => {
  const { channel } = await scene();
  const root = await channel.send(outgoing(), call);
  const reply = (n: number) => outgoing({ eventId: `reply-${n}`, threadRemoteId: root.remoteId });
  for (let n = 0; n < 450; n += 1) await channel.send(reply(n), call);
  expect(await channel.find?.(reply(449), call)).toMatchObject({ remoteId: expect.stringMatching(/^C1OPS/) });
  expect(await channel.find?.(reply(450), call)).toBeNull();
});

test('a room that was archived and made anew is found by its name', async () => {
  const { slack, channel } = await scene();
  await channel.send(outgoing(), call);
  slack.rooms['ops-critical'] = 'C9NEW';
  slack.next('chat.postMessage', { ok: false, error: 'is_archived' });
  expect((await channel.send(outgoing({ eventId: 'second' }), call)).remoteId).toMatch(/^C9NEW/);
});

test('what was posted in the terminal before Slack was connected is no thread there', async () => {
  const { slack, channel } = await scene();
  const before = '11111111-2222-4333-8444-555555555555';
  await channel.send(outgoing({ threadRemoteId: before, eventId: 'e' }), call);
  expect(slack.posted[0]?.thread_ts).toBeUndefined();
  await channel.edit?.(before, outgoing(), call);
  expect(slack.asked.some(({ method }) => method === 'chat.update')).toBe(false);
});

test('nothing is posted once the engine has given the call up', async () => {
  const { slack, channel } = await scene();
  await expect(channel.send(outgoing(), { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(slack.posted).toEqual([]);
});

test('a look-up that fails leaves no doubt: nothing was posted', async () => {
  const { slack, channel } = await scene();
  slack.next('conversations.list', { status: 502, body: '<html>' });
  await expect(channel.send(outgoing(), call)).rejects.toMatchObject({ outcome: 'retry' });
});

describe('an answer that is none', () => {
  test.each([
    [
      'a refused token',
      { ok: false, error: 'invalid_auth' },
      'failed',
      /invalid_auth: the bot token is not valid/,
    ],
    [
      'a missing scope',
      { ok: false, error: 'missing_scope', needed: 'chat:write' },
      'failed',
      /missing_scope \(chat:write\)/,
    ],
    ['not invited', { ok: false, error: 'not_in_channel' }, 'failed', /\/invite it there/],
    ['a trouble of Slack', { ok: false, error: 'internal_error' }, 'unknown', /may have been done/],
    ['a page of a proxy', { status: 502, body: '<html>Bad gateway</html>' }, 'unknown', /answered 502/],
    ['a proxy in between', { status: 403, body: '<html>' }, 'retry', /answered 403/],
    ['no JSON', { status: 200, body: '<html>' }, 'unknown', /may have been done/],
    ['a lost answer', 'lost', 'unknown', /may have been done/],
    ['no place', { ok: true }, 'unknown', /without the place/],
  ] as const)('%s', async (_, answer, outcome, text) => {
    const { slack, channel } = await scene();
    slack.next('chat.postMessage', answer);
    await expect(channel.send(outgoing(), call)).rejects.toMatchObject({
      outcome,
      message: expect.stringMatching(text),
    });
  });

  test('a limit is waited out for as long as Slack says', async () => {
    const { slack, channel } = await scene();
    slack.next('chat.postMessage', { status: 429, headers: { 'retry-after': '7' }, body: '' });
    await expect(channel.send(outgoing(), call)).rejects.toMatchObject({
      outcome: 'retry',
      retryAfterMs: 7000,
    });
    expect(slack.posted).toEqual([]);
  });

  test('a lost answer leaves a post that is found', async () => {
    const { slack, channel } = await scene();
    slack.next('chat.postMessage', 'lost');
    await expect(channel.send(outgoing(), call)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await channel.find?.(outgoing(), call)).toMatchObject({
      remoteId: expect.stringMatching(/^C1OPS\//),
    });
    expect(slack.posted).toHaveLength(1);
  });

  test('nobody there: surely not posted, and no token in what is said', async () => {
    const calls = await slackCalls({
      token: 'xoxb-fake',
      api: new URL(`http://127.0.0.1:${await freePort()}/api/`),
    });
    await expect(calls('auth.test', {})).rejects.toMatchObject({
      outcome: 'retry',
      message: 'Slack (auth.test): cannot be reached',
    });
  });

  test('no such conversation', async () => {
    const { channel } = await scene();
    await expect(channel.send(outgoing({ conversation: '#nowhere' }), call)).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('no conversation #nowhere'),
    });
  });
});

test('a message is pinned; one that is so already stays it, and a missing scope says which', async () => {
  const { slack, channel } = await scene();
  const { remoteId } = await channel.send(outgoing(), call);
  await channel.pin?.(remoteId, call);
  await channel.pin?.(remoteId, call);
  expect(slack.asked.filter(({ method }) => method === 'pins.add').map(({ args }) => args)).toEqual(
    Array.from({ length: 2 }, () => ({ channel: 'C1OPS', timestamp: remoteId.split('/')[1] })),
  );
  expect([...slack.pinned]).toEqual([remoteId]);
  slack.next('pins.add', { ok: false, error: 'missing_scope', needed: 'pins:write' });
  await expect(channel.pin?.(remoteId, call)).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/missing_scope \(pins:write\): the app lacks a scope/),
  });
  // What stood in the terminal before Slack was connected is nowhere to be pinned.
  await channel.pin?.('11111111-2222-4333-8444-555555555555', call);
  expect(slack.asked.filter(({ method }) => method === 'pins.add')).toHaveLength(3);
});
