// Buttons of a plan in Slack: what they carry, what a press does, and what somebody hears who presses too late, twice, from
// elsewhere, without the right, or on a card that is not what is stored.
import { expect, test } from 'vitest';
import type { Posted } from '../../support/slack.ts';
import { createSlackHarness, type SlackHarness } from '../../support/slack-harness.ts';
import { buttonsOf, clickOn, SARAH } from '../../support/slack-payloads.ts';
import { whatSlackRefuses } from './limits.ts';

async function waiting(): Promise<SlackHarness & { card: Posted }> {
  const scene = await createSlackHarness();
  await scene.slash('/rollback #492');
  return { ...scene, card: scene.find('Plan #1') };
}
const stateOf = async ({ h }: SlackHarness) => (await h.store.read.approvals.find(1))?.state;
const effects = ({ h }: SlackHarness) => h.world.effects.map(({ capability }) => capability);

test('a card carries the number of its plan, and which bytes it shows', async () => {
  const { card, h } = await waiting();
  const digest = (await h.store.read.approvals.find(1))?.digest.replace('sha256:', '');
  expect(
    buttonsOf(card).map(({ value, action_id }) => [value, action_id.replace(/\.\d+\.\d+\.\d+$/, '')]),
  ).toEqual([
    ['1', `plan.approve.${digest}`],
    ['1', `plan.deny.${digest}`],
  ]);
  expect(whatSlackRefuses(card)).toEqual([]);
});

test('a yes runs it, and the card loses its buttons and says who and when', async () => {
  const scene = await waiting();
  await scene.press(scene.card, 'Approve');
  expect(effects(scene)).toEqual(['deploys.rollback']);
  expect(buttonsOf(scene.card)).toEqual([]);
  expect(JSON.stringify(scene.card.blocks)).toContain('✅ Approved by @sarah at 03:14 UTC');
  expect(scene.slack.ephemeral).toEqual([]);
});

test('a yes that comes after the yes is told what became of it, in words', async () => {
  const scene = await waiting();
  const seen = structuredClone(scene.card);
  await scene.press(seen, 'Approve');
  await scene.press(seen, 'Approve');
  expect(effects(scene)).toEqual(['deploys.rollback']);
  expect(scene.slack.ephemeral.map(({ text }) => text.split('\n')[0])).toEqual([
    '🟡 plan #1 is no longer waiting: it is approved and has run; whether it helps is watched',
  ]);
});

test('pressed twice, and by somebody else: the first decision stands, and who came late hears it alone', async () => {
  const scene = await waiting();
  const seen = structuredClone(scene.card);
  await scene.press(seen, 'Deny');
  const posts = scene.slack.posted.length;
  await scene.press(seen, 'Approve');
  await scene.press(seen, 'Deny', { user: 'U2MIKE' });
  expect(await stateOf(scene)).toBe('denied');
  expect(effects(scene)).toEqual([]);
  expect(scene.slack.ephemeral.map(({ user, text }) => [user, text.split('\n')[0]])).toEqual([
    [SARAH, '🟡 plan #1 is no longer waiting: denied, @sarah denied it'],
    ['U2MIKE', '🟡 plan #1 is no longer waiting: denied, @sarah denied it'],
  ]);
  expect(scene.slack.posted).toHaveLength(posts);
});

test('what one person alone is told stands where they pressed: in the room, or in the thread they have open', async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api is down', service: 'api' });
  await scene.h.advance(5000);
  const header = scene.find('INCIDENT #1');
  const late = { value: '/freeze', user: 'U2MIKE' };
  const inRoom = clickOn(header, 'Acknowledge', late);
  const inThread = {
    ...clickOn(header, 'Acknowledge', late),
    container: { ...(inRoom.container as object), thread_ts: header.ts },
  };
  for (const body of [inRoom, inThread]) await scene.send('interactive', body);
  await scene.h.advance(5000);
  expect(scene.slack.ephemeral.map(({ thread_ts }) => thread_ts)).toEqual([undefined, header.ts]);
});

test('the same press by two sockets is one', async () => {
  const scene = await waiting();
  const body = clickOn(scene.card, 'Approve');
  const ids = [scene.slack.send('interactive', body), scene.slack.send('interactive', body)];
  await Promise.all(ids.map((id) => scene.slack.acked(id)));
  await scene.h.advance(20_000);
  expect(effects(scene)).toEqual(['deploys.rollback']);
  expect(scene.slack.ephemeral).toEqual([]);
});

test('who has no right hears so alone, it is on record, and the buttons stay for others', async () => {
  const scene = await waiting();
  await scene.press(scene.card, 'Approve', { user: 'U2MIKE' });
  expect(await stateOf(scene)).toBe('waiting');
  expect(scene.slack.ephemeral).toMatchObject([
    { channel: 'C1OPS', user: 'U2MIKE', text: expect.stringContaining('has no right to approve') },
  ]);
  expect(buttonsOf(scene.card)).toHaveLength(2);
  const record = await scene.h.store.read.timeline.recent(50);
  expect(record.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^refused \/approve 1: /));
});

test('people of another workspace are told that nothing was done, once', async () => {
  const scene = await waiting();
  const body = clickOn(scene.card, 'Deny', { user: 'U9GUEST', team: 'T9OTHER', trigger: 'guest.1' });
  await scene.send('interactive', body);
  await scene.send('interactive', body);
  expect(await stateOf(scene)).toBe('waiting');
  expect(scene.slack.ephemeral).toMatchObject([
    { user: 'U9GUEST', text: expect.stringContaining('nothing was done') },
  ]);
});

test('a bot decides nothing', async () => {
  const scene = await waiting();
  await scene.press(scene.card, 'Deny', { user: 'B7ROBOT' });
  expect(await stateOf(scene)).toBe('waiting');
  expect(effects(scene)).toEqual([]);
});

