// A slash command reaches us from rooms the app is not in: nothing is done there, and the person hears how to let it in.
import { expect, test } from 'vitest';
import { createSlackHarness } from '../../support/slack-harness.ts';

test('in a room the app is not in, nothing is done and the person is told how to invite it', async () => {
  const { slack, slash, h } = await createSlackHarness();
  slack.notIn.add('C3RANDOM');
  const reply = await slash('/rollback #492', { channel_id: 'C3RANDOM' });
  expect(reply).toEqual({
    response_type: 'ephemeral',
    text: expect.stringMatching(/nothing was done.*\/invite @openclaw.*\/rollback #492$/s),
  });
  expect(slack.posted).toEqual([]);
  expect(await h.store.read.approvals.pending()).toEqual([]);
  expect(await h.store.read.inbox.newestId()).toBe(0);
  // Invited, the same words are worked on.
  slack.notIn.delete('C3RANDOM');
  expect(await slash('/rollback #492', { channel_id: 'C3RANDOM' })).not.toMatchObject({
    response_type: 'ephemeral',
  });
  expect(slack.posted.map(({ channel }) => channel)).toEqual(['C3RANDOM']);
});

test('so it is in a private room or in the direct messages of others, which Slack does not show us', async () => {
  const { slash, h } = await createSlackHarness();
  for (const channel_id of ['C9PRIVATE', 'D7OTHERS'])
    expect(await slash('/status', { channel_id })).toMatchObject({ response_type: 'ephemeral' });
  expect(await h.store.read.inbox.newestId()).toBe(0);
});

test('in direct messages with the app everything works', async () => {
  const { slack, slash, type, h } = await createSlackHarness();
  slack.rooms.direct = 'DU1SARAH';
  await slash('/rollback #492', { channel_id: 'DU1SARAH' });
  await type('deny 1 not now', { channel: 'DU1SARAH', channel_type: 'im' });
  expect((await h.store.read.approvals.find(1))?.state).toBe('denied');
  expect(new Set(slack.posted.map(({ channel }) => channel))).toEqual(new Set(['DU1SARAH']));
});

test('where Slack does not say whether the app is in, it is done, and a lost answer goes to who asked', async () => {
  const { slack, slash, find } = await createSlackHarness();
  slack.notIn.add('C3RANDOM');
  slack.next('conversations.info', { status: 500, body: '' });
  await slash('/rollback #492', { channel_id: 'C3RANDOM' });
  const answer = find('Plan #1');
  expect(answer.channel).toBe('DU1SARAH');
  expect(JSON.stringify(answer.blocks)).toContain('You asked in #random, which does not take it');
});
