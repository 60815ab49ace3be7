// What is said to openclaw by name is answered in Slack, in words that can be typed there.
import { expect, test } from 'vitest';
import { BOT } from '../../support/slack.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';

const said = (posted: { text: string }[]) => posted.map(({ text }) => text).join('\n');

test('its name with words it does not know is answered, and words among people are not', async () => {
  const { slack, type } = await createSlackHarness();
  await type('aprove 3');
  expect(slack.posted).toEqual([]);
  await type(`<@${BOT}> aprove 3`, { type: 'app_mention' });
  expect(said(slack.posted)).toContain('Did you mean /approve 3?');
});

test('where another app has the names, an answer in a room has the prefix of ours', async () => {
  const { slack, type } = await createSlackHarness({ prefix: 'acme-' });
  await type(`<@${BOT}> aprove 3`, { type: 'app_mention' });
  expect(said(slack.posted)).toContain('Did you mean /acme-approve 3? /acme-help lists all.');
});

test('and so has the word on how to let openclaw in', async () => {
  const { slack, slash } = await createSlackHarness({ prefix: 'acme-' });
  slack.notIn.add('C3RANDOM');
  expect(await slash('/acme-rollback #492', { channel_id: 'C3RANDOM' })).toMatchObject({
    text: expect.stringMatching(/\/acme-rollback #492$/),
  });
});
