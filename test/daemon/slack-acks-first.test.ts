// Slack wants to hear within three seconds that we have what somebody did. So an envelope costs one commit and its answer,
// whatever waits: the channel, the adapters and the worker here are the daemon's own, and 10,000 posts wait. Nothing is timed.
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLiveAdapters } from '../../src/daemon/adapters.ts';
import { message } from '../../src/domain/message.ts';
import { logSync } from '../../src/store/log-sync.ts';
import { receiveSpoken } from '../../src/store/receive.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { openStore } from '../../src/store/store.ts';
import { look, temporaryFolder } from '../store/temporary.ts';
import { createTestClock } from '../support/clock.ts';
import { type FakeSlack, startSlack, TEAM } from '../support/slack.ts';
import { SARAH } from '../support/slack-payloads.ts';
import { startEngine } from '../support/start-engine.ts';
import { until } from '../support/until.ts';

const WAITING_POSTS = 10_000;
const ROOMS = 50;
/** As many as the worker runs side by side: pages have places that others leave free. */
const PLACES = 16;
const ROOT_TS = '1700000000.000001';

/** What people do: one of each kind that Slack hands over. */
const DONE: readonly [kind: string, type: string, body: (id: string) => Record<string, unknown>][] = [
  ['a line in a room', 'events_api', (id) => said({ text: '<@U0BOT> status', ts: `1700000002.${id}` })],
  [
    'a line in a thread of ours',
    'events_api',
    (id) => said({ text: 'ack', ts: `1700000003.${id}`, thread_ts: ROOT_TS }),
  ],
  [
    'a line in somebody else’s thread',
    'events_api',
    (id) => said({ text: 'ack', ts: `1700000004.${id}`, thread_ts: '1600000000.000001' }),
  ],
  ['a line to us alone', 'events_api', (id) => said({ text: 'help', ts: `1700000005.${id}`, channel: 'D1' })],
  [
    'a slash command',
    'slash_commands',
    (id) => ({
      command: '/ack',
      text: '1',
      team_id: TEAM,
      user_id: SARAH,
      user_name: 'sarah',
      channel_id: 'C0ROOM',
      trigger_id: `slash.${id}`,
    }),
  ],
  ['a press', 'interactive', (id) => press(`press.${id}`, { action_id: 'say.a', value: '/ack 1' })],
  [
    'a press that decides',
    'interactive',
    (id) => press(`decide.${id}`, { action_id: `plan.approve.${'a'.repeat(64)}.b`, value: '1' }),
  ],
];

function said(change: Record<string, unknown>): Record<string, unknown> {
  const event = { type: 'message', channel: 'C0ROOM', user: SARAH, team: TEAM, ...change };
  return {
    team_id: TEAM,
    event: { ...event, channel_type: String(event.channel).startsWith('D') ? 'im' : 'channel' },
  };
}

function press(trigger: string, action: { action_id: string; value: string }): Record<string, unknown> {
  return {
    type: 'block_actions',
    trigger_id: trigger,
    team: { id: TEAM },
    user: { id: SARAH, username: 'sarah', team_id: TEAM },
    container: { type: 'message', message_ts: ROOT_TS, channel_id: 'C0ROOM' },
    message: { ts: ROOT_TS },
    actions: [{ type: 'button', ...action }],
  };
}

async function scene() {
  const rooms = Object.fromEntries([...Array(ROOMS).keys()].map((n) => [`room-${n}`, `C${n}ROOM`]));
  const slack = await startSlack(rooms);
  const clock = createTestClock();
  const file = `${temporaryFolder()}/openclaw.db`;
  const disk = logSync(file);
  /** What the disk waits for before it says that it has a commit. */
  let held: Promise<void> | null = null;
  let letGo = () => {};
  let syncs = 0;
  const store = await openStore({
    file,
    clock,
    sync: {
      async sync() {
        syncs += 1;
        await disk.sync();
        await held;
      },
      close: () => disk.close(),
    },
  });
  const api = slack.api;
  await store.write(async (tx) => {
    await tx.resources.insert('channel', 'slack', {
      name: 'slack',
      type: 'slack',
      settings: { api },
      secrets: { 'bot-token': 'env:BOT', 'app-token': 'env:APP' },
    });
    const root = await tx.posts.add({ ...post(0), message: message('the thread') });
    await tx.posts.setState(root, 'sent', { remoteId: `C0ROOM/${ROOT_TS}`, sentRevision: 1 });
    for (let n = 0; n < WAITING_POSTS; n += 1) await tx.posts.add(post(n));
  });
  const live = createLiveAdapters({
    store,
    clock,
    env: { BOT: 'xoxb-fake', APP: 'xapp-fake' },
    log: () => {},
    trouble: () => {},
    // As the daemon does.
    hear: (spoken) => store.write((tx) => receiveSpoken(tx, spoken)),
    hearPager: async () => {},
  });
  await live.refresh();
  await slack.connected();
  onTestFinished(async () => {
    held = null;
    letGo();
    await live.close();
    await store.close();
  });
  return {
    slack,
    store,
    file,
    clock,
    live,
    syncs: () => syncs,
    /** The disk says nothing more before what is given is called. */
    holdDisk() {
      held = new Promise((open) => {
        letGo = open;
      });
      return () => {
        held = null;
        letGo();
      };
    },
  };
}

