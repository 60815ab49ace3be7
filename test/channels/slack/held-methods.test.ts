// How long Slack wants what to rest.
import { expect, test } from 'vitest';
import { type SlackCall, SlackError } from '../../../src/channels/slack/calls.ts';
import { restWhereAsked } from '../../../src/channels/slack/held-methods.ts';
import { createTestClock } from '../../support/clock.ts';

function scene() {
  const clock = createTestClock();
  const asked: string[] = [];
  let limited = '';
  const call: SlackCall = async (method, { channel }) => {
    asked.push(`${method} ${channel}`);
    if (limited === `${method} ${channel}`)
      throw new SlackError('retry', 'asks to wait 30 s', { cause: undefined, retryAfterMs: 30_000 });
    return { ok: true };
  };
  const limit = (what: string) => {
    limited = what;
  };
  return { clock, asked, limit, call: restWhereAsked(call, clock) };
}

test('a conversation that is told too much holds up no page to a person', async () => {
  const { clock, asked, limit, call } = scene();
  limit('chat.postMessage C1OPS');
  await expect(call('chat.postMessage', { channel: 'C1OPS' })).rejects.toThrow('asks to wait');
  await expect(call('chat.postMessage', { channel: 'C1OPS' })).rejects.toThrow('it is 30 s yet');
  // It may be the limit of all messages: no other room tries it.
  await expect(call('chat.postMessage', { channel: 'C2ALERTS' })).rejects.toThrow('it is 30 s yet');
  await call('chat.postMessage', { channel: 'U1SARAH' });
  expect(asked).toEqual(['chat.postMessage C1OPS', 'chat.postMessage U1SARAH']);
  limit('');
  clock.advance(30_000);
  await call('chat.postMessage', { channel: 'C1OPS' });
});

test('what is refused to a person rests for all', async () => {
  const { asked, limit, call } = scene();
  limit('chat.postMessage U1SARAH');
  await expect(call('chat.postMessage', { channel: 'U1SARAH' })).rejects.toThrow('asks to wait');
  for (const channel of ['U1SARAH', 'U2MIKE', 'C1OPS'])
    await expect(call('chat.postMessage', { channel })).rejects.toThrow('it is 30 s yet');
  expect(asked).toEqual(['chat.postMessage U1SARAH']);
});

test('what Slack limits for the whole workspace rests wherever it is wanted', async () => {
  const { asked, limit, call } = scene();
  limit('chat.update C1OPS');
  await expect(call('chat.update', { channel: 'C1OPS' })).rejects.toThrow('asks to wait');
  await expect(call('chat.update', { channel: 'C2ALERTS' })).rejects.toThrow('it is 30 s yet');
  await call('chat.postMessage', { channel: 'C1OPS' });
  expect(asked).toEqual(['chat.update C1OPS', 'chat.postMessage C1OPS']);
});
