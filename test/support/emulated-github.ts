// `emulate`, a server by others that plays GitHub, kept on loopback. What it lacks (deployments) is answered as empty.
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import { createEmulator } from 'emulate';
import { onTestFinished } from 'vitest';

export const EMULATED_TOKEN = 'ghp_emulatedTokenOfMike0123456789';

/** The address to ask. Stops when the test ends. */
export async function startEmulatedGithub(): Promise<string> {
  const emulator = await onLoopback(() =>
    createEmulator({
      service: 'github',
      port: 0,
      seed: {
        tokens: { [EMULATED_TOKEN]: { login: 'mike', scopes: ['repo'] } },
        github: {
          users: [{ login: 'mike', name: 'Mike' }],
          repos: [{ owner: 'mike', name: 'api', auto_init: true }],
        },
      },
    }),
  );
  const inner = `http://127.0.0.1:${emulator.port}`;
  const front = createServer((request, response) => {
    if (request.method === 'GET' && /\/deployments\?/.test(request.url ?? '')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      return;
    }
    void forward(request, inner).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    front.closeAllConnections();
    await new Promise<void>((resolve) => front.close(() => resolve()));
    await emulator.close();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

async function forward(request: IncomingMessage, to: string) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
  const answer = await fetch(`${to}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type },
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  return {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/** It listens on every interface, and takes no host: the one server that is made meanwhile gets ours. */
async function onLoopback(make: () => ReturnType<typeof createEmulator>) {
  const usual = Server.prototype.listen;
  let made: Server | null = null;
  Server.prototype.listen = function listen(this: Server, port: number) {
    made = this;
    return Reflect.apply(usual, this, [port, '127.0.0.1']) as Server;
  } as typeof usual;
  try {
    const emulator = await make();
    const server = made as Server | null;
    if (server === null) throw new Error('emulate made no server');
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    const { address, port } = server.address() as AddressInfo;
    if (address !== '127.0.0.1') throw new Error(`emulate listens on ${address}`);
    return { port, close: () => emulator.close() };
  } finally {
    Server.prototype.listen = usual;
  }
}
