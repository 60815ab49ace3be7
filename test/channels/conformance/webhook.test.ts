// Pages by webhook, to a server of ours.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createWebhookChannel } from '../../../src/channels/webhook/channel.ts';
import { createTestClock } from '../../support/clock.ts';
import { channelConforms, type OpenedChannel, type Trouble } from './suite.ts';

const SECRET = 'fake-signing-secret';
const WAIT_SECONDS = 7;

channelConforms({
  name: 'webhook',
  open: openWebhook,
  troubles: {
    refused: 'retry',
    limited: 'retry',
    // It may have called somebody before it broke.
    broken: 'unknown',
    // What it says beside its status is of no interest.
    html: 'arrives',
    cut: 'arrives',
    lost: 'unknown',
    silent: 'unknown',
  },
  threads: false,
  waitSeconds: WAIT_SECONDS,
});

async function openWebhook(): Promise<OpenedChannel> {
  const came: { id: string; text: string }[] = [];
  let trouble: Trouble | null = null;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (trouble !== 'limited') came.push(JSON.parse(body));
    answer(response, trouble);
  });
  const listen = (port: number) =>
    new Promise<void>((listening) => server.listen(port, '127.0.0.1', () => listening()));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  await listen(0);
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/page`);
  return {
    channel: createWebhookChannel({ name: 'hook', url, signing: SECRET, clock: createTestClock() }),
    conversation: 'sarah',
    secrets: [SECRET],
    async trouble(next) {
      if (trouble === 'refused') await listen(port);
      trouble = next;
      if (trouble === 'refused') await close();
    },
    arrived: () =>
      came.map(({ id, text }) => ({ remoteId: `hook:${id}`, threadRemoteId: null, shown: text, woken: [] })),
  };
}

function answer(response: ServerResponse, trouble: Trouble | null): void {
  switch (trouble) {
    case 'limited':
      response.writeHead(429, { 'retry-after': String(WAIT_SECONDS) }).end();
      break;
    case 'broken':
      response.writeHead(500).end('<html>Internal server error</html>');
      break;
    case 'html':
      response.writeHead(200).end('<html>Please log in</html>');
      break;
    case 'cut':
      response.writeHead(200, { 'content-length': '100' }).write('{"ok"', () => response.destroy());
      break;
    case 'lost':
      response.destroy();
      break;
    case 'silent':
      break;
    default:
      response.end('{}');
  }
}
