// Slack's HTTP mode: what is taken for Slack's, what is stored before it is answered, and Bolt as the referee of signatures.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPReceiver } from '@slack/bolt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { requestIn, slackHook } from '../../../src/channels/slack/hook.ts';
import type { Envelope, EnvelopeReply } from '../../../src/channels/slack/socket.ts';
import { ANSWER_WITHIN_MS } from '../../../src/http/channel-hook.ts';
import { startTestServer } from '../../http/harness.ts';
import {
  type SlackRequest,
  send,
  signed,
  signedClick,
  signedCommand,
  signedEvent,
} from '../../support/slack-request.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

/** Bolt goes by this machine's clock. */
const clock = { now: () => Date.now() };
const by = (change: { secret?: string; ms?: number } = {}) => ({
  secret: change.secret ?? SECRET,
  now: Date.now() + (change.ms ?? 0),
});

async function ours(
  take: (envelope: Envelope) => Promise<EnvelopeReply> = async () => undefined,
  signingSecrets = [SECRET],
  limits = {},
) {
  const heard: Envelope[] = [];
  const signed: boolean[] = [];
  const hook = slackHook({
    onSigned: (fits) => signed.push(fits),
    signingSecrets,
    clock,
    onEnvelope: async (envelope) => {
      const reply = await take(envelope);
      heard.push(envelope);
      return reply;
    },
  });
  const server = await startTestServer({
    clock,
    limits,
    channelHook: (name) => (name === 'slack' ? hook : null),
  });
  onTestFinished(() => server.close());
  return { url: `${server.url}/channels/slack`, base: server.url, heard, signed, log: server.log };
}

async function bolts() {
  const heard: unknown[] = [];
  const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };
  const receiver = new HTTPReceiver({
    signingSecret: SECRET,
    logger: { ...silent, getLevel: () => 'error' as never },
  });
  receiver.init({
    async processEvent({ body, ack }: { body: unknown; ack(): Promise<void> }) {
      heard.push(body);
      await ack();
    },
  } as never);
  const server = createServer(receiver.requestListener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, heard };
}

const event = { type: 'event_callback', team_id: 'T0ACME', event: { type: 'message', text: 'ack – ünï 🔥' } };
const command = { command: '/rollback', text: '#492 & more=1', team_id: 'T0ACME', trigger_id: '1.2' };
const click = { type: 'block_actions', actions: [{ value: '/approve 7' }], note: 'a+b &c' };

/** The header itself, as a forger or a proxy would have left it. */
function changed(request: SlackRequest, headers: Record<string, string | undefined>): SlackRequest {
  const all = { ...request.headers, ...headers };
  return {
    ...request,
    headers: Object.fromEntries(
      Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined),
    ),
  };
}

const signature = (request: SlackRequest) => request.headers['x-slack-signature'] ?? '';

