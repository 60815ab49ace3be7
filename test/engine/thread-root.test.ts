// A thread whose first message does not come about.
import { expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness } from '../support/harness.ts';
import { letPass } from '../support/let-pass.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const archived = () => new ToolError('failed', 'is_archived', { mendable: 'room' });

async function harness(refusal: () => ToolError) {
  const slack = createFakeChannel('slack');
  const { send } = slack;
  let refuses = true;
  slack.send = (post, call) =>
    refuses && post.conversation === '#ops-critical' ? Promise.reject(refusal()) : send(post, call);
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  const inRoom = () => slack.posts.filter(({ conversation }) => conversation === '#ops-critical');
  return { h, inRoom, mend: () => (refuses = false) };
}

test('waits for its room, and its lines with it', async () => {
  const { h, inRoom, mend } = await harness(archived);
  await h.alert({ title: 'api is down', service: 'api' });
  await h.advance(60 * MINUTE);
  mend();
  await h.advance(5 * MINUTE);
  const [root, ...lines] = inRoom().filter(({ message }) => !message.title.includes('📟'));
  expect(root?.message.title).toBe('(03:14 UTC) 🔴 api — down');
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter(({ threadRemoteId }) => threadRemoteId !== root?.remoteId)).toEqual([]);
});

test('is given up with its lines where nobody mends it within a day', async () => {
  const { h, inRoom } = await harness(archived);
  await h.alert({ title: 'api is down', service: 'api' });
  await letPass(h, DAY + 60 * MINUTE);
  const waited = (await h.store.read.posts.ofIncident(1)).filter(({ threadPostId }) => threadPostId === 1);
  expect(waited[0]).toMatchObject({
    state: 'failed',
    error: 'the first message of its thread was not posted (is_archived)',
  });
  expect(inRoom()).toEqual([]);
});

test('is refused for its own sake: no line of it stands alone, and the next one has it posted after all', async () => {
  const { h, inRoom, mend } = await harness(() => new ToolError('failed', 'restricted'));
  await h.alert({ title: 'api is down', service: 'api' });
  mend();
  await h.advance(MINUTE);
  expect(inRoom()).toEqual([]);
  const [, line] = (await h.store.read.posts.ofIncident(1)).filter(({ lane }) => lane === 'thread');
  expect(line).toMatchObject({
    state: 'failed',
    error: 'the first message of its thread was not posted (restricted)',
  });
  await h.advance(MINUTE);
  await h.alert({ title: 'api is slow', service: 'api' });
  await h.advance(MINUTE);
  const [root, ...lines] = inRoom();
  expect(root?.message.title).toContain('api — down');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter(({ threadRemoteId }) => threadRemoteId !== root?.remoteId)).toEqual([]);
});

test('a page in a thread says of itself what it is about, and waits for no first message', async () => {
  const slack = createFakeChannel('slack');
  const { send } = slack;
  // The room takes the page of a group and nothing else.
  slack.send = (post, call) =>
    post.conversation === '#ops-critical' && !post.message.title.includes('📟')
      ? Promise.reject(archived())
      : send(post, call);
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  await h.store.write(async (tx) => {
    const sarah = await tx.resources.find('contact', 'sarah');
    if (!sarah) throw new Error('no sarah');
    await tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, ids: { slack: 'S0TEAM' } } });
  });
  await h.alert({ title: 'api is down', service: 'api' });
  await h.advance(MINUTE);
  const page = (await h.store.read.posts.ofIncident(1)).find(({ lane }) => lane === 'page');
  const root = page?.threadPostId ? await h.store.read.posts.find(page.threadPostId) : null;
  expect(root).toMatchObject({ remoteId: null });
  expect(slack.posts.map(({ message }) => message.title)).toEqual([expect.stringContaining('📟')]);
});

test('where it may be there and nobody can look, what is said goes on', async () => {
  const slack = createFakeChannel('slack');
  slack.find = undefined as never;
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  slack.faultsIn.set('#ops-critical', 'unknown');
  await h.alert({ title: 'api is down', service: 'api' });
  await h.advance(5 * MINUTE);
  const [root, ...others] = await h.store.read.posts.ofIncident(1);
  expect(root).toMatchObject({ state: 'unknown', remoteId: null });
  const lines = others.filter(({ threadPostId, lane }) => threadPostId === root?.id && lane === 'thread');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.map(({ state }) => state)).toEqual(lines.map(() => 'sent'));
});
