// A page in direct messages, once its incident needs nobody: there is nothing left to press, and it says why.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Post } from '../../src/domain/channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let h: Harness;

beforeEach(async () => {
  h = await createHarness({ timers: ['audit', 'lookout'] });
  onTestFinished(() => h.close());
});

const pages = async () =>
  (await h.store.read.posts.changedSince(0, 1000))
    .filter(({ lane, contact }) => lane === 'page' && contact !== null)
    .sort((a, b) => a.id - b.id);
const buttons = ({ message }: Post) =>
  message.blocks.flatMap((block) =>
    block.type === 'buttons' ? block.buttons.map(({ command }) => command) : [],
  );
const decisions = ({ message }: Post) =>
  message.blocks.flatMap((block) => (block.type === 'text' && block.role === 'decision' ? [block.text] : []));
const shown = async (index: number) => {
  const page = (await pages())[index];
  if (!page) throw new Error('no page');
  return { buttons: buttons(page), decisions: decisions(page) };
};

test('it has its button until somebody has the incident', async () => {
  await h.alert({ title: 'api errors', service: 'api' });
  expect(await shown(0)).toEqual({ buttons: ['/ack 1'], decisions: [] });
  await h.say('@sarah', '/ack 1');
  expect(await shown(0)).toEqual({
    buttons: [],
    decisions: [expect.stringMatching(/^✅ @sarah took it at \d\d:\d\d UTC$/)],
  });
  const [page] = await pages();
  const there = h.slack.posts.find(({ eventId }) => eventId === page?.eventId);
  expect(JSON.stringify(there?.message)).toContain('took it at');
});

test('who took it keeps it from that time on, however often they say so', async () => {
  await h.alert({ title: 'api errors', service: 'api' });
  await h.say('@sarah', '/ack 1');
  const first = await shown(0);
  await h.advance(20 * MINUTE);
  await h.say('@sarah', '/ack 1');
  expect(await shown(0)).toEqual(first);
  await h.say('@mike', '/ack 1');
  expect((await shown(0)).decisions).toEqual([expect.stringContaining('@mike took it at')]);
});

test('whose turn it was before is told no more once it is over', async () => {
  await h.alert({ title: 'api errors', service: 'api' });
  await h.say('@sarah', '/ack 1');
  await h.alert({ title: 'api errors', service: 'api', status: 'resolved' });
  await h.advance(30 * MINUTE);
  expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
  expect(await shown(0)).toEqual({ buttons: [], decisions: [expect.stringMatching(/^✅ Over since /)] });
});

test('one for several incidents loses the button of the one that is taken', async () => {
  for (const service of ['api', 'web', 'db']) await h.alert({ title: `${service} errors`, service });
  await h.advance(MINUTE);
  expect(await shown(1)).toEqual({ buttons: ['/ack 2', '/ack 3'], decisions: [] });
  await h.say('@sarah', '/ack 3');
  expect(await shown(1)).toEqual({
    buttons: ['/ack 2'],
    decisions: [expect.stringMatching(/^#3: ✅ @sarah took it at/)],
  });
  await h.say('@sarah', '/ack 2');
  expect(await shown(1)).toMatchObject({
    buttons: [],
    decisions: [expect.stringMatching(/^#3: /), expect.stringMatching(/^#2: /)],
  });
});

test('a page that was given up is not sent by its edit', async () => {
  h.slack.faultsIn.set('U-sarah', 'failed');
  await h.alert({ title: 'api errors', service: 'api' });
  const [page] = await pages();
  expect(page).toMatchObject({ state: 'failed', conversation: 'U-sarah' });
  await h.say('@lead', '/ack 1');
  await h.advance(MINUTE);
  expect((await h.store.read.posts.find(page?.id ?? 0))?.remoteId ?? null).toBeNull();
});
