// An incident that the command line opens has a thread where people are.
import { expect, onTestFinished, test } from 'vitest';
import { receiveChat } from '../../src/store/receive.ts';
import { chatEvent } from '../support/events.ts';
import { createHarness } from '../support/harness.ts';

test.each([
  ['#cli', '#sre'],
  ['#checkout', '#checkout'],
])('said in %s of the terminal, its thread is in %s of the chat', async (room, thread) => {
  const harness = await createHarness();
  onTestFinished(() => harness.close());
  await harness.add('alert-route', {
    name: 'Critical',
    severities: ['critical'],
    services: [],
    labels: {},
    to: '#sre',
    alsoPage: [],
  });
  const at = harness.clock.now();
  const event = chatEvent(
    { key: 'cli:1', user: '@sarah', text: '/incident open trying it out', at },
    { room },
  );
  await harness.store.write((tx) => receiveChat(tx, { ...event, channel: 'terminal' }));
  await harness.settle();
  expect(await harness.store.read.incidents.find(1)).toMatchObject({
    channel: 'slack',
    conversation: thread,
  });
});
