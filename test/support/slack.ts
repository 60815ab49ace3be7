// A Slack of ours on loopback: the Web API's methods that we call and Socket Mode, in the wire format of Slack's documents.
// It keeps what was posted, and says what a test tells it to say.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { SCOPES } from '../../src/channels/slack/manifest.ts';

export const BOT = 'U0BOT';
export const TEAM = 'T0ACME';
export interface Posted {
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks: Record<string, unknown>[];
  metadata?: unknown;
  /** When it came, by the clock of the test. */
  at: number;
}

export interface Asked {
  method: string;
  args: Record<string, string>;
}

type Answer =
  | Record<string, unknown>
  // `done`: what was asked is done all the same.
  | { status: number; headers?: Record<string, string>; body: string; done?: boolean };
/** `lost`: done, and the answer is cut off; `cut`: done, and half the answer comes; `unheard`: done, and no answer ever. */
export type Told = Answer | 'lost' | 'cut' | 'unheard' | 'silent';

export interface FakeSlack {
  api: string;
  posted: Posted[];
  asked: Asked[];
  acks: string[];
  /** Of the bot's token. */
  scopes: string[];
  /** Ids of conversations the app was not invited to. */
  notIn: Set<string>;
  /** Ids by name. */
  rooms: Record<string, string>;
  /** The next calls of a method get these instead, in order; `silent`: not done, and no answer ever. */
  next(method: string, ...answers: Told[]): void;
  /** What each call gets instead of its answer, after what `next` said. Undefined: the usual. */
  instead: (method: string, args: Record<string, string>) => Told | undefined;
  /** Default: it stands still. */
  clock: () => number;
  /** Nobody listens, until it is up again at the same address. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Resolves when somebody listens. */
  connected(): Promise<void>;
  /** To all sockets that are open. Gives the envelope's id. */
  send(type: string, payload: Record<string, unknown>, envelopeId?: string): string;
  /** Resolves with the ack of that envelope. */
  acked(envelopeId: string): Promise<void>;
  dropSockets(): void;
  sockets(): number;
  connections(): number;
}

