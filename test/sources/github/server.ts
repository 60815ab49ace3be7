// A server of ours on loopback that speaks GitHub's REST API as far as the source uses it: real HTTP, scripted by a test.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Reply =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  /** Text as it is, with its type. */
  | { status: number; headers?: Record<string, string>; text: string | Buffer; type: string }
  /** `hang`: no answer. `cut`: ends in the middle of the body. `drop`: the connection ends without one. */
  | 'hang'
  | 'cut'
  | 'drop';

export type Handler = (asked: Asked) => Reply | null;

export interface GithubServer {
  url: string;
  asked: Asked[];
  /** Goes first, until `times` requests matched. `after`: the request takes effect before its answer is replaced. */
  fault(match: (asked: Asked) => boolean, reply: Reply, options?: { times?: number; after?: boolean }): void;
  /** Forgets every fault. */
  recover(): void;
  /** What is answered without faults. */
  handle(handler: Handler): void;
  /** Requests that could have changed something. */
  changing(): Asked[];
}

interface Fault {
  match(asked: Asked): boolean;
  reply: Reply;
  left: number;
  after: boolean;
}

/** Stops when the test ends. Answers 304 by ETag, and cuts lists to pages, as GitHub does. */
export async function startGithubServer(): Promise<GithubServer> {
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  let handler: Handler = () => null;
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      asked.push(one);
      const fault = faults.find((each) => each.left > 0 && each.match(one));
      if (fault) fault.left -= 1;
      const usual = fault && !fault.after ? null : handler(one);
      send(one, fault?.reply ?? usual ?? { status: 404, body: { message: 'Not Found' } }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fault: (match, reply, { times = Number.POSITIVE_INFINITY, after = false } = {}) =>
      void faults.unshift({ match, reply, left: times, after }),
    recover: () => {
      faults.length = 0;
    },
    handle: (next) => {
      handler = next;
    },
    changing: () => asked.filter(({ method }) => method !== 'GET' && method !== 'HEAD'),
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}

function send(asked: Asked, reply: Reply, response: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (reply === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('[{"id": 1, "sha": "');
    setImmediate(() => response.socket?.destroy());
    return;
  }
  if ('text' in reply) {
    response.writeHead(reply.status, { 'content-type': reply.type, ...reply.headers });
    response.end(reply.text);
    return;
  }
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  const text = JSON.stringify(reply.body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  const headers = { 'content-type': 'application/json; charset=utf-8', etag, ...reply.headers };
  if (reply.status === 200 && asked.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(reply.status, headers);
  response.end(text);
}

/** One page of a list, as `per_page` and `page` ask for it. */
export function page<T>({ query }: Asked, items: readonly T[]): T[] {
  const size = Math.min(100, Number(query.per_page ?? 30));
  const number = Number(query.page ?? 1);
  return items.slice((number - 1) * size, number * size);
}
