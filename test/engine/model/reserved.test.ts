// A budget holds beside others and across a crash: what a request may cost is counted before it is sent, and what it did not cost
// is given back.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Question } from '../../../src/domain/assistant.ts';
import { openTalk } from '../../../src/engine/model/talk.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createTestClock } from '../../support/clock.ts';
import { makeMemoryFolder } from '../../support/memory-folder.ts';
import { says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const QUESTION: Question = {
  purpose: 'speech',
  agent: { name: 'DevOps Monitor', instructions: '', model: null },
  command: null,
  words: 'x',
  incident: null,
  known: [],
  commands: [],
};
const MOST = { tokens: 10_000, microDollars: 100_000 };
const COST = {
  model: 'claude-sonnet-5-5',
  inputTokens: 900,
  outputTokens: 100,
  cacheWriteTokens: 0,
  cacheReadTokens: 0,
  microDollars: 7_000,
  estimated: false,
};

function house() {
  const clock = createTestClock();
  const file = join(makeMemoryFolder('reserved'), 'openclaw.db');
  const open = async () => {
    const store = await openStore({ file, clock });
    onTestFinished(() => store.close());
    return store;
  };
  const talkIn = (store: Store) =>
    openTalk({ store, clock, zone: 'UTC' }, QUESTION, {
      actor: null,
      budget: { day: '5000 tokens' },
      sourceText: false,
    });
  const used = (store: Store) => store.read.modelTalks.used({ since: 0 });
  return { open, talkIn, used };
}

test('of talks that ask in one moment the budget lets as many begin as it has room for', async () => {
  const { open, talkIn, used } = house();
  const store = await open();
  const talks = await Promise.all(Array.from({ length: 8 }, () => talkIn(store)));
  const rooms = await Promise.all(talks.map((talk) => talk.room(MOST)));
  expect(rooms.filter(({ ok }) => ok)).toHaveLength(1);
  expect(rooms.find(({ ok }) => !ok)).toMatchObject({
    sentence: expect.stringContaining('Today has used what Claude may cost in a day'),
  });
  expect(await used(store)).toEqual(MOST);
  // What it did not cost is there again, for any of them.
  await talks[rooms.findIndex(({ ok }) => ok)]?.spent(COST);
  expect(await used(store)).toEqual({ tokens: 1_000, microDollars: 7_000 });
  expect((await talks[7]?.room(MOST))?.ok).toBe(true);
});

test('what another process has under way counts as well', async () => {
  const { open, talkIn } = house();
  const [daemon, command] = [await open(), await open()];
  expect((await (await talkIn(daemon)).room(MOST)).ok).toBe(true);
  expect((await (await talkIn(command)).room(MOST)).ok).toBe(false);
});

test('a request that cost nothing gives all of it back', async () => {
  const { open, talkIn, used } = house();
  const store = await open();
  const talk = await talkIn(store);
  await talk.room(MOST);
  await talk.spent(null);
  expect(await used(store)).toEqual({ tokens: 0, microDollars: 0 });
});

test('a request whose end nobody saw stays counted as the most it may have cost', async () => {
  const { open, talkIn, used } = house();
  const dead = await open();
  await (await talkIn(dead)).room(MOST);
  await dead.close();
  const store = await open();
  expect(await used(store)).toEqual(MOST);
  expect((await (await talkIn(store)).room(MOST)).ok).toBe(false);
});

test('while a real request is under way it counts in full, and afterwards as it was', async () => {
  const { h, api } = await withModel();
  let during = 0;
  api.answer = async () => {
    during = (await h.store.read.modelTalks.used({ since: 0 })).tokens;
    return says('Not known.');
  };
  await h.say('@sarah', 'what changed on api in the last hour?', { toUs: true });
  const { tokens } = await h.store.read.modelTalks.used({ since: 0 });
  // All it may write, and all that it was sent.
  expect(during).toBeGreaterThan(8_192 + 1_000);
  expect(tokens).toBeGreaterThan(0);
  expect(tokens).toBeLessThan(during - 8_000);
  // One that was refused at the door cost nothing.
  api.answer = () => ({ kind: 'fails', status: 400 });
  await h.say('@sarah', 'and what changed on api since yesterday?', { toUs: true });
  expect((await h.store.read.modelTalks.used({ since: 0 })).tokens).toBe(tokens);
});
