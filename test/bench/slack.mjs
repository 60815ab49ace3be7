// How soon Slack is told that we have what somebody typed, which it wants within 3 s: a real daemon on a real WebSocket, with
// nothing to do and beside 10,000 posts that wait. A line is on the disk before it is acknowledged. It asserts nothing.
// The Slack is a small one of ours: every post is taken at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { ended, environmentFor, median, print, quantile, run, startDaemon } from './daemon.mjs';

const sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';
const Sqlite = createRequire(import.meta.url)(sqlite);
const POSTS = Number(process.env.BENCH_POSTS ?? 10_000);
const ROOMS = 50;
const LINES = Number(process.env.BENCH_LINES ?? 400);
/** People of a busy workspace: a line each. */
const EVERY_MS = 25;

const folder = mkdtempSync(join(tmpdir(), 'openclaw-slack-'));
const env = environmentFor(join(folder, 'ops'), {
  SLACK_BOT_TOKEN: 'xoxb-of-the-bench',
  SLACK_APP_TOKEN: 'xapp-of-the-bench',
});
const slack = await startSlack();
let daemon;

try {
  const tokens = ['bot-token=env:SLACK_BOT_TOKEN', 'app-token=env:SLACK_APP_TOKEN'];
  await run(
    [
      ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', `api=${slack.api}`],
      ...tokens.flatMap((token) => ['--secret', token]),
    ],
    env,
  );
  const idle = await typing('ack, nothing to do');
  queue();
  const busy = await typing(`ack, ${POSTS} posts wait`);
  const ratio = quantile(busy, 0.99) / quantile(idle, 0.99);
  print('p99 to p99 with nothing to do', ratio.toFixed(1), '', `load ${loadavg()[0]?.toFixed(1)} at the end`);
} finally {
  slack.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function typing(title) {
  daemon = await startDaemon(env);
  await slack.connected();
  const before = slack.posts;
  const took = [];
  for (let line = 0; line < LINES; line += 1) {
    took.push(slack.say(line % 4 === 0 ? '<@U0BOT> help' : 'the dashboards look odd'));
    await pause(EVERY_MS);
  }
  const all = await Promise.all(took);
  const [p50, p99] = [median(all), quantile(all, 0.99)];
  const goal = POSTS === 10_000 ? 'goal p99 300 ms' : '';
  print(
    title,
    `${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    goal,
    `${slack.posts - before} posts went out meanwhile`,
  );
  daemon.child.kill('SIGTERM');
  await ended(daemon.child);
  return all;
}

/** As the engine adds them: in the order of each room, behind its first. */
function queue() {
  const db = new Sqlite(join(folder, 'ops', 'openclaw.db'));
  const now = Date.now();
  const post =
    db.prepare(`insert into post (event_id, channel, conversation, lane, message_json, mentions_json, state,
    revision, sent_revision, created_at, updated_at) values (?, 'slack', ?, 'thread', ?, '[]', 'pending', 1, 0, ?, ?)`);
  const job =
    db.prepare(`insert into job (kind, lane, priority, run_at, state, attempts, payload_json, created_at, behind)
    values ('post', ?, 2, ?, 'queued', 0, ?, ?, ?)`);
  db.transaction(() => {
    for (let index = 0; index < POSTS; index += 1) {
      const room = `#room-${index % ROOMS}`;
      const message = JSON.stringify({ title: `post ${index}`, tone: 'info', blocks: [] });
      const { lastInsertRowid } = post.run(`bench-${index}`, room, message, now, now);
      const payload = JSON.stringify({ postId: Number(lastInsertRowid) });
      job.run(`post:slack/${room}/`, now, payload, now, index < ROOMS ? 0 : 1);
    }
  })();
  db.close();
}

async function startSlack() {
  const waiting = new Map();
  let socket = null;
  let serial = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const method = (request.url ?? '').replace('/api/', '');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(method)));
    });
  });
  const answer = (method) => {
    switch (method) {
      case 'auth.test':
        return { ok: true, user_id: 'U0BOT', team_id: 'T0BENCH' };
      case 'apps.connections.open':
        return { ok: true, url: `ws://127.0.0.1:${server.address().port}/link` };
      case 'conversations.list':
        return {
          ok: true,
          channels: [...Array(ROOMS).keys()].map((n) => ({ id: `C${n}ROOM`, name: `room-${n}` })),
        };
      case 'conversations.info':
        return { ok: true, channel: { id: 'C0ROOM', name: 'room-0' } };
      default:
        self.posts += 1;
        return { ok: true, channel: 'C0ROOM', ts: `1700000000.${String(++serial).padStart(6, '0')}` };
    }
  };
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (opened) => {
    socket = opened;
    opened.on('close', () => {
      if (socket === opened) socket = null;
    });
    opened.on('message', (data) => {
      const { envelope_id: id } = JSON.parse(String(data));
      waiting.get(id)?.();
      waiting.delete(id);
    });
    opened.send(JSON.stringify({ type: 'hello' }));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const self = {
    api: `http://127.0.0.1:${server.address().port}/api/`,
    posts: 0,
    async connected() {
      while (socket === null) await pause(5);
    },
    /** Gives the milliseconds until it was acknowledged. */
    say(text) {
      const id = `envelope-${++serial}`;
      const ts = `1800000000.${String(serial).padStart(6, '0')}`;
      const event = { type: 'message', channel: 'C0ROOM', user: 'U1SARAH', team: 'T0BENCH', text, ts };
      const began = performance.now();
      socket?.send(
        JSON.stringify({ type: 'events_api', envelope_id: id, payload: { team_id: 'T0BENCH', event } }),
      );
      return new Promise((acked) => waiting.set(id, () => acked(performance.now() - began)));
    },
    close() {
      for (const one of sockets.clients) one.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
  return self;
}
