// An incident that nobody was paged for, as its room and its thread say it.
import { expect, test } from 'vitest';
import { createSlackHarness } from '../../support/slack-harness.ts';

test('that nobody was paged stands once in the room and once in the thread, however late its first message', async () => {
  const { h, slack } = await createSlackHarness();
  const found = await h.store.read.resources.find('escalation', 'Default');
  await h.store.write((tx) => tx.resources.remove('escalation', found?.id ?? 0));
  // The first message waits, and with it the thread.
  slack.instead = (method, { text = '' }) =>
    method === 'chat.postMessage' && text.startsWith('🔴')
      ? { ok: false, error: 'message_limit_exceeded' }
      : undefined;
  await h.alert({ title: 'api is down', service: 'api' });
  await h.advance(5000);
  slack.instead = () => undefined;
  await h.advance(60_000);
  const root = slack.posted.find(({ text }) => text.startsWith('🔴'));
  const places = slack.posted
    .filter(({ text }) => text.includes('Nobody was paged for #1'))
    .map(({ channel, thread_ts: thread }) => [channel, thread]);
  expect(places).toEqual([
    ['C1OPS', undefined],
    ['C1OPS', root?.ts],
  ]);
});
