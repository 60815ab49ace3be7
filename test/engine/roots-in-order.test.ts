// Incidents that began while the chat took nothing: their first posts come in the order they were said.
import { expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import { createFakeChannel, type FakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NAMES = ['api', 'web', 'cache'];

async function night(): Promise<{ h: Harness; slack: FakeChannel; roots: () => string[] }> {
  const slack = createFakeChannel('slack');
  slack.paceMs = SECOND;
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  const roots = () =>
    slack.posts
      .filter(({ conversation, threadRemoteId }) => conversation === '#ops-critical' && !threadRemoteId)
      .flatMap(({ message }) => /🔴.*?(api|web|cache)/.exec(message.title)?.[1] ?? []);
  return { h, slack, roots };
}

const isDown = (h: Harness, name: string) => h.alert({ title: `${name} is down`, service: name });

// Each waits as long as it has waited already: who is tried first when it is over is a matter of the moment it ends.
test.each([2, 11, 37, 63, 95, 121, 240, 605, 3601])('after %d seconds without an answer', async (seconds) => {
  const { h, slack, roots } = await night();
  slack.down = true;
  for (const name of NAMES) {
    await isDown(h, name);
    await h.advance(17 * SECOND);
  }
  await h.advance(seconds * SECOND);
  slack.down = false;
  await h.advance(5 * MINUTE);
  expect(roots()).toEqual(NAMES);
});

test('also where the one said first was lost in doubt, and where one begins as the chat is back', async () => {
  const { h, slack, roots } = await night();
  slack.faultsIn.set('#ops-critical', 'unknown');
  await isDown(h, 'api');
  slack.down = true;
  await h.advance(3 * MINUTE);
  await isDown(h, 'web');
  await h.advance(70 * SECOND);
  slack.down = false;
  await isDown(h, 'cache');
  await h.advance(5 * MINUTE);
  expect(roots()).toEqual(NAMES);
});

test('a restart keeps the order', async () => {
  const { h, slack, roots } = await night();
  slack.down = true;
  for (const name of NAMES) {
    await isDown(h, name);
    await h.advance(23 * SECOND);
  }
  await h.kill();
  h.clock.advance(60 * MINUTE);
  slack.down = false;
  await h.start();
  await h.advance(2 * MINUTE);
  expect(roots()).toEqual(NAMES);
});

test.each<[string, (slack: FakeChannel) => void]>([
  ['refused for itself each time', () => {}],
  [
    'in doubt, which no look ends',
    (slack) => {
      slack.find = () => Promise.reject(new ToolError('unknown', 'no answer'));
    },
  ],
])('one that is %s holds nobody', async (what, change) => {
  const { h, slack, roots } = await night();
  change(slack);
  const { send } = slack;
  const outcome = what.startsWith('refused') ? 'retry' : 'unknown';
  slack.send = (post, call) =>
    post.conversation === '#ops-critical' && post.message.title.includes('🔴 api')
      ? Promise.reject(new ToolError(outcome, 'not this one'))
      : send(post, call);
  await isDown(h, 'api');
  await h.advance(10 * MINUTE);
  await isDown(h, 'web');
  await h.advance(4 * SECOND);
  expect(roots()).toEqual(['web']);
});
