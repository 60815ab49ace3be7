// Slack's own client, driven by a WebSocket server of ours: it is renewed when Slack asks, when it falls silent, and never twice.
import { expect, onTestFinished, test } from 'vitest';
import { type Envelope, openSocket, type SocketOptions } from '../../../src/channels/slack/socket.ts';
import { startSlack } from '../../support/slack.ts';
import { until } from '../../support/until.ts';

async function scene(options: Partial<SocketOptions> = {}) {
  const slack = await startSlack();
  const heard: Envelope[] = [];
  const said: (string | null)[] = [];
  const socket = await openSocket({
    appToken: 'xapp-fake',
    api: new URL(slack.api),
    onEnvelope: async (envelope) => {
      heard.push(envelope);
      return undefined;
    },
    onTrouble: (why) => said.push(why === null || typeof why === 'string' ? why : why.message),
    ...options,
  });
  onTestFinished(() => socket.close());
  return { slack, heard, said };
}

test.each(['warning', 'refresh_requested', 'link_disabled'])(
  'Slack says disconnect (%s): a new socket, and one at a time',
  async (reason) => {
    const { slack, heard } = await scene();
    await slack.connected();
    slack.say({ type: 'disconnect', reason, debug_info: { host: 'wss-1' } });
    await until(() => slack.connections() === 2 && slack.sockets() === 1);
    await slack.acked(slack.send('events_api', { event: { channel: 'C1' } }));
    expect(heard).toHaveLength(1);
    expect(slack.mostSockets()).toBeLessThanOrEqual(2);
  },
);

test('a socket from which pings came and come no more is replaced', async () => {
  const { slack } = await scene({ silenceMs: 150 });
  await slack.connected();
  slack.ping();
  await until(() => slack.connections() >= 2);
  await until(() => slack.sockets() === 1);
  expect(slack.mostSockets()).toBeLessThanOrEqual(2);
});

test('a socket that answers none of our pings is replaced', async () => {
  const { slack } = await scene({ pongWithinMs: 60 });
  await slack.connected();
  slack.freeze();
  await until(() => slack.connections() >= 2);
});

test('what does not hold is tried again ever more slowly, up to half a minute', async () => {
  const waits: number[] = [];
  let go: () => void = () => {};
  const enough = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { slack } = await scene({
    wait: async (ms, signal) => {
      waits.push(ms);
      if (waits.length < 10) return;
      go();
      await new Promise((end) => signal.addEventListener('abort', end));
    },
  });
  slack.always('apps.connections.open', { ok: false, error: 'internal_error' });
  slack.dropSockets();
  await enough;
  expect(waits.slice(-9)).toEqual([...waits.slice(-9)].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(30_000);
  expect(Math.max(...waits)).toBe(30_000);
  expect(waits[0]).toBe(250);
});

test('Slack says how long to wait, and is not asked before', async () => {
  const waits: number[] = [];
  const { slack } = await scene({ wait: async (ms) => void waits.push(ms) });
  await slack.connected();
  slack.next('apps.connections.open', { status: 429, headers: { 'retry-after': '7' }, body: '' });
  slack.dropSockets();
  await until(() => slack.connections() === 2);
  expect(waits).toContain(7000);
});

test('one event by two envelopes is handed on twice with one key, and each is acknowledged', async () => {
  const { slack, heard } = await scene();
  await slack.connected();
  const event = { event: { type: 'message', channel: 'C1', ts: '1.1' } };
  const ids = [slack.send('events_api', event), slack.send('events_api', event)];
  await Promise.all(ids.map((id) => slack.acked(id)));
  expect(heard.map(({ body }) => body)).toEqual([event, event]);
});
