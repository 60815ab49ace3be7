// A post that was refused before gives way to a page that is on its way already, and not for long.
import { expect, onTestFinished, test } from 'vitest';
import { NotYet } from '../../src/engine/not-yet.ts';
import { letPagesGoFirst } from '../../src/engine/pages-first.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness } from '../support/harness.ts';
import { noting } from '../support/noting.ts';
import { until } from '../support/until.ts';

test('a page that is being sent goes first, for two seconds at most', async () => {
  const slack = createFakeChannel('slack');
  const { send } = slack;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isSending = false;
  slack.send = async (post, call) => {
    if (post.message.title.includes('📟')) {
      isSending = true;
      await held;
    }
    return send(post, call);
  };
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  const working = h.alert({ title: 'api is down', service: 'api' });
  await until(() => isSending);
  const refused = { channel: 'slack', updatedAt: h.clock.now() };
  const engine = { store: h.store, clock: h.clock };
  const run = { commit: h.store.write };
  await expect(letPagesGoFirst(refused, engine, run)).rejects.toBeInstanceOf(NotYet);
  await letPagesGoFirst({ ...refused, channel: 'other' }, engine, run);
  h.clock.advance(2001);
  await letPagesGoFirst(refused, engine, run);
  release();
  await working;
});

test('a channel that works again is given the page that waits before it says so', async () => {
  const slack = createFakeChannel('slack');
  slack.down = true;
  const h = await createHarness({ channels: [slack], timers: true });
  onTestFinished(() => h.close());
  const note = noting(h);
  await note('bot-token', { text: 'the bot token is refused', fix: 'install it', passing: false });
  await h.alert({ title: 'api is down', service: 'api' });
  await h.advance(5 * 60_000);
  slack.down = false;
  await note('bot-token', null);
  const titles = slack.posts.map(({ message }) => message.title);
  expect(titles[0]).toContain('📟');
  expect(titles.some((title) => title.includes('works again'))).toBe(true);
});