const post = (n: number) => ({
  channel: 'slack',
  conversation: `#room-${n % ROOMS}`,
  incidentId: null,
  threadPostId: null,
  lane: n < PLACES ? ('page' as const) : ('thread' as const),
  message: message(`waiting ${n}`),
});

const postings = ({ asked }: FakeSlack) => asked.filter(({ method }) => method.startsWith('chat.')).length;
const inboxOf = (file: string) =>
  look<{ handled_at: number | null }>(file, "select handled_at from inbox where kind = 'chat'");

/** Every statement of this process and the rows it gave, while it is listened to. */
function listenToStatements() {
  const ran: { sql: string; rows: unknown[] }[] = [];
  const database = new Sqlite(':memory:');
  const statement = Object.getPrototypeOf(database.prepare('select 1')) as {
    all(...values: unknown[]): unknown[];
    run(...values: unknown[]): unknown;
  };
  database.close();
  const { all, run } = statement;
  vi.spyOn(statement, 'all').mockImplementation(function (this: { source: string }, ...values) {
    const rows = all.apply(this, values);
    ran.push({ sql: this.source, rows });
    return rows;
  });
  vi.spyOn(statement, 'run').mockImplementation(function (this: { source: string }, ...values) {
    ran.push({ sql: this.source, rows: [] });
    return run.apply(this, values);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return ran;
}

/** Whether it goes through a table of posts or of jobs from one end to the other. */
function scansAll(sql: string, file: string): boolean {
  if (/^(?:begin|commit|rollback|savepoint|release|pragma)/i.test(sql)) return false;
  const steps = look<{ detail: string }>(file, `explain query plan ${sql.replaceAll('?', 'null')}`);
  return steps.some(({ detail }) => /^SCAN (?:post|job)\b/.test(detail));
}

test('an envelope is acknowledged after its one commit, and no post that waits is read or sent for it', {
  timeout: 60_000,
}, async () => {
  const { slack, file, syncs, holdDisk } = await scene();
  for (const [index, [kind, type, body]] of DONE.entries()) {
    const ran = listenToStatements();
    const [before, asked] = [syncs(), postings(slack)];
    const letGo = holdDisk();
    const id = slack.send(type, body(`${index}`.padStart(6, '0')));
    await until(() => syncs() > before);
    // It is committed, and the disk has not said so yet.
    expect(inboxOf(file), kind).toHaveLength(index + 1);
    expect(slack.acks, kind).not.toContain(id);
    letGo();
    await slack.acked(id);
    vi.restoreAllMocks();

    expect(syncs() - before, kind).toBe(1);
    expect(ran.filter(({ sql }) => sql === 'commit').length, kind).toBe(1);
    expect(postings(slack) - asked, kind).toBe(0);
    expect(JSON.stringify(ran.map(({ rows }) => rows)), kind).not.toContain('waiting ');
    expect(
      [...new Set(ran.map(({ sql }) => sql))].filter((sql) => scansAll(sql, file)),
      kind,
    ).toEqual([]);
  }
  // And the work for it comes after.
  expect(inboxOf(file).every(({ handled_at }) => handled_at === null)).toBe(true);
});

test('it is acknowledged while no post of those that are on their way comes to an end', {
  timeout: 60_000,
}, async () => {
  const { slack, store, file, clock, live } = await scene();
  slack.instead = (method) => (method === 'chat.postMessage' ? 'silent' : undefined);
  const { worker } = await startEngine({
    clock,
    store,
    sources: [],
    channels: live.current().channels,
    timers: [],
    log: () => {},
  });
  await worker.start();
  onTestFinished(async () => {
    const stopped = worker.stop({ graceMs: 60_000 });
    await slack.down();
    await stopped;
  });
  await until(() => postings(slack) === PLACES);
  for (const [index, [kind, type, body]] of DONE.entries()) {
    await slack.acked(slack.send(type, body(`${index}`.padStart(6, '0'))));
    expect(inboxOf(file), kind).toHaveLength(index + 1);
  }
  expect(look(file, "select 1 from post where state = 'sent'")).toHaveLength(1);
});