export async function startSlack(conversations: Record<string, string> = {}): Promise<FakeSlack> {
  const posted: Posted[] = [];
  const asked: Asked[] = [];
  const acks: string[] = [];
  const scripted = new Map<string, Told[]>();
  const open = new Set<WebSocket>();
  const waiters = new Set<() => void>();
  let serial = 0;
  let connections = 0;
  const changed = () => {
    for (const look of waiters) look();
  };
  const until = (met: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!met()) return;
        waiters.delete(look);
        resolve();
      };
      waiters.add(look);
      look();
    });

  function answer(method: string, args: Record<string, string>): Record<string, unknown> {
    switch (method) {
      case 'auth.test':
        return { ok: true, user_id: BOT, user: 'openclaw', team_id: TEAM, team: 'Acme' };
      case 'apps.connections.open':
        return { ok: true, url: `ws://127.0.0.1:${port()}/link?ticket=${++serial}` };
      case 'conversations.list':
        return {
          ok: true,
          channels: Object.entries(conversations).map(([name, id]) => ({ id, name })),
          response_metadata: { next_cursor: '' },
        };
      case 'conversations.info': {
        const found = Object.entries(conversations).find(([, id]) => id === args.channel);
        return found
          ? { ok: true, channel: { id: found[1], name: found[0], is_member: !fake.notIn.has(found[1]) } }
          : { ok: false, error: 'channel_not_found' };
      }
      case 'conversations.open':
        return { ok: true, channel: { id: `D${args.users}` } };
      case 'chat.postMessage': {
        if (!args.text && (args.blocks ?? '[]') === '[]') return { ok: false, error: 'no_text' };
        const channel = args.channel?.startsWith('U') ? `D${args.channel}` : (args.channel ?? '');
        serial += 1;
        const message: Posted = {
          channel,
          ts: `1700000000.${String(serial).padStart(6, '0')}`,
          text: args.text ?? '',
          blocks: JSON.parse(args.blocks ?? '[]'),
          ...(args.thread_ts ? { thread_ts: args.thread_ts } : {}),
          ...(args.metadata ? { metadata: JSON.parse(args.metadata) } : {}),
          at: fake.clock(),
        };
        posted.push(message);
        changed();
        return { ok: true, channel, ts: message.ts, message };
      }
      case 'chat.update': {
        const message = posted.find(({ ts }) => ts === args.ts);
        if (!message) return { ok: false, error: 'message_not_found' };
        message.text = args.text ?? '';
        message.blocks = JSON.parse(args.blocks ?? '[]');
        changed();
        return { ok: true, channel: args.channel, ts: args.ts };
      }
      case 'conversations.history':
      case 'conversations.replies': {
        // As Slack: a room from its newest message, a thread from its oldest.
        const all = method.endsWith('history')
          ? posted.filter(({ channel, thread_ts }) => channel === args.channel && !thread_ts).reverse()
          : posted.filter(({ channel, thread_ts }) => channel === args.channel && thread_ts === args.ts);
        const from = Number(args.cursor ?? 0);
        const end = from + Number(args.limit ?? 100);
        return {
          ok: true,
          messages: all.slice(from, end),
          response_metadata: { next_cursor: end < all.length ? String(end) : '' },
        };
      }
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  function respond(request: IncomingMessage, response: ServerResponse, body: string): void {
    const method = (request.url ?? '').replace('/api/', '');
    const args = Object.fromEntries(new URLSearchParams(body));
    asked.push({ method, args });
    const told = scripted.get(method)?.shift() ?? fake.instead(method, args);
    if (told === 'silent') return;
    if (told === 'lost' || told === 'cut' || told === 'unheard') {
      const whole = JSON.stringify(answer(method, args));
      if (told === 'lost') request.socket.destroy();
      if (told === 'cut')
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': String(whole.length) })
          .write(whole.slice(0, whole.length / 2), () => response.destroy());
      return;
    }
    if (told && 'status' in told && typeof told.body === 'string') {
      if (told.done === true) answer(method, args);
      response.writeHead(Number(told.status), (told.headers ?? {}) as Record<string, string>).end(told.body);
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': fake.scopes.join(',') })
      .end(JSON.stringify(told ?? answer(method, args)));
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => respond(request, response, body));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    open.add(socket);
    connections += 1;
    socket.on('close', () => open.delete(socket));
    socket.on('message', (data) => {
      const said = JSON.parse(String(data)) as { envelope_id?: string };
      if (said.envelope_id) acks.push(said.envelope_id);
      changed();
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: open.size }));
    changed();
  });
  const listen = (at: number) =>
    new Promise<void>((listening) => server.listen(at, '127.0.0.1', () => listening()));
  await listen(0);
  const { port: listensAt } = server.address() as AddressInfo;
  const port = () => listensAt;
  const down = async () => {
    for (const socket of open) socket.terminate();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  onTestFinished(async () => {
    sockets.close();
    await down();
  });

  const fake: FakeSlack = {
    api: `http://127.0.0.1:${port()}/api/`,
    posted,
    asked,
    acks,
    scopes: [...SCOPES],
    notIn: new Set(),
    rooms: conversations,
    next: (method, ...answers) => scripted.set(method, [...(scripted.get(method) ?? []), ...answers]),
    instead: () => undefined,
    clock: () => 0,
    async down() {
      await down();
      // Until the other side has seen it: the two share a process.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
    },
    up: () => listen(port()),
    connected: () => until(() => open.size > 0),
    send(type, payload, envelopeId = `envelope-${++serial}`) {
      for (const socket of open)
        socket.send(
          JSON.stringify({ type, envelope_id: envelopeId, payload, accepts_response_payload: false }),
        );
      return envelopeId;
    },
    acked: (envelopeId) => until(() => acks.includes(envelopeId)),
    dropSockets() {
      for (const socket of open) socket.terminate();
      open.clear();
      changed();
    },
    sockets: () => open.size,
    connections: () => connections,
  };
  return fake;
}
