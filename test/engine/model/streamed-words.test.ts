// Words about what is there, shown while a model writes them: one post, marked as unchecked until its last edit.
import { describe, expect, test } from 'vitest';
import { plainText } from '../../../src/domain/message.ts';
import { damage } from '../../support/damage.ts';
import type { Harness } from '../../support/harness.ts';
import { type ApiReply, calls, fails, says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const CRITICAL = { title: 'error rate critical', service: 'api', severity: 'critical' as const };
const LONG = `${'It is not known what it is. '.repeat(40)}\nThe error rate was 77.7% on cart-prod-9.`;
const UNCHECKED = /^⏳ 🤖 A model writes, not checked yet: /;

const written = async (h: Harness) =>
  (await h.store.read.posts.changedSince(0, 1_000)).filter(({ message }) => message.title.includes('🤖'));

/** Time goes on with each piece of text. The model says something, reads, says more, reads, and says `last`. `seen`: what stood meanwhile. */
async function writing(last: ApiReply = says(LONG)) {
  const seen: string[] = [];
  const model = await withModel([], { onLook: (h) => h.clock.advance(100) });
  const { h, api } = model;
  /** What is shown is written beside the conversation, so it may be a moment behind. */
  const shows = async (words: string) => {
    for (let tries = 0; tries < 2_000 && !h.dead; tries += 1) {
      const [post] = await written(h);
      if (post && plainText(post.message).includes(words)) return void seen.push(plainText(post.message));
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`it never showed ${words}`);
  };
  api.answer = async ({ body }) => {
    const turn = body.messages.length;
    if (turn === 1) return says('Let me look. '.repeat(30), calls('services_list', {}));
    if (turn === 3) await shows('Let me look.');
    if (turn === 3) return says('Once more. '.repeat(60), calls('deploys_list', { service: 'api' }));
    await shows('Once more.');
    return last;
  };
  return { ...model, seen };
}

test.each([
  ['remarks', 'Remarks', (h: Harness) => h.say('@sarah', '/scale api 4')],
  ['a narrative', 'What this looks like', (h: Harness) => h.alert(CRITICAL)],
])('%s are one post that says it is unchecked, and in the end the checked words', async (_, title, ask) => {
  const { h, seen } = await writing();
  await ask(h);
  const [post, ...more] = await written(h);
  expect(more).toEqual([]);
  expect(seen).toHaveLength(2);
  for (const text of seen) expect(text).toMatch(UNCHECKED);
  const shown = post ? plainText(post.message) : '';
  expect(shown).toMatch(new RegExp(`^🤖 ${title}\\nDevOps Monitor \\(written by a model\\):`));
  // One mark a message.
  expect(shown.match(/🤖/gu)).toHaveLength(1);
  expect(shown).toContain('It is not known what it is.');
  expect(shown).not.toContain('77.7');
  expect(shown).toContain('1 statement struck');
  expect(post).toMatchObject({ state: 'sent', sentRevision: post?.revision });
  expect(h.slack.posts.filter(({ message }) => message.title.includes('🤖'))).toHaveLength(1);
});

test('the look back at an incident too', async () => {
  const { h, seen } = await writing();
  await h.alert({ ...CRITICAL, service: null });
  await h.say('@sarah', '/incident close --cause "cache TTL"', { incidentId: 1 });
  for (const { id } of await h.store.read.approvals.pending())
    await h.say('@sarah', `/approve ${id}`, { incidentId: 1 });
  expect(seen).toHaveLength(2);
  expect((await written(h)).map(({ message }) => message.title)).toEqual([
    '🤖 Looking back, and what to fix for good',
  ]);
});

test('of free speech that came to nothing stays that a model was asked, and not that it is done', async () => {
  const { h, seen, titles } = await writing(fails(400));
  await h.say('@sarah', 'how is api?', { toUs: true });
  expect(seen).toHaveLength(2);
  const said = titles();
  expect(said.filter((title) => /^A model was asked: it took \d+ s$/.test(title))).toHaveLength(1);
  expect(said.join('\n')).not.toContain('Done');
  expect(said.at(-1)).toContain('is no command, so nothing was done');
});

describe('of what was shown nothing stays', () => {
  test('where the answer breaks off', async () => {
    const { h, seen } = await writing(fails(400));
    await h.say('@sarah', '/scale api 4');
    expect(seen).toHaveLength(2);
    expect((await written(h)).map(({ message }) => message)).toMatchObject([
      { title: '🤖 A model began to write here, and nothing came of it that could be checked.', blocks: [] },
    ]);
  });

  test('where the plan is decided meanwhile', async () => {
    const { h, api, seen } = await writing();
    const { answer } = api;
    api.answer = async (request, index) => {
      const reply = await answer?.(request, index);
      if (seen.length === 2)
        await h.store.write(async (tx) => {
          const [plan] = await tx.plans.inStates(['waiting']);
          if (plan) await tx.plans.move(plan.id, ['waiting'], 'denied');
        });
      return reply ?? fails(500);
    };
    await h.say('@sarah', '/scale api 4');
    const titles = (await written(h)).map(({ message }) => message.title);
    expect(titles).toEqual(['🤖 A model was writing here; it is not needed any more.']);
  });
});

async function killedWhileWriting() {
  const { h, api, seen } = await writing();
  const { answer } = api;
  api.answer = async (request, index) => {
    const reply = await answer?.(request, index);
    if (seen.length === 2) await h.kill();
    return reply ?? fails(500);
  };
  await h.say('@sarah', '/scale api 4');
  return { h, api };
}

test('put aside after its tries, what had begun does not stay as if it went on', async () => {
  const { h } = await killedWhileWriting();
  await h.start();
  damage(h, 'service');
  await h.advance(5 * 60_000);
  const jobs = await h.store.read.jobs.list();
  expect(jobs.filter(({ state }) => state === 'dead').map(({ kind }) => kind)).toEqual(['words']);
  expect((await written(h)).map(({ message }) => message.title)).toEqual([
    '🤖 A model began to write here, and nothing came of it that could be checked.',
  ]);
});

test('cut off by a kill in the middle, the same post has the words of the next start', async () => {
  const { h, api } = await killedWhileWriting();
  api.answer = () => says('Not known.');
  await h.start();
  expect((await written(h)).map(({ message }) => message.title)).toEqual([expect.stringMatching(UNCHECKED)]);
  await h.settle();
  expect((await written(h)).map(({ message }) => message.title)).toEqual(['🤖 Remarks']);
});
