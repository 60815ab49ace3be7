// A message whose form Slack refuses arrives in a plainer one, once.
import { describe, expect, test } from 'vitest';
import { slackMessage } from '../../../src/channels/slack/blocks.ts';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { smallerWhereRefused } from '../../../src/channels/slack/smaller.ts';
import { message } from '../../../src/domain/message.ts';
import { startSlack } from '../../support/slack.ts';
import { whatSlackRefuses } from './limits.ts';

const card = slackMessage(
  message('🟡 Plan #7: <!channel> roll back', {
    blocks: [
      { type: 'text', text: 'what changes' },
      { type: 'buttons', buttons: [{ label: 'Approve', command: '/approve 7' }] },
    ],
  }),
  [],
);

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const calls = smallerWhereRefused(await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) }));
  return { slack, post: () => calls('chat.postMessage', { channel: 'C1OPS', ...card }) };
}

describe('blocks that Slack refuses', () => {
  test.each(['msg_blocks_too_long', 'invalid_blocks', 'invalid_blocks_format'])(
    '%s: words and buttons',
    async (error) => {
      const { slack, post } = await scene();
      slack.next('chat.postMessage', { ok: false, error });
      await post();
      expect(slack.posted).toHaveLength(1);
      const blocks = slack.posted[0]?.blocks ?? [];
      expect(blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
      expect(whatSlackRefuses({ text: card.text, blocks })).toEqual([]);
      expect(JSON.stringify(blocks)).toContain('&lt;!channel&gt;');
      expect(JSON.stringify(blocks)).toContain('Approve');
    },
  );

  test('twice: the words alone', async () => {
    const { slack, post } = await scene();
    const refused = { ok: false, error: 'invalid_blocks' };
    slack.next('chat.postMessage', refused, refused);
    await post();
    expect(slack.posted).toMatchObject([
      { text: expect.stringContaining('Approve: /approve 7'), blocks: [] },
    ]);
  });

  test('always: it is said, and asked no more than three times', async () => {
    const { slack, post } = await scene();
    slack.always('chat.postMessage', { ok: false, error: 'invalid_blocks' });
    await expect(post()).rejects.toMatchObject({ outcome: 'failed', reason: 'invalid_blocks' });
    expect(slack.asked).toHaveLength(3);
  });

  test('another refusal is none of the form', async () => {
    const { slack, post } = await scene();
    slack.next('chat.postMessage', { ok: false, error: 'is_archived' });
    await expect(post()).rejects.toMatchObject({ reason: 'is_archived' });
    expect(slack.asked).toHaveLength(1);
  });
});
