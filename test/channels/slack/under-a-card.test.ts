// "Reply" on a post of ours in a room: what is typed there is said to openclaw, and answered there.
import { expect, test } from 'vitest';
import type { Posted } from '../../support/slack.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';

async function card() {
  const scene = await createSlackHarness();
  await scene.slash('/restart api');
  const posted = scene.find('Plan #1');
  expect(posted.thread_ts).toBeUndefined();
  const under = (post: Posted) => ({ thread_ts: post.ts });
  return { ...scene, posted, under: under(posted) };
}

test('deny with its number and a reason', async () => {
  const { h, type, find, posted, under } = await card();
  await type('deny 1 not now', under);
  expect((await h.store.read.approvals.find(1))?.state).toBe('denied');
  expect(find('Denied by @sarah: plan #1').thread_ts).toBe(posted.ts);
});

test('a bare word is about the card it stands under, whatever else waits in the room', async () => {
  const { h, slash, type, under } = await card();
  await slash('/rollback #492');
  await type('approve', under);
  expect((await h.store.read.approvals.find(1))?.state).toBe('approved');
  expect((await h.store.read.approvals.find(2))?.state).toBe('waiting');
});

test('and is no answer to another one when that card is over', async () => {
  const { h, slash, type, find, under } = await card();
  await slash('/rollback #492');
  await type('deny', under);
  await type('deny', under);
  expect((await h.store.read.approvals.find(2))?.state).toBe('waiting');
  expect(find('no longer waiting').thread_ts).toBe(under.thread_ts);
});

test('a command asked there has its card and its outcome there', async () => {
  const { type, find, posted, under } = await card();
  await type('rollback #492', under);
  const plan = find('Plan #2');
  expect(plan.thread_ts).toBe(posted.ts);
  await type('approve 2', under);
  expect(find('Done: rolled back').thread_ts).toBe(posted.ts);
});

test('talk among people there is theirs, and so is a thread of theirs in the room', async () => {
  const { slack, type, under } = await card();
  const before = slack.posted.length;
  await type('shall we do that?', under);
  await type('deny 1', { thread_ts: '1699999999.000001' });
  expect(slack.posted).toHaveLength(before);
});

test('nobody decides there who may not', async () => {
  const { h, type, under } = await card();
  await type('approve 1', { ...under, user: 'B7BOT', bot_id: 'B7BOT' });
  await type('approve 1', { ...under, user: 'U9EVE', team: 'T9OTHER' });
  expect((await h.store.read.approvals.find(1))?.state).toBe('waiting');
});
