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
  /** Its first text, where that is another by now. */
  cameAs?: string;
  /** Its first blocks, where it was edited. */
  cameWith?: Record<string, unknown>[];
  blocks: Record<string, unknown>[];
  metadata?: unknown;
  files?: { id: string; name: string }[];
  /** When it came, by the clock of the test. */
  at: number;
}

export interface Uploaded {
  name: string;
  alt: string;
  title: string;
  length: number;
  bytes: Buffer | null;
  /** `CHANNEL/TS` */
  thread: string | null;
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

/** What one person alone was shown. */
export interface Ephemeral extends Omit<Posted, 'metadata' | 'at'> {
  user: string;
}

export interface View {
  id: string;
  private_metadata: string;
  callback_id: string;
  [more: string]: unknown;
}

export interface MadeRoom {
  creator: string;
  is_archived: boolean;
  purpose: { value: string };
  topic: { value: string };
  members: string[];
}

/** https://docs.slack.dev/reference/methods/conversations.unarchive: refused to a bot, which left with the archiving. */
function changeRoom(method: string, args: Record<string, string>, room: MadeRoom): Record<string, unknown> {
  const refuse = (error: string) => ({ ok: false, error });
  switch (method) {
    case 'conversations.unarchive':
      if (!room.is_archived) return refuse('not_archived');
      return refuse('not_in_channel');
    case 'conversations.archive':
      if (room.is_archived) return refuse('already_archived');
      room.is_archived = true;
      return { ok: true };
    default:
      break;
  }
  if (room.is_archived) return refuse('is_archived');
  if (method === 'conversations.setPurpose') room.purpose.value = args.purpose ?? '';
  if (method === 'conversations.setTopic') room.topic.value = args.topic ?? '';
  if (method === 'conversations.invite') {
    const user = args.users ?? '';
    if (user === BOT) return refuse('cant_invite_self');
    if (room.members.includes(user)) return refuse('already_in_channel');
    if (!/^[UW][A-Z0-9]{2,}$/.test(user)) return refuse('user_not_found');
    room.members.push(user);
  }
  return { ok: true };
}

export interface FakeSlack {
  api: string;
  posted: Posted[];
  ephemeral: Ephemeral[];
  /** Opened, in their order. */
  views: View[];
  /** What came with the acknowledgement, by envelope. */
  replies: Map<string, unknown>;
  /** Good for one form. */
  trigger(): string;
  asked: Asked[];
  /** Tokens of processes that are gone: what one had sent and has not come yet never comes. */
  gone: Set<string>;
  acks: string[];
  /** `CHANNEL/TS` */
  pinned: Set<string>;
  /** By their address. */
  people: Map<string, Record<string, unknown>>;
  /** By file id; shown to people where `thread` is set. */
  uploads: Map<string, Uploaded>;
  /** Conversations by id that were made, or that a test put there. */
  made: Map<string, MadeRoom>;
  /** Of the bot's token. */
  scopes: string[];
  /** Members of user groups, by the group's id. */
  groups: Record<string, string[]>;
  /** Ids of conversations the app was not invited to. */
  notIn: Set<string>;
  /** Ids by name. */
  rooms: Record<string, string>;
  /** The next calls of a method get these instead, in order; `silent`: not done, and no answer ever. */
  next(method: string, ...answers: Told[]): void;
  /** After so long the connection of a call that gets no answer is closed, as a proxy would. Not set: never. */
  hangUpMs?: number;
  /** All calls of a method get this, `*` of any; null: no more. */
  always(method: string, answer: Told | null): void;
  /** What conversations were called before, by name. */
  formerly: Record<string, string[]>;
  /** Ids of conversations that are archived. */
  archived: Set<string>;
  /** What each call gets instead of its answer, after what `next` and `always` said. Undefined: the usual. */
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
  /** Resolves with the ack of that envelope, which is sent again when another socket is opened. */
  acked(envelopeId: string): Promise<void>;
  dropSockets(): void;
  /** A message of Slack's own to all sockets, such as `disconnect`. */
  say(message: Record<string, unknown>): void;
  /** One ping to each. */
  ping(): void;
  /** They stay open, and nothing is read from them any more. */
  freeze(): void;
  /** The most that were open at once. */
  mostSockets(): number;
  sockets(): number;
  connections(): number;
}

export async function startSlack(conversations: Record<string, string> = {}): Promise<FakeSlack> {
  const posted: Posted[] = [];
  const ephemeral: Ephemeral[] = [];
  const views: View[] = [];
  const replies = new Map<string, unknown>();
  const triggers = new Set<string>();
  const asked: Asked[] = [];
  const acks: string[] = [];
  const sent = new Map<string, string>();
  const pinned = new Set<string>();
  const made = new Map<string, MadeRoom>();
  const isArchived = (id: string) => fake.archived.has(id) || made.get(id)?.is_archived === true;
  const people = new Map<string, Record<string, unknown>>();
  const uploads = new Map<string, Uploaded>();
  const scripted = new Map<string, Told[]>();
  const fixed = new Map<string, Told>();
  const open = new Set<WebSocket>();
  const waiters = new Set<() => void>();
  let serial = 0;
  let connections = 0;
  let most = 0;
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
          channels: Object.entries(conversations)
            .filter(([, id]) => args.exclude_archived !== 'true' || !isArchived(id))
            .map(([name, id]) => ({
              id,
              name,
              is_member: !fake.notIn.has(id),
              previous_names: fake.formerly[name] ?? [],
              ...made.get(id),
              is_archived: isArchived(id),
            })),
          response_metadata: { next_cursor: '' },
        };
      case 'conversations.info': {
        const found = Object.entries(conversations).find(([, id]) => id === args.channel);
        return found
          ? {
              ok: true,
              channel: {
                id: found[1],
                name: found[0],
                is_member: !fake.notIn.has(found[1]),
                is_archived: isArchived(found[1]),
                previous_names: fake.formerly[found[0]] ?? [],
              },
            }
          : { ok: false, error: 'channel_not_found' };
      }
      case 'conversations.open':
        return { ok: true, channel: { id: `D${args.users}` } };
      case 'chat.postMessage': {
        if (!args.text && (args.blocks ?? '[]') === '[]') return { ok: false, error: 'no_text' };
        const channel = args.channel?.startsWith('U') ? `D${args.channel}` : (args.channel ?? '');
        if (isArchived(channel)) return { ok: false, error: 'is_archived' };
        if (fake.notIn.has(channel)) return { ok: false, error: 'not_in_channel' };
        const root = posted.find(({ ts }) => ts === args.thread_ts);
        if (args.thread_ts && root && root.channel !== channel)
          return { ok: false, error: 'thread_not_found' };
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
      case 'chat.postEphemeral': {
        const { channel = '', user = '' } = args;
        if (fake.notIn.has(channel)) return { ok: false, error: 'not_in_channel' };
        if (!/^[UW]/.test(user)) return { ok: false, error: 'user_not_found' };
        serial += 1;
        const ts = `1700000000.${String(serial).padStart(6, '0')}`;
        ephemeral.push({
          channel,
          user,
          ts,
          text: args.text ?? '',
          blocks: JSON.parse(args.blocks ?? '[]'),
          ...(args.thread_ts ? { thread_ts: args.thread_ts } : {}),
        });
        return { ok: true, message_ts: ts };
      }
      case 'views.open': {
        // Once, and only with what came with a press.
        if (!triggers.delete(args.trigger_id ?? '')) return { ok: false, error: 'expired_trigger_id' };
        const view = { ...JSON.parse(args.view ?? '{}'), id: `V${++serial}` } as View;
        views.push(view);
        return { ok: true, view };
      }
      case 'chat.update': {
        const message = posted.find(({ ts }) => ts === args.ts);
        if (!message) return { ok: false, error: 'message_not_found' };
        if (isArchived(message.channel)) return { ok: false, error: 'is_archived' };
        message.cameAs ??= message.text;
        message.cameWith ??= message.blocks;
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
      case 'conversations.create': {
        const name = args.name ?? '';
        if (!/^[a-z0-9_-]{1,80}$/.test(name)) return { ok: false, error: 'invalid_name_specials' };
        if (conversations[name] !== undefined) return { ok: false, error: 'name_taken' };
        const id = `C9ROOM${made.size + 1}`;
        conversations[name] = id;
        const room = {
          creator: BOT,
          is_archived: false,
          purpose: { value: '' },
          topic: { value: '' },
          members: [BOT],
        };
        made.set(id, room);
        return { ok: true, channel: { id, name, ...room } };
      }
      case 'usergroups.users.list': {
        const users = fake.groups[args.usergroup ?? ''];
        return users ? { ok: true, users } : { ok: false, error: 'no_such_subteam' };
      }
      case 'conversations.setPurpose':
      case 'conversations.setTopic':
      case 'conversations.invite':
      case 'conversations.archive':
      case 'conversations.unarchive': {
        const room = made.get(args.channel ?? '');
        if (!room) return { ok: false, error: 'channel_not_found' };
        return changeRoom(method, args, room);
      }
      case 'files.getUploadURLExternal': {
        const id = `F${uploads.size + 1}`;
        const { filename = '', alt_txt = '' } = args;
        if (filename === '' || !(Number(args.length) > 0)) return { ok: false, error: 'invalid_arguments' };
        uploads.set(id, {
          name: filename,
          alt: alt_txt,
          length: Number(args.length),
          bytes: null,
          title: '',
          thread: null,
        });
        return { ok: true, upload_url: `http://127.0.0.1:${port()}/upload/${id}`, file_id: id };
      }
      case 'files.completeUploadExternal': {
        const [given] = JSON.parse(args.files ?? '[]') as { id: string; title: string }[];
        const file = uploads.get(given?.id ?? '');
        if (!given || !file?.bytes) return { ok: false, error: 'file_not_found' };
        Object.assign(file, { title: given.title, thread: `${args.channel_id}/${args.thread_ts}` });
        serial += 1;
        posted.push({
          at: fake.clock(),
          channel: args.channel_id ?? '',
          ts: `1700000000.${String(serial).padStart(6, '0')}`,
          thread_ts: args.thread_ts ?? '',
          text: '',
          blocks: [],
          files: [{ id: given.id, name: file.name }],
        });
        return { ok: true, files: [{ id: given.id, title: given.title }] };
      }
      case 'users.lookupByEmail': {
        const user = people.get(args.email ?? '');
        return user ? { ok: true, user } : { ok: false, error: 'users_not_found' };
      }
      case 'pins.add': {
        const place = `${args.channel}/${args.timestamp}`;
        if (!posted.some(({ channel, ts }) => `${channel}/${ts}` === place))
          return { ok: false, error: 'message_not_found' };
        if (pinned.has(place)) return { ok: false, error: 'already_pinned' };
        pinned.add(place);
        return { ok: true };
      }
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  function respond(request: IncomingMessage, response: ServerResponse, body: string): void {
    const method = (request.url ?? '').replace('/api/', '');
    const args = Object.fromEntries(new URLSearchParams(body));
    asked.push({ method, args });
    const told =
      scripted.get(method)?.shift() ?? fixed.get(method) ?? fixed.get('*') ?? fake.instead(method, args);
    if ((told === 'silent' || told === 'unheard') && fake.hangUpMs !== undefined)
      setTimeout(() => request.socket.destroy(), fake.hangUpMs).unref();
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
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const token = request.headers.authorization?.replace('Bearer ', '');
      if (token !== undefined && fake.gone.has(token)) return request.socket.destroy();
      const body = Buffer.concat(chunks);
      const file = /^\/upload\/(\w+)$/.exec(request.url ?? '')?.[1];
      if (file === undefined) return respond(request, response, body.toString());
      asked.push({ method: 'upload', args: { authorization: request.headers.authorization ?? '' } });
      const told = scripted.get('upload')?.shift();
      if (told === 'lost') return request.socket.destroy();
      const waiting = uploads.get(file);
      const right = waiting !== undefined && waiting.length === body.length && told === undefined;
      if (waiting) waiting.bytes = body;
      response.writeHead(right ? 200 : 500).end(right ? `OK - ${body.length}` : 'no');
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    open.add(socket);
    connections += 1;
    most = Math.max(most, open.size);
    socket.on('close', () => open.delete(socket));
    socket.on('message', (data) => {
      const said = JSON.parse(String(data)) as { envelope_id?: string; payload?: unknown };
      if (said.envelope_id) {
        acks.push(said.envelope_id);
        if (said.payload !== undefined) replies.set(said.envelope_id, said.payload);
      }
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
    ephemeral,
    views,
    replies,
    trigger() {
      const id = `13345224609.738474920.${++serial}`;
      triggers.add(id);
      return id;
    },
    asked,
    gone: new Set(),
    acks,
    pinned,
    made,
    people,
    uploads,
    scopes: [...SCOPES],
    groups: {},
    notIn: new Set(),
    archived: new Set(),
    formerly: {},
    rooms: conversations,
    next: (method, ...answers) => scripted.set(method, [...(scripted.get(method) ?? []), ...answers]),
    always(method, told) {
      if (told === null) fixed.delete(method);
      else fixed.set(method, told);
    },
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
      const envelope = JSON.stringify({
        type,
        envelope_id: envelopeId,
        payload,
        accepts_response_payload: false,
      });
      for (const socket of open) socket.send(envelope);
      sent.set(envelopeId, envelope);
      return envelopeId;
    },
    async acked(envelopeId) {
      let onConnection = connections;
      await until(() => {
        if (acks.includes(envelopeId)) return true;
        // It went to sockets that are gone: as Slack does, once more to who is there instead.
        if (connections > onConnection && open.size > 0) {
          onConnection = connections;
          for (const socket of open) socket.send(sent.get(envelopeId) ?? '');
        }
        return false;
      });
    },
    say(message) {
      for (const socket of open) socket.send(JSON.stringify(message));
    },
    ping() {
      for (const socket of open) socket.ping();
    },
    freeze() {
      for (const socket of open) socket.pause();
    },
    mostSockets: () => most,
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
