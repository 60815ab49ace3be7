// Pages through PagerDuty, to a PagerDuty of ours.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createPagerdutyChannel } from '../../../src/channels/pagerduty/channel.ts';
import { type PagerDuty, startPagerDuty } from '../../support/pagerduty.ts';
import { json, type Reply } from '../../support/scripted-server.ts';
import { type Arrived, channelConforms, type OpenedChannel, type Trouble } from './suite.ts';

const WAIT_SECONDS = 7;

channelConforms({
  name: 'pagerduty',
  open: openPagerDuty,
  troubles: {
    refused: 'retry',
    limited: 'retry',
    // By its key it may be sent again without harm.
    broken: 'retry',
    // 200 is not what PagerDuty says: it is somebody else who answers there.
    html: 'failed',
    // Its status says it all.
    cut: 'arrives',
    lost: 'unknown',
    silent: 'unknown',
  },
  threads: false,
  waitSeconds: WAIT_SECONDS,
});

async function openPagerDuty(): Promise<OpenedChannel> {
  const there = await startPagerDuty();
  const events = new URL(there.url);
  const { port } = events;
  const closed = await closedPort();
  return {
    channel: createPagerdutyChannel({ name: 'pager', events, routingKey: there.routingKey }),
    conversation: 'pager',
    secrets: [there.routingKey],
    trouble(next) {
      events.port = next === 'refused' ? String(closed) : port;
      there.trouble = next === null ? null : (answer) => troubled(next, answer, there);
    },
    arrived: () => there.events.map(arrivedOf),
  };
}

/** What it says, and whether it has taken the event before. */
function troubled(trouble: Trouble, answer: () => Reply, { routingKey }: PagerDuty): Reply {
  switch (trouble) {
    case 'limited':
      return {
        ...json({ status: 'throttle exceeded', message: routingKey }, 429),
        headers: { 'retry-after': String(WAIT_SECONDS) },
      };
    case 'broken':
      return { status: 500, body: `<html>Internal server error ${routingKey}</html>` };
    case 'html':
      return { status: 200, body: '<html>Please log in</html>' };
    case 'cut':
      return { ...answer(), cutAfter: 4 };
    case 'lost':
      answer();
      return { cuts: true };
    case 'silent':
      answer();
      return { hangs: true };
    default:
      return answer();
  }
}

function arrivedOf(event: Record<string, unknown>): Arrived {
  const { summary, custom_details: details } = event.payload as {
    summary: string;
    custom_details: Record<string, string>;
  };
  const shown = [summary, ...Object.values(details)].join('\n');
  // Whom it notifies is said by the service there, never by a text.
  return { remoteId: String(event.dedup_key), threadRemoteId: null, shown, woken: [] };
}

/** One that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
