// The summary of an incident is kept in sight where a chat can do that.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
let pins: string[];
let answers: (ToolError | 'done')[];
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
  pins = [];
  answers = [];
  h.slack.pin = async (remoteId) => {
    pins.push(remoteId);
    const answer = answers.shift() ?? 'done';
    if (answer !== 'done') throw answer;
  };
});

async function resolve(): Promise<string> {
  await h.alert({ title: 'api is down', service: 'api' });
  await h.say('@sarah', '/incident close 1 bad deploy');
  await h.say('@sarah', '/approve');
  return h.slack.posts.find(({ message }) => message.title.startsWith('✅ RESOLVED'))?.remoteId ?? 'none';
}

test('it and nothing else is pinned', async () => {
  const summary = await resolve();
  await h.advance(60 * 60_000);
  expect(pins).toEqual([summary]);
});

test('an answer that never came: it is pinned once more, and nothing is said of it', async () => {
  answers.push(new ToolError('unknown', 'lost'), new ToolError('retry', 'slow down', { retryAfterMs: 5000 }));
  const summary = await resolve();
  const posts = h.slack.posts.length;
  await h.advance(60_000);
  expect(pins).toEqual([summary, summary, summary]);
  expect(h.slack.posts).toHaveLength(posts);
});

test('what Slack refuses is said, and the summary stands all the same', async () => {
  answers.push(
    new ToolError('failed', 'Slack (pins.add): missing_scope (pins:write): the app lacks a scope'),
  );
  expect(await resolve()).not.toBe('none');
  expect((await h.posts()).at(-1)).toContain(
    'could not be pinned: Slack (pins.add): missing_scope (pins:write)',
  );
  expect(pins).toHaveLength(1);
});

test('a daemon that dies before it pins does so at its next start', async () => {
  const { pin } = h.slack;
  const killed = new Promise<void>((done) => {
    h.slack.pin = async () => {
      void h.kill().then(done);
      await new Promise(() => {});
    };
  });
  await resolve();
  await killed;
  if (pin) h.slack.pin = pin;
  await h.start();
  await h.settle();
  expect(pins).toHaveLength(1);
});

test('a summary whose answer was lost is found, and pinned once', async () => {
  await h.alert({ title: 'api is down', service: 'api' });
  await h.say('@sarah', '/incident close 1 bad deploy');
  const { send } = h.slack;
  h.slack.send = async (post, call) => {
    const sent = await send(post, call);
    if (post.message.title.startsWith('✅ RESOLVED')) throw new ToolError('unknown', 'lost');
    return sent;
  };
  await h.say('@sarah', '/approve');
  await h.advance(60_000);
  expect(h.slack.posts.filter(({ message }) => message.title.startsWith('✅ RESOLVED'))).toHaveLength(1);
  expect(pins).toHaveLength(1);
});
