// Cards that ask for a decision: in every room they stand in they lose their buttons, and say who decided and when.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ at: Date.parse('2026-11-23T03:14:00Z') });
});
afterEach(() => h.close());

/** As people see them now. */
const cards = () =>
  h.slack.posts
    .filter(({ message: { title } }) => /Plan #1: |proposes in/.test(title))
    .map(({ message }) => message);
const buttons = () => cards().flatMap(({ blocks }) => blocks.filter(({ type }) => type === 'buttons'));

describe('a plan card', () => {
  beforeEach(async () => {
    await h.say('@sarah', '/rollback #492');
    expect(buttons()).toHaveLength(1);
  });

  test.each([
    ['@mike', '/approve 1', '✅ Approved by @U-mike at 03:15 UTC'],
    ['@sarah', '/deny 1 not at this hour', '⛔ Denied by @sarah at 03:15 UTC: not at this hour'],
    ['@sarah', '/freeze migration', '🚫 Void since 03:15 UTC: frozen by @sarah'],
  ])('after %s: %s has no buttons and says so', async (user, line, said) => {
    await h.advance(60_000);
    await h.say(user, line);
    await h.advance(5000);
    expect(buttons()).toEqual([]);
    expect(plainText(cards()[0] as never).split('\n')[1]).toBe(said);
    // What was decided on stays readable.
    expect(plainText(cards()[0] as never)).toContain('deploys.rollback');
  });

  test('that nobody answered says when it expired', async () => {
    await h.advance(11 * 60_000);
    expect(buttons()).toEqual([]);
    expect(plainText(cards()[0] as never)).toContain(
      '⌛ Expired at 03:24 UTC: nobody answered in time, and silence is no',
    );
  });

  test('keeps its buttons over a restart, and loses them after one', async () => {
    await h.restart();
    await h.advance(1000);
    expect(buttons()).toHaveLength(1);
    h.slack.down = true;
    await h.say('@sarah', '/deny 1');
    await h.restart();
    h.slack.down = false;
    await h.advance(60_000);
    expect(buttons()).toEqual([]);
  });
});

test('who said no is named, where it is said', async () => {
  await h.say('@sarah', '/rollback #492');
  expect(await h.say('@mike', '/deny 1')).toMatch(/^Denied by @\S*mike: plan #1 will not run: Roll back/);
});

test('a plan that was approved says what became of it', async () => {
  await h.say('@sarah', '/rollback #492');
  await h.say('@sarah', '/approve 1');
  await h.advance(30 * 60_000);
  expect(plainText(cards()[0] as never).split('\n')[1]).toBe('✅ Approved by @sarah at 03:14 UTC, and done');
});

test('one that was approved and could not be begun says that it was not done', async () => {
  await h.say('@sarah', '/rollback #492');
  // Another deploy went out between the yes and its execution.
  h.world.onInspect = () => {
    const service = h.world.services.get('api');
    const [newest] = service?.deploys ?? [];
    if (newest) service?.deploys.unshift({ ...newest, number: '493', at: h.clock.now() });
    h.world.onInspect = () => {};
  };
  await h.say('@sarah', '/approve 1');
  await h.advance(60_000);
  expect(plainText(cards()[0] as never).split('\n')[1]).toBe(
    '✅ Approved by @sarah at 03:14 UTC, and not done: the newest deploy was #492 and is now #493',
  );
});

test('a close that is asked for twice is one question: the newer words', async () => {
  await h.alert({ title: 'api errors', service: 'api' });
  await h.say('@sarah', '/incident close 1', { incidentId: 1 });
  await h.say('@sarah', '/incident close 1 a bad deploy', { incidentId: 1 });
  await h.advance(1000);
  expect((await h.store.read.approvals.pending()).map(({ id }) => id)).toEqual([2]);
  const first = h.slack.posts.find(({ message: { title } }) => title.includes('Close incident #1'))?.message;
  expect(plainText(first as never)).toContain('🚫 Void since 03:14 UTC: asked again since');
  expect(await h.say('@sarah', '/approve 1', { incidentId: 1 })).toContain('asked again since');
});

test('the line in the room where the command is announced can be pressed too, and goes with it', async () => {
  await h.add('command', {
    name: 'announced',
    trigger: '/again',
    playbook: 'restart',
    sources: ['AWS Production'],
    message: 'restart',
    announce: true,
    to: '#ops-alerts',
    twoPerson: false,
  });
  await h.say('@sarah', '/again api');
  await h.advance(1000);
  expect(buttons()).toHaveLength(2);
  await h.say('@sarah', '/approve 1');
  await h.advance(5000);
  expect(buttons()).toEqual([]);
  expect(cards().map((card) => plainText(card).split('\n')[1])).toEqual([
    '✅ Approved by @sarah at 03:14 UTC',
    '✅ Approved by @sarah at 03:14 UTC',
  ]);
});

test('of a critical plan the second step has its button, and both cards end with the decision', async () => {
  await h.say('@sarah', '/db-failover orders-db');
  await h.say('@sarah', '/approve 1');
  await h.advance(2000);
  const second = () => h.slack.posts.find(({ message }) => message.title.startsWith('Step 1 of 2'))?.message;
  expect(second()?.blocks.at(-1)).toMatchObject({ buttons: [{ label: 'Confirm' }, { label: 'Deny' }] });
  // So does the first card, which has said since who took the first step and what is missing.
  expect(buttons()).toMatchObject([{ buttons: [{ label: 'Confirm' }, { label: 'Deny' }] }]);
  const first = plainText(cards()[0] as never);
  expect(first).toContain(
    'Step 1 of 2 by @sarah at 03:14 UTC: the facts still hold. Nothing runs before the second: /approve 1 orders-db',
  );
  expect(first).not.toContain('reads the facts once more');
  await h.say('@sarah', '/approve 1 orders-db');
  await h.advance(5000);
  expect(plainText(cards()[0] as never)).not.toContain('Step 1 of 2');
  expect(buttons()).toEqual([]);
  expect(plainText(second() as never)).toContain('✅ Approved by @sarah');
  expect(plainText(second() as never)).not.toContain('type /approve');
});
