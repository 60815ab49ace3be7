// What does not work with a channel: told once, by another one, with what to do; shown until it is over.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChannelTrouble } from '../../src/domain/channel-trouble.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { noteTrouble } from '../../src/engine/channel-trouble.ts';
import { LOOKOUT_KEY } from '../../src/engine/handlers/lookout.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness, type HarnessOptions } from '../support/harness.ts';
import { noting } from '../support/noting.ts';

const MINUTE = 60_000;
const revoked: ChannelTrouble = {
  text: 'slack refuses the bot token (token_revoked): nothing is posted there',
  fix: 'install the app to the workspace again',
  passing: false,
};
const archived: ChannelTrouble = { text: '#ops-info is archived', fix: 'unarchive it', passing: false };
const unconnected: ChannelTrouble = {
  text: 'slack is not connected',
  fix: 'is the network there?',
  passing: true,
};

async function scene(options: HarnessOptions = {}) {
  const h = await createHarness({ timers: ['audit', 'lookout'], mail: true, ...options });
  onTestFinished(() => h.close());
  await h.settle();
  const note = noting(h);
  return { h, note };
}

const warned = async (h: Harness) =>
  (await h.store.read.settings.get('warnings')).flatMap(({ text, channel }) =>
    channel && channel.overAt === undefined ? [text] : [],
  );
const told = async (h: Harness) => (await h.posts()).filter((post) => /Trouble with|works again/.test(post));

describe('a token that is refused', () => {
  test('is told at once, on another channel, with what to do', async () => {
    const { h, note } = await scene();
    await note('bot-token', revoked);
    expect(await told(h)).toEqual([
      expect.stringMatching(
        /^sarah@example\.org \| 🚨 Trouble with the channel slack[\s\S]*token_revoked[\s\S]*install the app/,
      ),
    ]);
    expect(await warned(h)).toEqual([revoked.text]);
  });

  test('is told once, however long it lasts and over a restart', async () => {
    const { h, note } = await scene();
    await note('bot-token', revoked);
    await h.advance(30 * MINUTE);
    await h.restart();
    await note('bot-token', revoked);
    await h.advance(30 * MINUTE);
    expect(await told(h)).toHaveLength(1);
  });

  test('is told as over where it was told, and is shown no longer', async () => {
    const { h, note } = await scene();
    await note('bot-token', revoked);
    await note('bot-token', null);
    expect(await warned(h)).toEqual([]);
    expect(await told(h)).toEqual([
      expect.stringContaining('Trouble with'),
      expect.stringMatching(
        /^sarah@example\.org \| ✅ The channel slack works again\nWhat was wrong, and is over\n/,
      ),
    ]);
    expect(await h.store.read.settings.get('warnings')).toEqual([]);
    await note('bot-token', revoked);
    expect(await told(h)).toHaveLength(3);
  });
});

test('a connection that is lost is shown at once, and told when it lasts a minute', async () => {
  const { h, note } = await scene();
  await note('hearing', unconnected);
  expect(await warned(h)).toEqual([unconnected.text]);
  await h.advance(30_000);
  await note('hearing', null);
  await h.advance(5 * MINUTE);
  expect([await told(h), await warned(h)]).toEqual([[], []]);
  await note('hearing', unconnected);
  await h.advance(2 * MINUTE);
  expect(await told(h)).toHaveLength(1);
});

test('of one room another room of the same chat is told; of the critical one another channel is', async () => {
  const { h, note } = await scene();
  await note('#ops-info', archived);
  expect(await told(h)).toEqual([
    expect.stringMatching(/^#ops-critical \| 🚨 Trouble with the channel slack/),
  ]);
  await note('#ops-critical', { ...archived, text: '#ops-critical is archived' });
  expect((await told(h)).at(-1)).toMatch(/^sarah@example\.org \| /);
});

test('several at once are one message', async () => {
  const { h } = await scene();
  await h.store.write(async (tx) => {
    await noteTrouble(tx, { channel: 'slack', about: 'bot-token', trouble: revoked }, h.clock.now());
    await noteTrouble(
      tx,
      { channel: 'slack', about: 'hearing', trouble: { ...unconnected, passing: false } },
      h.clock.now(),
    );
  });
  await h.advance(MINUTE);
  expect(await told(h)).toHaveLength(1);
});

test('a channel that is gone is forgotten, and nobody is told', async () => {
  const { h, note } = await scene({ channels: [createFakeChannel('mail', 'email')] });
  await note('bot-token', revoked);
  expect([await warned(h), await told(h)]).toEqual([[], []]);
});

test('what does not work is looked at again: at a start, then every minute, and when somebody tested it', async () => {
  const looks: string[][] = [];
  const slack = {
    ...createFakeChannel('slack'),
    recheck: async (abouts: readonly string[]) => {
      looks.push([...abouts]);
      throw new ToolError('failed', 'still revoked');
    },
  };
  const { h, note } = await scene({ channels: [slack, createFakeChannel('mail', 'email')] });
  expect(looks).toEqual([]);
  await note('bot-token', revoked);
  await h.advance(3 * MINUTE);
  expect(looks.length).toBeGreaterThanOrEqual(2);
  expect(looks.length).toBeLessThanOrEqual(4);
  const untested = looks.length;
  await h.store.write(async (tx) => {
    await tx.settings.set('channelTestedAt', h.clock.now());
    await tx.jobs.pullForward(LOOKOUT_KEY, h.clock.now());
  });
  await h.settle();
  expect(looks).toHaveLength(untested + 1);
  const before = looks.length;
  await h.restart();
  await h.settle();
  expect(looks).toHaveLength(before + 1);
  expect(await warned(h)).toEqual([revoked.text]);
});
