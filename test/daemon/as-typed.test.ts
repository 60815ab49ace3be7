// What a pager tells people to type can be typed in the chat they go to.
import { expect, onTestFinished, test } from 'vitest';
import { createPagerdutyChannel } from '../../src/channels/pagerduty/channel.ts';
import { asTyped } from '../../src/daemon/as-typed.ts';
import { message } from '../../src/domain/message.ts';
import { createHarness } from '../support/harness.ts';
import { startPagerDuty } from '../support/pagerduty.ts';

async function paged(slack: { prefix: string } | null): Promise<string> {
  const h = await createHarness({ empty: true });
  onTestFinished(() => h.close());
  const pd = await startPagerDuty();
  if (slack) await h.add('channel', { name: 'slack', type: 'slack', settings: slack, secrets: {} });
  const pager = createPagerdutyChannel({ name: 'pager', events: new URL(pd.url), routingKey: pd.routingKey });
  const post = {
    ...{ eventId: 'e1', conversation: 'pager', threadRemoteId: null, mentions: [], possibleRepeat: false },
    message: message('api is down', {
      blocks: [
        { type: 'text', text: 'Type: /ack 7' },
        { type: 'buttons', buttons: [{ label: 'Acknowledge', command: '/ack 7' }] },
      ],
    }),
  };
  const channel = asTyped(pager, h.store.read, async () => ['/ack']);
  await channel.send(post, { signal: AbortSignal.timeout(5000) });
  return JSON.stringify(pd.events);
}

test('with the prefix of our commands, where Slack is the chat', async () => {
  expect(await paged({ prefix: 'acme-' })).toContain('Type: /acme-ack 7\\nAcknowledge: /acme-ack 7');
});

test('as they are where it is another one', async () => {
  expect(await paged(null)).toContain('Type: /ack 7\\nAcknowledge: /ack 7');
});
