// Whose address it is, asked of a Slack of ours.
import { expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { slackPerson } from '../../../src/channels/slack/people.ts';
import { startSlack, TEAM } from '../../support/slack.ts';

async function lookUp(user: Record<string, unknown> | null) {
  const slack = await startSlack();
  const call = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
  if (user) slack.people.set('mike@example.org', user);
  return slackPerson(call, 'mike@example.org');
}

test('somebody of this workspace is found', async () => {
  expect(await lookUp({ id: 'U1MIKE', team_id: TEAM })).toEqual({ id: 'U1MIKE', workspace: TEAM });
});

test.each<[string, Record<string, unknown> | null, RegExp]>([
  ['nobody', null, /users_not_found: no account of this workspace has that address/],
  ['a guest of another workspace', { id: 'U1MIKE', team_id: 'T9EVIL' }, /another workspace/],
  ['an account without a workspace', { id: 'U1MIKE' }, /another workspace/],
  ['a bot', { id: 'U1MIKE', team_id: TEAM, is_bot: true }, /no account of a person/],
  ['a deleted account', { id: 'U1MIKE', team_id: TEAM, deleted: true }, /no account of a person/],
  ['an answer that is none', { id: '<!channel>', team_id: TEAM }, /without a person/],
])('%s is refused', async (_, user, why) => {
  await expect(lookUp(user)).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(why),
  });
});
