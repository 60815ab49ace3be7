// `emulate`, a server by others that plays GitHub, kept on loopback. What it lacks (deployments) is answered as empty.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { onTestFinished } from 'vitest';
import { onLoopback } from './emulate-on-loopback.ts';

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
