// A route that wants one: the incident's own conversation, beside its thread.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { WantedRoom } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { plainText } from '../../src/domain/message.ts';
import { receiveChat } from '../../src/store/receive.ts';
import { criticalRoute } from '../support/critical-route.ts';
import { chatEvent } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const ROOM = '#inc-1-api';

let h: Harness;
let opened: WantedRoom[];
let invited: Set<string>;
let archived: string[];
let topics: string[];
/** Comes between Slack and what is written down of it. */
let whileTold: () => Promise<void>;
let fault: ToolError | null;
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
  opened = [];
  topics = [];
  whileTold = async () => {};
  invited = new Set();
  archived = [];
  fault = null;
  h.slack.rooms = {
    async open(room) {
      opened.push(room);
      if (fault) throw fault;
      return { conversation: `#${room.name}` };
    },
    async invite(_, ids) {
      for (const id of ids) invited.add(id);
    },
    async setTopic(_, topic) {
      topics.push(topic);
      await whileTold();
      if (fault) throw fault;
    },
    async archive(conversation) {
      archived.push(conversation);
    },
  };
  await h.add('alert-route', { ...criticalRoute, incidentChannel: true });
});

const down = { title: 'api is down', service: 'api' };
const inRoom = () =>
  h.slack.posts.filter(({ conversation }) => conversation === ROOM).map(({ message }) => plainText(message));
const close = async () => {
  await h.say('@sarah', '/incident close 1 bad deploy', { room: '#ops-critical' });
  await h.say('@sarah', '/approve', { room: '#ops-critical' });
};

test('it has the header, who was told, and who takes it; the thread says where it is', async () => {
  await h.alert(down);
  expect(opened).toMatchObject([{ name: 'inc-1-api', topic: '🔴 api — down' }]);
  expect(inRoom()[0]).toContain('🔴 api — down');
  expect((await h.posts()).join('\n')).toContain(`Its own channel: ${ROOM}`);
  expect([...invited]).toEqual(['U-sarah']);
  await h.say('U-mike', '/ack', { room: ROOM });
  expect(inRoom()[0]).toContain('🟡 api — down');
  expect([...invited]).toEqual(['U-sarah', 'U-mike']);
  await h.alert({ title: 'web is down', service: 'web' });
  // With several open, what is typed there is about this one.
  expect(await h.say('U-mike', '/incident note the cache was cold', { room: ROOM })).toContain('#1');
  await h.say('U-mike', 'I look at the pool', { room: ROOM });
  expect(await h.timeline(1)).toContainEqual(expect.stringContaining('I look at the pool'));
});

test('its topic says whether somebody has it, and is told once for each change', async () => {
  await h.alert(down);
  await h.alert({ ...down, fingerprint: 'another', title: 'api is slow' });
  expect(topics).toEqual([]);
  await h.say('U-mike', '/ack', { room: ROOM });
  await h.alert({ ...down, fingerprint: 'a third', title: 'api is slower' });
  expect(topics).toEqual(['🟡 api — down']);
  await close();
  expect(topics).toEqual(['🟡 api — down', '✅ api — down']);
});

test('what is given back while Slack is told is told as well', async () => {
  await h.alert(down);
  whileTold = async () => {
    whileTold = async () => {};
    await h.store.write((tx) => tx.incidents.update(1, { ackedBy: null }));
  };
  await h.say('U-mike', '/ack', { room: ROOM });
  expect(topics).toEqual(['🟡 api — down', '🔴 api — down']);
});

test('a topic that could not be told does not stand in the way, and the next one is', async () => {
  await h.alert(down);
  fault = new ToolError('failed', 'no right');
  await h.say('U-mike', '/ack', { room: ROOM });
  fault = null;
  await close();
  expect(topics.at(-1)).toBe('✅ api — down');
  expect((await h.store.read.jobs.counts()).dead).toBe(0);
});

test('an answer that was lost makes no second one', async () => {
  fault = new ToolError('unknown', 'lost');
  await h.alert(down);
  fault = null;
  await h.advance(MINUTE);
  expect(new Set(opened.map(({ mark }) => mark)).size).toBe(1);
  expect(inRoom()).toHaveLength(1);
});

test('a daemon that dies while it is made asks for the same one', async () => {
  const rooms = h.slack.rooms;
  if (!rooms) throw new Error('no rooms');
  const { open } = rooms;
  const killed = new Promise<void>((done) => {
    rooms.open = async (room, call) => {
      await open(room, call);
      void h.kill().then(done);
      return new Promise(() => {});
    };
  });
  await h.alert(down);
  await killed;
  rooms.open = open;
  await h.start();
  await h.settle();
  expect(new Set(opened.map((room) => JSON.stringify(room))).size).toBe(1);
  expect(opened).toHaveLength(2);
  expect(inRoom().filter((text) => text.includes('api — down'))).toHaveLength(1);
});

test('what Slack refuses is said, and the incident goes on in its thread', async () => {
  fault = new ToolError('failed', 'Slack (conversations.create): restricted_action');
  await h.alert(down);
  expect((await h.posts()).join('\n')).toContain(
    'No channel of its own: Slack (conversations.create): restricted_action',
  );
  expect(await h.say('@sarah', '/ack 1')).toContain('has #1 now');
  await close();
  await h.advance(60 * MINUTE);
  expect(archived).toEqual([]);
});

