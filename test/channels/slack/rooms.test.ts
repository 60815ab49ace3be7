// An incident's own conversation against a Slack of ours: made once, whatever is lost on the way.
import { expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { conversationsOf } from '../../../src/channels/slack/conversations.ts';
import { slackRooms } from '../../../src/channels/slack/rooms.ts';
import { BOT, startSlack } from '../../support/slack.ts';

const limits = { signal: new AbortController().signal };
const wanted = {
  name: 'inc-43-API prod',
  mark: 'openclaw-incident-43-1',
  topic: '🔴 api — <!channel> & down',
};

async function scene(conversations: Record<string, string> = {}) {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', ...conversations });
  const call = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
  return { slack, rooms: slackRooms(call, conversationsOf(call)) };
}

test('it is made with its mark and topic, and opened again it is the same one', async () => {
  const { slack, rooms } = await scene();
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod' });
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod' });
  expect([...slack.made.values()]).toMatchObject([
    { purpose: { value: wanted.mark }, topic: { value: '🔴 api — &lt;!channel&gt; &amp; down' } },
  ]);
});

test.each<[string, 'conversations.create' | 'conversations.setPurpose' | 'conversations.setTopic']>([
  ['made', 'conversations.create'],
  ['marked', 'conversations.setPurpose'],
  ['given its topic', 'conversations.setTopic'],
])('an answer that is lost when it was %s: the next try finds it', async (_, method) => {
  const { slack, rooms } = await scene();
  slack.next(method, 'lost');
  await expect(rooms.open(wanted, limits)).rejects.toMatchObject({ outcome: 'unknown' });
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod' });
  expect(slack.made.size).toBe(1);
  expect([...slack.made.values()][0]?.purpose.value).toBe(wanted.mark);
});

test('a name that somebody else has stays theirs', async () => {
  const { slack, rooms } = await scene({ 'inc-43-api-prod': 'C7OTHER' });
  const other = {
    creator: 'U7OTHER',
    is_archived: false,
    purpose: { value: '' },
    topic: { value: '' },
    members: [],
  };
  slack.made.set('C7OTHER', other);
  slack.next('conversations.create', { ok: false, error: 'name_taken' });
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod-2' });
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod-2' });
  expect(other).toMatchObject({ purpose: { value: '' }, topic: { value: '' } });
});

test('one of ours for another incident of that number is not taken either', async () => {
  const { rooms } = await scene();
  await rooms.open({ ...wanted, mark: 'openclaw-incident-43-9' }, limits);
  expect(await rooms.open(wanted, limits)).toEqual({ conversation: '#inc-43-api-prod-2' });
});

test('people come in once, of a group its members, and one who cannot keeps nobody else out', async () => {
  const { slack, rooms } = await scene();
  const { conversation } = await rooms.open(wanted, limits);
  slack.groups.S0ONCALL = ['U1SARAH', 'U4NINA', 'B0NOBODY'];
  await rooms.invite(conversation, ['U1SARAH', 'S0ONCALL'], limits);
  slack.next('conversations.invite', { ok: false, error: 'user_is_restricted' });
  await expect(rooms.invite(conversation, ['U2MIKE', 'U1SARAH', 'U3LEAD'], limits)).rejects.toMatchObject({
    outcome: 'failed',
  });
  expect([...slack.made.values()][0]?.members).toEqual([BOT, 'U1SARAH', 'U4NINA', 'U3LEAD']);
  await expect(rooms.invite(conversation, ['S0GONE', 'U5OTTO'], limits)).rejects.toMatchObject({
    outcome: 'failed',
  });
  expect([...slack.made.values()][0]?.members).toContain('U5OTTO');
});

test('of a large group not everybody is brought in', async () => {
  const { slack, rooms } = await scene();
  const { conversation } = await rooms.open(wanted, limits);
  slack.groups.S0ALL = Array.from({ length: 80 }, (_, n) => `U${100 + n}`);
  await rooms.invite(conversation, ['S0ALL'], limits);
  expect([...slack.made.values()][0]?.members).toHaveLength(1 + 50);
});

test('archived twice it is archived once; Slack lets no app take it out again, and says so', async () => {
  const { slack, rooms } = await scene();
  const { conversation } = await rooms.open(wanted, limits);
  await rooms.archive(conversation, limits);
  await expect(rooms.open(wanted, limits)).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('conversations.unarchive'),
  });
  expect(slack.made.size).toBe(1);
});

test.each([
  ['of what is escaped', '&'.repeat(400)],
  ['that ends in a mention', `${'x'.repeat(247)}<!channel>`],
  ['of signs of two units', '🔴'.repeat(200)],
])('a long topic %s is within what Slack takes', async (_, topic) => {
  const { slack, rooms } = await scene();
  const { conversation } = await rooms.open(wanted, limits);
  await rooms.setTopic(conversation, topic, limits);
  const told = [...slack.made.values()][0]?.topic.value ?? '';
  expect(told.length).toBeLessThanOrEqual(250);
  expect(told.length).toBeGreaterThan(242);
  expect(told.endsWith('…')).toBe(true);
  expect(told.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
  expect(told).toBe(told.toWellFormed());
});
