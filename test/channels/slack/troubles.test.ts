// What Slack refuses while we run: as trouble of the token, a scope or a conversation, and over when it works again.
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { slackFetch } from '../../../src/channels/slack/fetch.ts';
import { createTroubles } from '../../../src/channels/slack/troubles.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import type { ChannelTrouble } from '../../../src/domain/channel-trouble.ts';
import { message } from '../../../src/domain/message.ts';
import { redact } from '../../../src/domain/redact.ts';
import { connectSlack } from '../../support/connect-slack.ts';
import { startSlack } from '../../support/slack.ts';
import { until } from '../../support/until.ts';

const call = { signal: new AbortController().signal };

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO' });
  const said: [string, ChannelTrouble | null][] = [];
  const channel = await connectSlack(slack, { trouble: (about, trouble) => said.push([about, trouble]) });
  onTestFinished(() => channel.close());
  await until(() => said.some(([about]) => about === 'hearing'));
  const of = (about: string) => said.filter((each) => each[0] === about).map((each) => each[1]);
  const post = (conversation = '#ops-critical', onlyTo?: string) => {
    const outgoing: OutgoingPost = {
      eventId: `event-${said.length}`,
      conversation,
      threadRemoteId: null,
      message: { ...message('🔴 api — down'), ...(onlyTo === undefined ? {} : { onlyTo }) },
      mentions: [],
      possibleRepeat: false,
    };
    return channel.send(outgoing, call).then(
      () => 'sent',
      () => 'refused',
    );
  };
  return { slack, channel, said, of, post };
}

describe('the bot token', () => {
  test.each([
    ['invalid_auth', /copy it again/],
    ['token_revoked', /install the app to the workspace again/],
    ['account_inactive', /the bot was removed/],
    ['token_expired', /copy the new one/],
    ['not_allowed_token_type', /xoxb-/],
    ['enterprise_is_restricted', /administrator of the organisation/],
    ['team_access_not_granted', /no access to this workspace/],
    ['ekm_access_denied', /administrators/],
    ['accesslimited', /from this address/],
  ])('%s is said once, with the fix, and once more when it is over', async (error, fix) => {
    const { slack, post, of } = await scene();
    const before = of('bot-token').length;
    slack.always('*', { ok: false, error });
    expect([await post(), await post('#ops-info')]).toEqual(['refused', 'refused']);
    slack.always('*', null);
    slack.always('*', null);
    expect(await post()).toBe('sent');
    expect(of('bot-token').slice(before)).toEqual([
      {
        text: expect.stringContaining(`refuses the bot token (${error})`),
        fix: expect.stringMatching(fix),
        passing: false,
      },
      null,
    ]);
  });

  test('where only a new token helps it says what that takes: the test alone reads it where it is typed', async () => {
    const fixFor = async (error: string) => {
      const { slack, post, of } = await scene();
      slack.always('*', { ok: false, error });
      await post();
      return of('bot-token').at(-1)?.fix;
    };
    expect(await fixFor('token_revoked')).toContain(
      'new token; put the token where the daemon reads it (openclaw channel show slack) and start the daemon again; then: openclaw channel test slack',
    );
    expect(await fixFor('accesslimited')).not.toContain('daemon');
  });

  test.each(['team_added_to_org', 'org_login_required'])('%s passes: it is tried again', async (error) => {
    const { slack, channel, of } = await scene();
    slack.always('chat.postMessage', { ok: false, error });
    const outgoing = {
      eventId: 'e',
      conversation: 'C1OPS',
      threadRemoteId: null,
      message: message('x'),
      mentions: [],
      possibleRepeat: false,
    };
    await expect(channel.send(outgoing, call)).rejects.toMatchObject({ outcome: 'retry' });
    expect(of('bot-token').at(-1)).toMatchObject({
      passing: true,
      fix: expect.stringContaining('by itself'),
    });
  });
});

test('a missing scope is named, and is over when the app has it', async () => {
  const { slack, channel, post, of } = await scene();
  slack.always('chat.postMessage', { ok: false, error: 'missing_scope', needed: 'chat:write' });
  slack.scopes = slack.scopes.filter((scope) => scope !== 'chat:write');
  await post();
  await channel.recheck?.(['scope chat:write'], call);
  expect(of('scope chat:write')).toEqual([
    {
      text: expect.stringContaining('lacks the scope chat:write'),
      fix: expect.stringContaining('OAuth & Permissions'),
      passing: false,
    },
  ]);
  slack.scopes.push('chat:write');
  await channel.recheck?.(['scope chat:write'], call);
  expect(of('scope chat:write').at(-1)).toBeNull();
});

test('one without which only a summary is not pinned is to be mended, and breaks nothing', async () => {
  const { slack, channel, of, post } = await scene();
  slack.always('pins.add', { ok: false, error: 'missing_scope', needed: 'pins:write' });
  expect(await post()).toBe('sent');
  await expect(channel.pin?.(`C1OPS/${slack.posted.at(-1)?.ts}`, call)).rejects.toThrow('missing_scope');
  expect(of('scope pins:write')).toMatchObject([
    { text: expect.stringContaining('lacks the scope pins:write'), mild: true },
  ]);
});

