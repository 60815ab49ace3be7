// A real server on a free loopback port, with an inbox in memory, and a raw socket for what fetch would never send.
import { connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { InboxEntry } from '../../src/http/accept.ts';
import type { HookSource, HttpLogEntry, HttpOptions } from '../../src/http/options.ts';
import { type HttpServer, startHttp } from '../../src/http/server.ts';

export const NOW = 1_795_000_000_000;
export const SECRET = 'correct-horse-battery';

export interface TestServer extends HttpServer {
  url: string;
  inbox: InboxEntry[];
  log: HttpLogEntry[];
  clock: { at: number; now(): number };
  sources: Map<string, HookSource>;
  /** Sends with the right secret; a string as JSON. */
  post(source: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is read freely in tests
  body: any;
}

export function source(name: string, type: string, secrets = [SECRET]): HookSource {
  return { name, type, secrets, settings: {}, services: [] };
}

export async function startTestServer(options: Partial<HttpOptions> = {}): Promise<TestServer> {
  const inbox: InboxEntry[] = [];
  const log: HttpLogEntry[] = [];
  const keys = new Set<string>();
  const clock = { at: NOW, now: () => clock.at };
  const sources = new Map(
    [
      source('scripts', 'generic'),
      source('prometheus', 'alertmanager'),
      source('AWS Production', 'generic'),
    ].map((each) => [each.name, each]),
  );
  const server = await startHttp({
    listen: { host: '127.0.0.1', port: 0 },
    behindProxy: false,
    clock,
    log: (entry) => log.push(entry),
    hookSource: (name) => sources.get(name) ?? null,
    async accept(entries) {
      const fresh = entries.filter(({ source: from, key }) => !keys.has(`${from}\n${key}`));
      for (const { source: from, key } of fresh) keys.add(`${from}\n${key}`);
      inbox.push(...fresh);
      return fresh.length;
    },
    health: async () => ({ ready: true, problems: [], gauges: { queue_depth: 3 } }),
    overloaded: () => false,
    ...options,
    limits: { failureDelayMs: 0, ...options.limits },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...server,
    url,
    inbox,
    log,
    clock,
    sources,
    async post(name, body, headers = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(`${url}/hooks/${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
        body: raw ? (body as string) : JSON.stringify(body),
      });
      return answerOf(response);
    },
  };
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as unknown };
}

/** Writes bytes to a socket and gives all that came back until it was closed. */
export async function exchange(port: number, write: (socket: Socket) => void): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  write(socket);
  const received = await textOf(socket).catch(() => '');
  socket.destroy();
  return received;
}

export const hookHead = (name: string, ...headers: string[]): string =>
  [`POST /hooks/${name} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${SECRET}`, ...headers, '', ''].join(
    '\r\n',
  );
