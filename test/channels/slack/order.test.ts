// Two messages of one conversation are worked through in the order they were said, whatever Slack is slow about.
import { expect, onTestFinished, test } from 'vitest';
import { createOrder, placeOf } from '../../../src/channels/slack/in-order.ts';
import type { Spoken } from '../../../src/domain/chat.ts';
import { receiveSpoken } from '../../../src/store/receive.ts';
import { temporaryStore } from '../../store/temporary.ts';
import { connectSlack } from '../../support/connect-slack.ts';
import { startSlack, TEAM } from '../../support/slack.ts';

const said = (
  text: string,
  ts: string,
  channel = 'C1OPS',
  team: Record<string, unknown> = { team: TEAM },
) => ({
  team_id: TEAM,
  event: { type: 'message', channel, user: 'U1SARAH', text, ts, ...team },
});

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO' });
  const heard: Spoken[] = [];
  const channel = await connectSlack(slack, {
    hear: async (spoken) => {
      heard.push(spoken);
      return true;
    },
  });
  onTestFinished(() => channel.close());
  await slack.connected();
  return { slack, heard };
}

test('a look-up that never ends holds nobody for longer than its second, and turns nothing round', async () => {
  const { slack, heard } = await scene();
  slack.next('conversations.info', 'silent');
  const all = ['first', 'second', 'third'].map((text, n) =>
    slack.send('events_api', said(text, `1700000000.00000${n}`)),
  );
  const elsewhere = slack.send('events_api', said('elsewhere', '1700000000.000009', 'C2INFO'));
  await slack.acked(elsewhere);
  expect(heard.map(({ text }) => text)).toEqual(['elsewhere']);
  await Promise.all(all.map((id) => slack.acked(id)));
  // The three wait for one look, and not each for its own.
  const looks = slack.asked.filter(
    ({ method, args }) => method === 'conversations.info' && args.channel === 'C1OPS',
  );
  expect(looks).toHaveLength(1);
  expect(heard.map(({ text }) => text)).toEqual(['elsewhere', 'first', 'second', 'third']);
});

test('what is known by its id and then by its name is one lane of work', async () => {
  const { store } = await temporaryStore();
  const spoken = (key: string, conversation: string): Spoken => ({
    key,
    principal: { platform: 'slack', workspace: TEAM, userId: 'U1', displayName: 'U1' },
    channel: 'slack',
    place: 'C1OPS',
    conversation,
    threadRemoteId: null,
    text: '/ack',
    at: 0,
    bot: false,
    unattended: false,
  });
  await store.write(async (tx) => {
    await receiveSpoken(tx, spoken('slack:1', 'C1OPS'));
    await receiveSpoken(tx, spoken('slack:2', '#ops-critical'));
  });
  const jobs = await store.read.jobs.live(['chat']);
  expect(jobs.map(({ lane }) => lane)).toEqual(['chat:slack/C1OPS', 'chat:slack/C1OPS']);
});

test('one that fails holds up none behind it', async () => {
  const { inOrder } = createOrder(1000);
  const done: string[] = [];
  const failing = inOrder('C1', () => Promise.reject(new Error('the disk is full')));
  const next = inOrder('C1', async () => done.push('next'));
  await expect(failing).rejects.toThrow('the disk is full');
  await next;
  expect(done).toEqual(['next']);
});

test.each([
  [{ event: { channel: 'C1' } }, 'C1'],
  [{ channel_id: 'C2' }, 'C2'],
  [{ container: { channel_id: 'C3' } }, 'C3'],
  [{ event: { channel: 7 } }, ''],
  [null, ''],
  ['x', ''],
])('%j is of %j', (body, place) => {
  expect(placeOf(body)).toBe(place);
});

test('people of another workspace in a shared conversation are not heard, whatever else is said of them', async () => {
  const { slack, heard } = await scene();
  const teams = [
    { team: 'T9OTHER' },
    { user_team: 'T9OTHER', team: TEAM },
    { source_team: 'T9OTHER', team: TEAM },
    { user_team: 'T9OTHER', source_team: 'T9OTHER', team: TEAM },
    { user_team: TEAM, source_team: 'T9OTHER' },
  ];
  const sent = teams.map((team, n) =>
    slack.send('events_api', said('ack', `1700000001.00000${n}`, 'C1OPS', team)),
  );
  // A shared conversation in which Slack does not say whose they are.
  sent.push(
    slack.send('events_api', {
      ...said('ack', '1700000001.000008', 'C1OPS', {}),
      is_ext_shared_channel: true,
    }),
  );
  const ours = slack.send(
    'events_api',
    said('ours', '1700000001.000009', 'C1OPS', { user_team: TEAM, source_team: TEAM, team: TEAM }),
  );
  await Promise.all([...sent, ours].map((id) => slack.acked(id)));
  expect(heard.map(({ text }) => text)).toEqual(['ours']);
});
