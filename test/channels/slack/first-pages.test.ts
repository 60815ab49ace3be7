// What comes first once Slack takes something again.
import { expect, test } from 'vitest';
import { createSlackHarness } from '../../support/slack-harness.ts';
import { SARAH } from '../../support/slack-payloads.ts';

const MINUTE = 60_000;
const LIMITED = { status: 429, headers: { 'retry-after': '6' }, body: '' };

test('a method that Slack limits rests for as long as it asks, for every message; the page is the first one then', async () => {
  const { h, slack } = await createSlackHarness();
  const written = () => slack.asked.filter(({ method }) => method === 'chat.postMessage');
  slack.next('chat.postMessage', LIMITED);
  const before = h.clock.now();
  await h.alert({ title: 'api is down', service: 'api' });
  await h.alert({ title: 'db is slow', service: 'db' });
  await h.advance(5900);
  expect(written()).toHaveLength(1);
  expect(slack.posted).toEqual([]);
  await h.advance(MINUTE);
  expect(h.clock.now() - before).toBeGreaterThan(6000);
  expect(slack.posted[0]?.channel).toBe(`D${SARAH}`);
  expect(slack.posted.filter(({ channel }) => channel === 'C1OPS').length).toBeGreaterThan(3);
});

test.each([90_000, 4 * MINUTE, 17 * MINUTE])(
  'after an outage of %i ms a page that waits is there before any other post',
  async (ms) => {
    const { h, slack } = await createSlackHarness();
    slack.always('chat.postMessage', { ok: false, error: 'message_limit_exceeded' });
    await h.alert({ title: 'api is down', service: 'api' });
    await h.advance(20_000);
    await h.alert({ title: 'db is slow', service: 'db' });
    await h.advance(ms);
    slack.always('chat.postMessage', null);
    await h.advance(3 * MINUTE);
    const rooms = slack.posted.findIndex(({ channel }) => channel === 'C1OPS');
    const pages = slack.posted.flatMap(({ channel, text }, index) =>
      channel === `D${SARAH}` && text.includes('📟') ? [index] : [],
    );
    expect(rooms).toBeGreaterThan(-1);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages[0], slack.posted.map(({ text }) => text).join('\n')).toBeLessThan(rooms);
  },
);