describe('what Bolt takes for Slack’s we take, and the other way round', () => {
  const cases: [string, () => SlackRequest, 'taken' | 'refused'][] = [
    ['an event', () => signedEvent(event, by()), 'taken'],
    ['a slash command', () => signedCommand(command, by()), 'taken'],
    ['a click', () => signedClick(click, by()), 'taken'],
    ['the challenge', () => signedEvent({ type: 'url_verification', challenge: '3eZb' }, by()), 'taken'],
    [
      'a look at the certificate, unsigned',
      () => ({ body: 'ssl_check=1', headers: { 'content-type': FORM } }),
      'taken',
    ],
    ['five minutes old, nearly', () => signedEvent(event, by({ ms: -295_000 })), 'taken'],
    ['from a clock that is a little ahead', () => signedEvent(event, by({ ms: 60_000 })), 'taken'],
    ['older than five minutes', () => signedEvent(event, by({ ms: -302_000 })), 'refused'],
    ['another secret', () => signedEvent(event, by({ secret: `${SECRET}x` })), 'refused'],
    ['no secret', () => signedEvent(event, by({ secret: '' })), 'refused'],
    [
      'a body that was changed',
      () => ({ ...signedEvent(event, by()), body: JSON.stringify({ ...event, a: 1 }) }),
      'refused',
    ],
    [
      'a body with a byte more',
      () => ({ ...signedCommand(command, by()), body: `${signedCommand(command, by()).body}\n` }),
      'refused',
    ],
    ['an empty body, signed for another', () => ({ ...signedEvent(event, by()), body: '' }), 'refused'],
    ['no signature', () => changed(signedEvent(event, by()), { 'x-slack-signature': undefined }), 'refused'],
    [
      'no time',
      () => changed(signedEvent(event, by()), { 'x-slack-request-timestamp': undefined }),
      'refused',
    ],
    [
      'a time that is none',
      () => changed(signedEvent(event, by()), { 'x-slack-request-timestamp': 'now' }),
      'refused',
    ],
    [
      'a newer time put on',
      () =>
        changed(signedEvent(event, by({ ms: -400_000 })), {
          'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
        }),
      'refused',
    ],
    [
      'another version',
      () =>
        changed(signedEvent(event, by()), {
          'x-slack-signature': signature(signedEvent(event, by())).replace('v0', 'v1'),
        }),
      'refused',
    ],
    [
      'capital letters',
      () =>
        changed(signedEvent(event, by()), {
          'x-slack-signature': `v0=${signature(signedEvent(event, by())).slice(3).toUpperCase()}`,
        }),
      'refused',
    ],
    [
      'half a signature',
      () =>
        changed(signedEvent(event, by()), {
          'x-slack-signature': signature(signedEvent(event, by())).slice(0, 35),
        }),
      'refused',
    ],
    [
      'an empty signature',
      () => changed(signedEvent(event, by()), { 'x-slack-signature': 'v0=' }),
      'refused',
    ],
    ['signed, and no JSON', () => signed('{"a":', JSON_TYPE, by()), 'refused'],
    ['signed, and no JSON in the form', () => signed('payload=%7B%22a', FORM, by()), 'refused'],
  ];
  test.each(cases)('%s', async (_, make, expected) => {
    const [us, bolt] = [await ours(), await bolts()];
    const request = make();
    const [here, there] = [await send(us.url, request), await send(bolt.url, request)];
    expect([here.status, there.status].map((status) => (status === 200 ? 'taken' : 'refused'))).toEqual([
      expected,
      expected,
    ]);
    expect(us.heard.map(({ body }) => body)).toEqual(JSON.parse(JSON.stringify(bolt.heard)));
    const [said, boltSaid] = [await here.text(), await there.text()];
    if (expected === 'taken') expect(said.trim()).toBe(boltSaid);
  });

  // The one difference: https://docs.slack.dev says five minutes either way, Bolt looks back alone.
  test('a request from the future is refused by us', async () => {
    const [us, bolt] = [await ours(), await bolts()];
    const request = signedEvent(event, by({ ms: 400_000 }));
    expect([(await send(us.url, request)).status, (await send(bolt.url, request)).status]).toEqual([
      401, 200,
    ]);
    expect(us.heard).toEqual([]);
  });
});

test('each kind is what the socket would have brought', () => {
  const kindOf = ({ body, headers }: SlackRequest) => requestIn(Buffer.from(body), headers);
  expect(kindOf(signedEvent(event, by()))).toEqual({ type: 'events_api', body: event });
  expect(kindOf(signedCommand(command, by()))).toEqual({ type: 'slash_commands', body: command });
  expect(kindOf(signedClick(click, by()))).toEqual({ type: 'interactive', body: click });
  const withCharset = changed(signedEvent(event, by()), {
    'content-type': 'application/json; charset=utf-8',
  });
  expect(kindOf(withCharset)).toEqual({ type: 'events_api', body: event });
});

