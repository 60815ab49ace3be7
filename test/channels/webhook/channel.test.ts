// Pages to a URL that answers in every way a URL can.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWebhookChannel } from '../../../src/channels/webhook/channel.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import { isSignatureValid } from '../../../src/http/auth.ts';
import { createTestClock } from '../../support/clock.ts';

const call = { signal: new AbortController().signal };
const clock = createTestClock();
const SECRET = 'fake-signing-secret';

const page = (change: Partial<OutgoingPost> = {}): OutgoingPost => ({
  eventId: '11111111-2222-4333-8444-555555555555',
  conversation: 'sarah',
  threadRemoteId: null,
  message: message('📟 @sarah: INCIDENT #1', {
    blocks: [{ type: 'buttons', buttons: [{ label: 'Acknowledge', command: '/ack 1' }] }],
  }),
  mentions: [],
  possibleRepeat: false,
  ...change,
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function scene(answer: Answer = (_, response) => response.end('{}')) {
  const seen: { headers: IncomingMessage['headers']; body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ headers: request.headers, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  const url = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, channel: createWebhookChannel({ name: 'hook', url, signing: SECRET, clock }) };
}

async function listening(server: ReturnType<typeof createSocketServer>): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/page`);
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers);
    response.end();
  };

describe('a page by webhook', () => {
  test('is signed JSON that names its event', async () => {
    const { seen, channel } = await scene();
    expect(await channel.send(page(), call)).toEqual({ remoteId: `hook:${page().eventId}` });
    const [got] = seen;
    if (!got) throw new Error('nothing came');
    expect(got.headers['idempotency-key']).toBe(page().eventId);
    expect(isSignatureValid(got.headers, got.body, [SECRET], clock.now())).toBe(true);
    expect(isSignatureValid(got.headers, got.body, ['another'], clock.now())).toBe(false);
    expect(JSON.parse(got.body.toString())).toEqual({
      version: 1,
      type: 'page',
      id: page().eventId,
      to: 'sarah',
      title: '📟 @sarah: INCIDENT #1',
      text: '📟 @sarah: INCIDENT #1\nAcknowledge: /ack 1',
      actions: [{ label: 'Acknowledge', command: '/ack 1' }],
      possibleRepeat: false,
    });
  });

  test.each([200, 202, 204])('has arrived at %i', async (code) => {
    const { channel } = await scene(status(code));
    await expect(channel.send(page(), call)).resolves.toBeDefined();
  });

  test.each([
    [408, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'unknown'],
    [502, 'unknown'],
    [503, 'retry'],
    [301, 'failed'],
    [307, 'failed'],
    [400, 'failed'],
    [401, 'failed'],
    [404, 'failed'],
    [410, 'failed'],
  ])('at %i: %s', async (code, outcome) => {
    const { seen, channel } = await scene(status(code, code < 400 ? { location: '/elsewhere' } : {}));
    await expect(channel.send(page(), call)).rejects.toMatchObject({ name: 'ToolError', outcome });
    expect(seen).toHaveLength(1);
  });

  test('comes back when it is told to', async () => {
    const { channel } = await scene(status(429, { 'retry-after': '7' }));
    await expect(channel.send(page(), call)).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  test('may be tried again where nobody listens', async () => {
    const server = createSocketServer();
    const url = await listening(server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const channel = createWebhookChannel({ name: 'hook', url, signing: SECRET, clock });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'retry' });
  });

  test('is in doubt when the connection is cut in place of an answer', async () => {
    const { channel } = await scene((request) => request.socket.destroy());
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'unknown' });
  });

  test('is in doubt when the call ends before an answer', async () => {
    const { seen, channel } = await scene(() => {});
    const stop = new AbortController();
    const ended = expect(channel.send(page(), { signal: stop.signal })).rejects.toMatchObject({
      outcome: 'unknown',
    });
    await expect.poll(() => seen.length).toBe(1);
    stop.abort();
    await ended;
  });

  test('is not sent in clear to a port that speaks no TLS', async () => {
    const heard: Buffer[] = [];
    const server = createSocketServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (chunk) => {
        heard.push(chunk);
        socket.end('HTTP/1.1 200 OK\r\n\r\n');
      });
    });
    const url = await listening(server);
    onTestFinished(() => void server.close());
    url.protocol = 'https:';
    const channel = createWebhookChannel({ name: 'hook', url, signing: SECRET, clock });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'retry' });
    expect(Buffer.concat(heard).toString()).not.toContain('INCIDENT');
  });

  test('is not held up by an answer without end', async () => {
    const { channel } = await scene((_, response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    await expect(channel.send(page(), call)).resolves.toBeDefined();
  });
});