test('a card of other bytes than the stored ones decides nothing, and one that was edited by hand neither', async () => {
  const scene = await waiting();
  const other = structuredClone(scene.card);
  for (const button of buttonsOf(other))
    button.action_id = button.action_id.replace(/[0-9a-f]{64}/, 'a'.repeat(64));
  await scene.press(other, 'Approve');
  await scene.press(scene.card, 'Approve', { value: '2' });
  expect(await stateOf(scene)).toBe('waiting');
  expect(scene.slack.ephemeral.map(({ text }) => text.split('\n')[0])).toEqual([
    '🟡 the card you pressed shows another plan than the one that is stored as #1',
    '🟡 there is no plan #2',
  ]);
  expect(effects(scene)).toEqual([]);
});

test('what Slack shows after an edit it lost is brought up to date by the press that shows it', async () => {
  const scene = await waiting();
  const seen = structuredClone(scene.card);
  // Taken and not kept, as by a message that Slack restores.
  scene.slack.next('chat.update', { ok: true });
  await scene.press(seen, 'Deny');
  expect(buttonsOf(scene.card)).toHaveLength(2);
  await scene.press(seen, 'Approve');
  expect(buttonsOf(scene.card)).toEqual([]);
  expect(scene.slack.ephemeral).toHaveLength(1);
});

test('an answer for one person of which nobody knows whether it arrived is not said again', async () => {
  const scene = await waiting();
  scene.slack.next('chat.postEphemeral', 'lost');
  await scene.press(scene.card, 'Approve', { user: 'U2MIKE' });
  await scene.h.advance(600_000);
  expect(scene.slack.asked.filter(({ method }) => method === 'chat.postEphemeral')).toHaveLength(1);
  const posts = await scene.h.store.read.posts.changedSince(0, 1000);
  expect(posts.filter(({ message }) => message.onlyTo).map(({ state }) => state)).toEqual(['unknown']);
});

test('one that Slack asks to wait for is said then', async () => {
  const scene = await waiting();
  scene.slack.next('chat.postEphemeral', { status: 429, headers: { 'retry-after': '2' }, body: '' });
  await scene.press(scene.card, 'Approve', { user: 'U2MIKE' });
  expect(scene.slack.ephemeral).toHaveLength(1);
});

test('one that Slack asks to wait for longer than it means anything is not said any more', async () => {
  const scene = await waiting();
  scene.slack.always('chat.postEphemeral', { status: 429, headers: { 'retry-after': '60' }, body: '' });
  await scene.press(scene.card, 'Approve', { user: 'U2MIKE' });
  await scene.h.advance(10 * 60_000);
  scene.slack.always('chat.postEphemeral', null);
  await scene.h.advance(60 * 60_000);
  expect(scene.slack.ephemeral).toEqual([]);
  const posts = await scene.h.store.read.posts.changedSince(0, 1000);
  expect(posts.filter(({ message }) => message.onlyTo).map(({ state }) => state)).toEqual(['failed']);
});

test('the button of a page is answered in the direct messages it stands in', async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  const page = scene.slack.posted.find(({ channel }) => channel === 'DU1SARAH');
  const seen = structuredClone(page as Posted);
  await scene.press(seen, 'Acknowledge');
  const answers = () => scene.slack.posted.filter(({ text }) => text.includes('has #1 now'));
  expect(answers().map(({ channel, thread_ts }) => [channel, thread_ts])).toEqual([['DU1SARAH', undefined]]);
  // In its thread it is known as well.
  expect(scene.find('@sarah acknowledged.')).toMatchObject({
    channel: 'C1OPS',
    thread_ts: expect.any(String),
  });
});

test('and at once, also while the room of the incident takes nothing', async () => {
  const scene = await createSlackHarness();
  scene.slack.archived.add('C1OPS');
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  const page = scene.slack.posted.find(({ channel }) => channel === 'DU1SARAH');
  await scene.press(page as Posted, 'Acknowledge');
  expect(scene.find('has #1 now')).toMatchObject({ channel: 'DU1SARAH' });
});

test('an incident that is over is not taken by a button that somebody still sees, and the button goes', async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  const root = scene.slack.posted.find(({ channel }) => channel === 'C1OPS') as Posted;
  const seen = structuredClone(root);
  await scene.slash('/incident close done');
  scene.slack.next('chat.update', { ok: true });
  await scene.press(scene.find('Plan #1'), 'Approve');
  const posts = scene.slack.posted.length;
  await scene.press(seen, 'Acknowledge');
  expect(scene.slack.ephemeral.map(({ text }) => text)).toEqual(['#1 is already resolved.']);
  expect(scene.slack.posted).toHaveLength(posts);
  expect(buttonsOf(root)).toEqual([]);
});

test('an incident that somebody has is not taken from them by a button that another still sees; typed, it is', async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  const seen = structuredClone(scene.slack.posted.find(({ channel }) => channel === 'C1OPS') as Posted);
  await scene.press(seen, 'Acknowledge');
  const posts = scene.slack.posted.length;
  await scene.press(seen, 'Acknowledge', { user: 'U2MIKE' });
  expect(scene.slack.ephemeral.map(({ user, text }) => [user, text])).toEqual([
    ['U2MIKE', '🟡 @sarah has #1 already, so nothing was changed.\nTo take it over: /ack 1'],
  ]);
  expect(scene.slack.posted).toHaveLength(posts);
  expect((await scene.h.store.read.incidents.find(1))?.ackedByName).toBe('@sarah');
  await scene.slash('/ack 1', { user_id: 'U2MIKE' });
  expect(scene.find('has #1 now').text).toContain('<@U2MIKE> has #1 now; @sarah had it. Escalation stopped.');
});