test('while the secret is replaced both open, and a third does not', async () => {
  const { url, heard, log } = await ours(async () => undefined, ['old-secret', 'new-secret']);
  for (const secret of ['old-secret', 'new-secret'])
    expect((await send(url, signedEvent(event, by({ secret })))).status).toBe(200);
  expect((await send(url, signedEvent(event, by({ secret: 'third' })))).status).toBe(401);
  expect(heard).toHaveLength(2);
  expect(log.map(({ message }) => message)).toEqual([
    'a request for the channel "slack" was refused: its signature does not fit the signing secret',
  ]);
});

test('it is answered after it was stored, and where it could not be stored it is to come again', async () => {
  let full = true;
  const { url, heard } = await ours(async () => {
    if (full) throw new Error('the disk is full');
    return undefined;
  });
  expect((await send(url, signedEvent(event, by()))).status).toBe(503);
  full = false;
  const again = changed(signedEvent(event, by()), {
    'x-slack-retry-num': '1',
    'x-slack-retry-reason': 'http_error',
  });
  const answer = await send(url, again);
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(heard).toHaveLength(1);
});

test('what is said at once to who did it is the answer', async () => {
  const said = { response_type: 'ephemeral', text: 'openclaw is not in this conversation' };
  const { url } = await ours(async () => said);
  const answer = await send(url, signedCommand(command, by()));
  expect([answer.status, await answer.json()]).toEqual([200, said]);
});

test('a disk that hangs does not keep Slack waiting over three seconds', async () => {
  const { url } = await ours(() => new Promise(() => {}));
  expect(ANSWER_WITHIN_MS).toBeLessThan(3000);
  expect((await send(url, signedCommand(command, by()))).status).toBe(503);
});

test('more than it may work on at once is asked to come again, and the next is taken', async () => {
  let release = () => {};
  let reached = () => {};
  const held = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
  const busy = new Promise<void>((resolve) => (reached = resolve));
  const { url } = await ours(
    () => {
      reached();
      return held;
    },
    [SECRET],
    { chat: 1 },
  );
  const first = send(url, signedCommand(command, by()));
  await busy;
  expect((await send(url, signedEvent(event, by()))).status).toBe(503);
  release();
  expect((await first).status).toBe(200);
  expect((await send(url, signedEvent(event, by()))).status).toBe(200);
});

test('a body over 1 MB, one that is packed, another method, and a channel that is not there', async () => {
  const { url, base, heard } = await ours();
  const huge = signedEvent({ ...event, filler: 'x'.repeat(1024 * 1024) }, by());
  expect((await send(url, huge)).status).toBe(413);
  expect((await send(url, changed(signedEvent(event, by()), { 'content-encoding': 'gzip' }))).status).toBe(
    415,
  );
  expect((await fetch(url)).status).toBe(405);
  expect((await send(`${base}/channels/other`, signedEvent(event, by()))).status).toBe(401);
  expect((await send(`${base}/channels/%ff`, signedEvent(event, by()))).status).toBe(401);
  expect((await send(url, signed('[1]', JSON_TYPE, by()))).status).toBe(400);
  expect((await send(url, signed('a', 'text/plain', by()))).status).toBe(400);
  expect(heard).toEqual([]);
});

test('nothing rides in on a look at the certificate', async () => {
  const { url, heard } = await ours();
  const body = new URLSearchParams({ ssl_check: '1', payload: JSON.stringify(click), command: '/freeze' });
  expect((await send(url, { body: body.toString(), headers: { 'content-type': FORM } })).status).toBe(200);
  expect(heard).toEqual([]);
});

test('whether signatures fit is told; what has none, or is late, says nothing about the secret', async () => {
  const { url, signed: told } = await ours();
  const body = { type: 'url_verification', challenge: 'c' };
  await send(url, signedEvent(body, by({ secret: 'another' })));
  await send(url, signedEvent(body, by({ ms: -10 * 60_000 })));
  await send(url, { body: JSON.stringify(body), headers: { 'content-type': JSON_TYPE } });
  expect(told).toEqual([false]);
  await send(url, signedEvent(body, by()));
  expect(told).toEqual([false, true]);
});
