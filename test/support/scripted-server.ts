// An HTTP server of ours on loopback that answers as a test says, and keeps what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Closes the connection after so many bytes of a longer body. */
  cutAfter?: number;
  /** Never answers. */
  hangs?: true;
  /** Closes the connection in place of an answer. */
  cuts?: true;
}

export function json(value: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** Closed when the test ends, with all its connections. */
export async function scriptedServer(
  answer: (asked: Asked) => Reply | Promise<Reply>,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://of.ours');
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
      };
      asked.push(one);
      send(response, await answer(one));
    })().catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, body = '', cutAfter, hangs, cuts }: Reply,
): void {
  if (hangs) return;
  if (cuts) {
    response.destroy();
    return;
  }
  if (cutAfter === undefined) {
    response.writeHead(status, headers).end(body);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.write(Buffer.from(body).subarray(0, cutAfter), () => response.destroy());
}
