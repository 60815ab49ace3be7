import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpsGet } from '../../src/daemon/https-get.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Connections go to a loopback server instead of where the address says. */
async function getFrom(listener: RequestListener) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const request = ((url: URL, options: object) =>
    httpRequest(`http://127.0.0.1:${port}${url.pathname}${url.search}`, options)) as typeof httpsRequest;
  const get = createHttpsGet(request);
  return (limits: Partial<Parameters<typeof get>[1]> = {}) =>
    get(new URL('https://sns.eu-west-1.amazonaws.com/a.pem?b=1'), {
      maxBytes: 100,
      timeoutMs: 5_000,
      ...limits,
    });
}

test('gives status and text of what is asked for', async () => {
  const get = await getFrom((request, response) => response.end(`${request.method} ${request.url}`));
  expect(await get()).toEqual({ status: 200, text: 'GET /a.pem?b=1' });
});

test('follows no redirect', async () => {
  let asked = 0;
  const get = await getFrom((_, response) => {
    asked += 1;
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  expect(await get()).toMatchObject({ status: 302 });
  expect(asked).toBe(1);
});

test.each<[string, RequestListener, object]>([
  ['sends more than it may', (_, response) => response.end('x'.repeat(101)), {}],
  ['says nothing', () => {}, { timeoutMs: 50 }],
  [
    'stops in the middle',
    (_, response) => {
      response.write('x');
    },
    { timeoutMs: 50 },
  ],
  ['hangs up', (request) => request.socket.destroy(), {}],
])('a host that %s may be asked again later', async (_, listener, limits) => {
  const get = await getFrom(listener);
  await expect(get(limits)).rejects.toMatchObject({ name: 'ToolError', outcome: 'retry' });
});

test('ends at once when it is called off', async () => {
  const get = await getFrom(() => {});
  await expect(get({ signal: AbortSignal.abort() })).rejects.toMatchObject({ outcome: 'retry' });
});
