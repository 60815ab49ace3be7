// Trouble of a channel that is told by PagerDuty: one incident there for each trouble, which is over when it is.
import { expect, onTestFinished, test } from 'vitest';
import { createPagerdutyChannel } from '../../src/channels/pagerduty/channel.ts';
import type { ChannelTrouble } from '../../src/domain/channel-trouble.ts';
import { noteTrouble } from '../../src/engine/channel-trouble.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness } from '../support/harness.ts';
import { noting } from '../support/noting.ts';
import { startPagerDuty } from '../support/pagerduty.ts';

const MINUTE = 60_000;
const revoked: ChannelTrouble = { text: 'the bot token is refused', fix: 'install it again', passing: false };
const renamed: ChannelTrouble = { text: '#ops is called #opera', fix: 'name it', passing: false, mild: true };

async function scene({ with: more = [] as ReturnType<typeof createFakeChannel>[] } = {}) {
  const pagerduty = await startPagerDuty();
  const slack = createFakeChannel('slack');
  const pager = createPagerdutyChannel({
    name: 'pager',
    events: new URL(pagerduty.url),
    routingKey: pagerduty.routingKey,
  });
  const h = await createHarness({
    timers: ['audit', 'lookout'],
    mail: more.length > 0,
    channels: [slack, pager, ...more],
  });
  onTestFinished(() => h.close());
  await h.add('channel', {
    name: 'pager',
    type: 'pagerduty',
    settings: {},
    secrets: { 'routing-key': 'env:PAGERDUTY_ROUTING_KEY' },
  });
  await h.settle();
  const note = noting(h);
  const states = () => pagerduty.incidents.map(({ state }) => state);
  return { h, slack, pagerduty, note, states };
}

const actions = (events: readonly Record<string, unknown>[]) =>
  events.map(({ event_action: action, dedup_key: key }) => ({ action, key }));

test('it is one incident there, resolved under its own key when it is over, and good news is no new one', async () => {
  const { pagerduty, slack, note } = await scene();
  await note('bot-token', revoked);
  await note('bot-token', revoked);
  expect(pagerduty.incidents).toMatchObject([{ state: 'triggered', severity: 'critical' }]);
  expect(JSON.stringify(pagerduty.events)).toContain('openclaw resolves this one when it is over');
  await note('bot-token', null);
  const key = pagerduty.incidents[0]?.key;
  expect(actions(pagerduty.events)).toEqual([
    { action: 'trigger', key },
    { action: 'resolve', key },
  ]);
  // The chat that works again says so itself.
  expect(slack.posts.map(({ message }) => message.title)).toEqual(['✅ The channel slack works again']);
});

test('one that comes back is another incident, and the old one stays over', async () => {
  const { pagerduty, note, states } = await scene();
  await note('bot-token', revoked);
  await note('bot-token', null);
  await note('bot-token', revoked);
  expect(states()).toEqual(['resolved', 'triggered']);
  expect(new Set(pagerduty.incidents.map(({ key }) => key)).size).toBe(2);
});

test('what more is wrong with a channel that is broken already wakes nobody again, and is told in a room', async () => {
  const mail = createFakeChannel('rooms');
  const { h, slack, note, states } = await scene({ with: [mail] });
  slack.down = true;
  await note('bot-token', revoked);
  await note('app-token', { ...revoked, text: 'the app token is refused' });
  await h.advance(MINUTE);
  expect(states()).toEqual(['triggered']);
  const told = (await h.store.read.posts.changedSince(0, 100)).map(({ lane, message }) => [
    lane,
    JSON.stringify(message),
  ]);
  expect(told.filter(([, text]) => text?.includes('the app token is refused'))).toMatchObject([
    ['thread', expect.anything()],
  ]);
});

test('what breaks an hour later pages, though a lesser trouble was told', async () => {
  const { h, note, states } = await scene();
  await note('scope im:write', { ...revoked, text: 'the app lacks the scope im:write' });
  await h.advance(60 * MINUTE);
  await note('bot-token', revoked);
  expect(states()).toEqual(['triggered', 'triggered']);
});

test('a page for a whole channel is over when all that is wrong with it is', async () => {
  const { h, note, states } = await scene();
  await note('bot-token', revoked);
  await note('app-token', { ...revoked, text: 'the app token is refused' });
  await note('bot-token', null);
  expect(states()).toEqual(['triggered']);
  await note('app-token', null);
  expect(states()).toEqual(['resolved']);
  await h.store.write(async (tx) => {
    for (const about of ['bot-token', 'app-token'])
      await noteTrouble(tx, { channel: 'slack', about, trouble: revoked }, h.clock.now());
  });
  await h.advance(MINUTE);
  expect(states()).toEqual(['resolved', 'triggered']);
  await note('app-token', null);
  expect(states().at(-1)).toBe('triggered');
  await note('bot-token', null);
  expect(states().at(-1)).toBe('resolved');
});

test('a room that has another name is a warning', async () => {
  const { pagerduty, slack, note } = await scene();
  slack.down = true;
  await note('name of #ops', renamed);
  expect(pagerduty.incidents).toMatchObject([
    { severity: 'warning', summary: '⚠ Trouble with the channel slack' },
  ]);
  slack.down = false;
  await note('name of #ops', null);
  // It worked all the time.
  expect(slack.posts.map(({ message }) => message.title)).toEqual([
    '✅ What there was to mend at the channel slack is done',
  ]);
});

test('where PagerDuty is down it ends there once both are known to it, and never begins after its end', async () => {
  const { h, pagerduty, note, states } = await scene();
  await note('bot-token', revoked);
  pagerduty.down = true;
  await note('bot-token', null);
  await h.advance(MINUTE);
  expect(states()).toEqual(['triggered']);
  pagerduty.down = false;
  await h.advance(5 * MINUTE);
  expect(states()).toEqual(['resolved']);
  pagerduty.down = true;
  await note('bot-token', revoked);
  await note('bot-token', null);
  pagerduty.down = false;
  await h.advance(5 * MINUTE);
  expect(states()).toEqual(['resolved']);
});

test('a page whose answer was lost is ended as well', async () => {
  const { h, pagerduty, note, states } = await scene();
  pagerduty.faults.push(() => 'applied and cut');
  await note('bot-token', revoked);
  pagerduty.down = true;
  await note('bot-token', null);
  pagerduty.down = false;
  await h.advance(5 * MINUTE);
  expect(states()).toEqual(['resolved']);
});

test('what is over before the mail took it goes no further way', async () => {
  const mail = createFakeChannel('mail', 'email');
  const { h, pagerduty, note } = await scene({ with: [mail] });
  await h.store.write(async (tx) => {
    const sarah = await tx.resources.find('contact', 'sarah');
    if (!sarah) throw new Error('no sarah');
    const spec = { ...sarah.spec, ids: { ...sarah.spec.ids, pager: 'pager' }, order: ['mail', 'pager'] };
    await tx.resources.update('contact', sarah.id, { spec });
  });
  mail.down = true;
  await note('bot-token', revoked);
  await note('bot-token', null);
  await h.advance(5 * MINUTE);
  mail.down = false;
  await h.advance(5 * MINUTE);
  expect(pagerduty.events).toEqual([]);
});
