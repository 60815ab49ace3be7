// Pages to a PagerDuty of ours that answers in every way one can.
import { createServer } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { createPagerdutyChannel } from '../../../src/channels/pagerduty/channel.ts';
import type { ChannelAdapter, OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import { type PagerDuty, startPagerDuty } from '../../support/pagerduty.ts';
import { json } from '../../support/scripted-server.ts';

const call = { signal: new AbortController().signal };
const KEY = 'openclaw-0123456789ab-43-mi1abc';
const page: OutgoingPost = {
  eventId: '11111111-2222-4333-8444-555555555555',
  conversation: 'pager',
  threadRemoteId: null,
  message: message('📟 pager: 🔴 INCIDENT #43 — api is down', { tone: 'critical' }),
  mentions: [],
  possibleRepeat: false,
  incidents: [
    {
      dedupKey: KEY,
      id: 43,
      title: 'api is down',
      severity: 'critical',
      service: 'api',
      startedAt: 0,
      links: [],
      anew: false,
    },
  ],
};

let pagerduty: PagerDuty;
let channel: ChannelAdapter;
beforeEach(async () => {
  pagerduty = await startPagerDuty();
  channel = at(pagerduty.url);
});

function at(url: string, routingKey = pagerduty.routingKey): ChannelAdapter {
  return createPagerdutyChannel({ name: 'pager', events: new URL(url), routingKey });
}

describe('a page through PagerDuty', () => {
  test('opens an incident there, once however often it is sent', async () => {
    expect(await channel.send(page, call)).toEqual({ remoteId: KEY });
    await channel.send(page, call);
    expect(pagerduty.incidents).toMatchObject([{ key: KEY, state: 'triggered', notified: 1 }]);
  });

  test('is followed by what becomes of it', async () => {
    await channel.send(page, call);
    await channel.follow?.({ action: 'acknowledge', dedupKey: KEY }, call);
    expect(pagerduty.incidents).toMatchObject([{ state: 'acknowledged' }]);
    await channel.follow?.({ action: 'resolve', dedupKey: KEY }, call);
    await channel.follow?.({ action: 'resolve', dedupKey: KEY }, call);
    expect(pagerduty.incidents).toMatchObject([{ state: 'resolved' }]);
  });

  test('goes below the path of its address', async () => {
    await at(`${pagerduty.url}/proxy/`)
      .send(page, call)
      .catch(() => {});
    expect(pagerduty.asked.map(({ path }) => path)).toEqual(['/proxy/v2/enqueue']);
  });

  test.each([
    [400, 'failed'],
    [404, 'failed'],
    [301, 'failed'],
    [200, 'failed'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('at %i: %s', async (status, outcome) => {
    pagerduty.faults.push(() => ({ status, body: '<html>', headers: { location: '/login' } }));
    await expect(channel.send(page, call)).rejects.toMatchObject({ name: 'ToolError', outcome });
    expect(pagerduty.asked).toHaveLength(1);
  });

  test('comes back when it is told to', async () => {
    pagerduty.faults.push(() => json({ status: 'throttle exceeded' }, 429));
    await expect(channel.send(page, call)).rejects.toMatchObject({ outcome: 'retry' });
    pagerduty.faults.push(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    await expect(channel.send(page, call)).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  test('with a key of the wrong form says what PagerDuty says of it, and never the key', async () => {
    const wrong = 'e+notARoutingKey';
    await expect(at(pagerduty.url, wrong).send(page, call)).rejects.toMatchObject({
      outcome: 'failed',
      message:
        "it answered 400: Event object is invalid; Length of 'routing_key' is incorrect (should be 32 characters)",
    });
    pagerduty.faults.push(() =>
      json({ message: `no service for ${pagerduty.routingKey}`, errors: [pagerduty.routingKey] }, 400),
    );
    await expect(channel.send(page, call)).rejects.toThrow(/^it answered 400: no service for \[redacted/);
  });

  test('may be tried again where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(at(`http://127.0.0.1:${port}`).send(page, call)).rejects.toMatchObject({ outcome: 'retry' });
  });

  test('is in doubt when the answer is cut or does not come', async () => {
    pagerduty.faults.push(() => 'lost');
    const stop = new AbortController();
    const ended = expect(channel.send(page, { signal: stop.signal })).rejects.toMatchObject({
      outcome: 'unknown',
    });
    await expect.poll(() => pagerduty.asked.length).toBe(1);
    stop.abort();
    await ended;
  });

  test('is not held up by an answer without end, or of megabytes', async () => {
    pagerduty.faults.push(() => ({ status: 202, body: 'x'.repeat(20_000_000) }));
    await expect(channel.send(page, call)).resolves.toBeDefined();
    pagerduty.faults.push(() => ({ status: 500, body: 'x'.repeat(20_000_000) }));
    await expect(channel.send(page, call)).rejects.toMatchObject({
      outcome: 'retry',
      message: 'it answered 500',
    });
  });
});
