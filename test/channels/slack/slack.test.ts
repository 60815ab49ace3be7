// What people say comes in by a socket: stored first, then acknowledged, once, whatever becomes of the socket.
import { expect, onTestFinished, test } from 'vitest';
import type { SayTrouble } from '../../../src/domain/channel-trouble.ts';
import type { Spoken } from '../../../src/domain/chat.ts';
import { createTestClock } from '../../support/clock.ts';
import { connectSlack } from '../../support/connect-slack.ts';
import { BOT, startSlack, TEAM } from '../../support/slack.ts';
import { until } from '../../support/until.ts';

async function begin(
  hear: (spoken: Spoken) => Promise<void>,
  first?: 'silent' | { ok: false; error: string },
) {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  if (first) slack.next('apps.connections.open', first);
  const heard: Spoken[] = [];
  const logged: { event: string }[] = [];
  const troubles: Parameters<SayTrouble>[] = [];
  const channel = await connectSlack(slack, {
    hear: async (spoken) => {
      await hear(spoken);
      heard.push(spoken);
      return true;
    },
    trouble: (about, found) => troubles.push([about, found]),
    log: (entry) => logged.push(entry),
  });
  onTestFinished(() => channel.close());
  return { slack, heard, logged, troubles, channel };
}

async function scene(hear: (spoken: Spoken) => Promise<void> = async () => {}) {
  const begun = await begin(hear);
  await begun.slack.connected();
  return begun;
}

const message = (change: Record<string, unknown> = {}) => ({
  team_id: TEAM,
  event: {
    type: 'message',
    channel: 'C1OPS',
    user: 'U1SARAH',
    team: TEAM,
    text: 'ack',
    ts: '1700000000.000100',
    thread_ts: '1700000000.000001',
    ...change,
  },
});

test('a line in a thread is heard with its place and its author, by ids', async () => {
  const { slack, heard } = await scene();
  await slack.acked(slack.send('events_api', message()));
  expect(heard).toEqual([
    {
      key: 'slack:message:C1OPS:1700000000.000100',
      principal: { platform: 'slack', workspace: TEAM, userId: 'U1SARAH', displayName: 'U1SARAH' },
      channel: 'slack',
      place: 'C1OPS',
      conversation: '#ops-critical',
      threadRemoteId: 'C1OPS/1700000000.000001',
      text: 'ack',
      inThread: '/ack',
      at: expect.any(Number),
      bot: false,
      unattended: false,
    },
  ]);
});

test('it is acknowledged after it was stored, and not where it could not be', async () => {
  let store: (how: 'kept' | Error) => void = () => {};
  const { slack, heard } = await scene(
    () =>
      new Promise((kept, refused) => {
        store = (how) => (how === 'kept' ? kept() : refused(how));
      }),
  );
  const before = store;
  const first = slack.send('events_api', message());
  await until(() => store !== before);
  expect(slack.acks).toEqual([]);
  store(new Error('the disk is full'));
  const again = store;
  const second = slack.send('events_api', message());
  await until(() => store !== again);
  store('kept');
  await slack.acked(second);
  expect(slack.acks).not.toContain(first);
  expect(heard).toHaveLength(1);
});

test('a socket that drops is opened again, and one at a time', async () => {
  const { slack, heard } = await scene();
  for (let round = 1; round <= 2; round += 1) {
    slack.dropSockets();
    await until(() => slack.connections() > round && slack.sockets() === 1);
  }
  await slack.acked(slack.send('events_api', message()));
  expect(heard).toHaveLength(1);
  expect(slack.sockets()).toBe(1);
});

test('Slack asks to connect anew, and is', async () => {
  const { slack } = await scene();
  slack.send('disconnect', {});
  await until(() => slack.connections() === 2 && slack.sockets() === 1);
});

test('another workspace, and ourselves, are acknowledged and not heard', async () => {
  const { slack, heard } = await scene();
  await slack.acked(slack.send('events_api', message({ team: 'T9OTHER' })));
  await slack.acked(slack.send('events_api', message({ user: BOT })));
  expect(heard).toEqual([]);
});

test('a workspace that was moved is ours by its new id, once Slack says so', async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const heard: string[] = [];
  const clock = createTestClock();
  const hear = async ({ principal }: Spoken) => heard.push(principal.workspace) > 0;
  const channel = await connectSlack(slack, { hear, clock });
  onTestFinished(() => channel.close());
  await slack.connected();
  const say = (team: string, ts: string) =>
    slack.acked(slack.send('events_api', { ...message({ team, ts }), team_id: team }));
  const asked = () => slack.asked.filter(({ method }) => method === 'auth.test').length;
  // Strangers are asked about once a minute at most.
  clock.advance(61_000);
  await say('T9OTHER', '1.1');
  const before = asked();
  await say('T9OTHER', '1.2');
  await say('T2MOVED', '1.3');
  expect([heard, asked()]).toEqual([[], before]);
  slack.always('auth.test', { ok: true, user_id: BOT, team_id: 'T2MOVED' });
  clock.advance(61_000);
  await say('T2MOVED', '1.4');
  expect(heard).toEqual(['T2MOVED']);
  await say(TEAM, '1.5');
  // As it was, where Slack does not say.
  slack.always('auth.test', { ok: false, error: 'team_added_to_org' });
  clock.advance(61_000);
  await say('T9OTHER', '1.6');
  await say('T2MOVED', '1.7');
  expect(heard).toEqual(['T2MOVED', 'T2MOVED']);
});

test('broken and odd envelopes do no harm', async () => {
  const { slack, heard, logged } = await scene();
  slack.send('interactive', { actions: 'none' });
  slack.send('events_api', { event: null });
  slack.send('something_new', { a: 1 });
  await slack.acked(slack.send('events_api', message()));
  expect(heard).toHaveLength(1);
  expect(logged.map(({ event }) => event)).toContain('chat-connected');
});

test('it ends at once while Slack has not even answered', async () => {
  const { slack, channel } = await begin(async () => {}, 'silent');
  await until(() => slack.asked.some(({ method }) => method === 'apps.connections.open'));
  await channel.close();
  expect(slack.sockets()).toBe(0);
});

test('a refused token is said once, and asked again', async () => {
  const refused = { ok: false as const, error: 'invalid_auth' };
  const { slack, logged } = await begin(async () => {}, refused);
  slack.next('apps.connections.open', refused);
  await slack.connected();
  const events = () => logged.map(({ event }) => event);
  await until(() => events().includes('chat-connected'));
  expect(events()).toEqual(['chat-disconnected', 'chat-connected']);
  expect(JSON.stringify(logged)).not.toContain('-fake');
});