test('after its end it has the summary, and is archived once it cannot come back by itself', async () => {
  await h.alert(down);
  await close();
  expect(inRoom().at(-1)).toContain('✅ RESOLVED');
  await h.advance(14 * MINUTE);
  expect(archived).toEqual([]);
  await h.advance(2 * MINUTE);
  expect(archived).toEqual([ROOM]);
  expect(await h.timeline(1)).toContainEqual(`${ROOM} was archived`);
});

test('one that comes back before that keeps its room', async () => {
  await h.alert(down);
  await close();
  await h.advance(5 * MINUTE);
  await h.alert({ ...down, status: 'resolved' });
  await h.alert({ ...down, title: 'api is down again' });
  await h.advance(20 * MINUTE);
  expect([opened.length, archived]).toEqual([1, []]);
});

test.each<[string, ToolError | null, string]>([
  ['is opened again', null, `${ROOM} is open again.`],
  [
    'stays so, because Slack lets no app open it, and the thread says it',
    new ToolError('failed', 'Slack (conversations.unarchive): not_in_channel'),
    `${ROOM} stays archived: Slack (conversations.unarchive): not_in_channel. Everything goes on in this thread.`,
  ],
])('an archived room of one that comes back %s', async (_, refusal, said) => {
  await h.alert(down);
  await close();
  await h.advance(16 * MINUTE);
  expect(archived).toEqual([ROOM]);
  const ended = await h.store.read.incidents.find(1);
  fault = refusal;
  // As when what was closed while it fired fires on.
  await h.alert({ ...down, startsAt: ended?.startedAt ?? 0 });
  expect(opened).toHaveLength(2);
  expect((await h.posts()).join('\n')).toContain(said);
});

test('a chat that has no rooms keeps the incident in its thread, and the record says why', async () => {
  delete h.slack.rooms;
  await h.alert(down);
  expect(await h.timeline(1)).toContain('No channel of its own: slack has none to give');
});

test('one that a person opens has its own as well, with who opened it, until its end', async () => {
  await h.say('U-mike', '/incident open api is slow', { room: '#checkout' });
  expect(opened).toMatchObject([{ name: 'inc-1-api', topic: '🔴 api — slow' }]);
  expect([...invited]).toEqual(['U-mike', 'U-sarah']);
  expect((await h.posts()).join('\n')).toContain(`#checkout | Its own channel: ${ROOM}`);
  await h.say('@sarah', '/ack', { room: ROOM });
  expect(topics).toEqual(['🟡 api — slow']);
  await h.say('@sarah', '/incident close 1 bad deploy', { room: ROOM });
  await h.say('@sarah', '/approve', { room: ROOM });
  await h.advance(16 * MINUTE);
  expect([archived, topics.at(-1)]).toEqual([[ROOM], '✅ api — slow']);
});

test('one that the command line opens has its own in the chat of its route, with who opened it by their id there', async () => {
  await h.add('contact', {
    name: 'kim',
    ids: { slack: 'U-kim', local: '1000' },
    order: [],
    can: [],
    unattended: false,
  });
  const at = h.clock.now();
  const said = { key: 'cli:1', user: '@kim', text: '/incident open api is slow', at };
  const principal = { platform: 'local', workspace: 'here', userId: '1000', displayName: 'kim' };
  await h.store.write((tx) =>
    receiveChat(tx, { ...chatEvent(said, { room: '#cli' }), channel: 'terminal', principal }),
  );
  await h.settle();
  expect(opened).toHaveLength(1);
  expect([...invited]).toEqual(['U-kim', 'U-sarah']);
});

test('what a person opens for a service of another route has the thread alone', async () => {
  await h.add('service', { name: 'web', kind: 'app', bindings: {}, instances: [], dependsOn: [] });
  await h.add('alert-route', {
    name: 'Web',
    severities: [],
    services: ['web'],
    labels: { team: 'none of ours' },
    to: '#web',
    alsoPage: [],
  });
  await h.add('alert-route', {
    name: 'Web, critical',
    severities: ['critical'],
    services: ['web'],
    labels: {},
    to: '#web',
    alsoPage: [],
  });
  await h.say('U-mike', '/incident open web is slow');
  expect(await h.store.read.incidents.find(1)).toMatchObject({ service: 'web' });
  expect(opened).toEqual([]);
});

test('a source that is called like somebody brings nobody in', async () => {
  await h.alert(down, 'slack:T1:U-mallory');
  expect([...invited]).toEqual(['U-sarah']);
});

test('one that is opened in the room of another begins where that one did: that room is archived', async () => {
  await h.alert(down);
  expect(await h.say('U-mike', '/incident open web is slow', { room: ROOM })).toContain(
    'Opened incident #2 in #ops-critical',
  );
  expect(await h.store.read.incidents.find(2)).toMatchObject({ conversation: '#ops-critical' });
});

test('which route wanted it is on record', async () => {
  await h.say('U-mike', '/incident open api is slow');
  const entries = await h.store.read.timeline.ofIncident(1);
  expect(entries).toContainEqual(
    expect.objectContaining({ text: `${ROOM} was opened for it`, data: { room: ROOM, route: 'Critical' } }),
  );
});