describe('a conversation', () => {
  test('that was archived is named, and is over when it is open again', async () => {
    const { slack, channel, post, of } = await scene();
    expect(await post('#ops-info')).toBe('sent');
    slack.archived.add('C2INFO');
    expect([await post('#ops-info'), await post('#ops-info')]).toEqual(['refused', 'refused']);
    expect(await post()).toBe('sent');
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info')).toEqual([
      null,
      {
        text: expect.stringContaining('#ops-info in slack takes no messages'),
        fix: expect.stringContaining('unarchive it'),
        passing: false,
      },
    ]);
    expect(of('bot-token').at(-1)).toBeNull();
    slack.archived.delete('C2INFO');
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info').at(-1)).toBeNull();
  });

  test('that we were removed from', async () => {
    const { slack, post, of } = await scene();
    slack.notIn.add('C1OPS');
    expect(await post()).toBe('refused');
    expect(of('#ops-critical')).toEqual([
      {
        text: expect.stringContaining('not_in_channel'),
        fix: expect.stringContaining('/invite it there'),
        passing: false,
      },
    ]);
  });

  test('where one person alone cannot be shown something takes what is for all', async () => {
    const { slack, post, of } = await scene();
    expect(await post('#ops-critical', 'B7BOT')).toBe('refused');
    expect(of('#ops-critical')).toEqual([]);
    slack.archived.add('C1OPS');
    slack.always('chat.postEphemeral', { ok: false, error: 'is_archived' });
    expect(await post('#ops-critical', 'U1SARAH')).toBe('refused');
    expect(of('#ops-critical')).toMatchObject([{ text: expect.stringContaining('is_archived') }]);
  });

  test('that was renamed: it is looked for by its name, and said to be gone', async () => {
    const { slack, post, of } = await scene();
    delete slack.rooms['ops-info'];
    slack.rooms['ops-information'] = 'C2INFO';
    expect(await post('#ops-info')).toBe('refused');
    expect(of('#ops-info')).toMatchObject([{ text: expect.stringContaining('channel_not_found') }]);
  });
});

test('trouble that passes by itself is none of a channel', async () => {
  const { slack, post, said } = await scene();
  await post();
  const before = said.length;
  slack.next('chat.postMessage', { ok: false, error: 'ratelimited' }, { status: 503, body: '' }, 'lost');
  for (let n = 0; n < 3; n += 1) expect(await post()).toBe('refused');
  expect(said).toHaveLength(before);
});

test('a refused app-level token is named as that, with where a new one is made', async () => {
  const { slack, of } = await scene();
  slack.always('apps.connections.open', { ok: false, error: 'invalid_auth' });
  slack.dropSockets();
  await until(() => of('app-token').some((trouble) => trouble !== null));
  expect(of('app-token').at(-1)).toEqual({
    text: expect.stringContaining('refuses the app-level token (invalid_auth)'),
    fix: expect.stringMatching(/connections:write under "Basic Information".*start the daemon again/),
    passing: false,
  });
  slack.always('apps.connections.open', null);
  await until(() => of('app-token').at(-1) === null);
});

test('a connection that does not come about leaves no doubt: nothing was sent', async () => {
  // Takes the connection, and never says a word of TLS.
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const calls = await slackCalls({
    token: 'xoxb-fake',
    api: new URL(`https://127.0.0.1:${port}/api/`),
    fetch: await slackFetch(200),
  });
  await expect(calls('chat.postMessage', { channel: 'C1', text: 'x' })).rejects.toMatchObject({
    outcome: 'retry',
    message: 'Slack (chat.postMessage): cannot be reached',
  });
});

test('a signing secret that fits nothing is said once, and over with the first request that fits', () => {
  const said: [string, ChannelTrouble | null][] = [];
  const troubles = createTroubles('slack', (about, trouble) => said.push([about, trouble]));
  troubles.ofSignature(false);
  troubles.ofSignature(false);
  // One that somebody else made up is no news.
  expect(said).toEqual([]);
  troubles.ofSignature(false);
  troubles.ofSignature(false);
  expect(said).toEqual([
    [
      'signing-secret',
      {
        text: expect.stringContaining('does not fit the signing secret'),
        fix: expect.stringContaining('openclaw channel edit slack --secret signing-secret='),
        passing: false,
      },
    ],
  ]);
  // It is posted, and what is posted is redacted: no word of ours may look like a secret there.
  for (const text of [said[0]?.[1]?.text, said[0]?.[1]?.fix].map(String)) expect(redact(text)).toBe(text);
  troubles.ofSignature(true);
  troubles.ofSignature(true);
  expect(said.slice(1)).toEqual([['signing-secret', null]]);
});
