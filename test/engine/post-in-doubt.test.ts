// What stays known of a post in doubt, whatever else goes wrong before it is cleared up.
import { describe, expect, onTestFinished, test } from 'vitest';
import { ToolError, type ToolOutcome } from '../../src/domain/errors.ts';
import { createFakeChannel, type FakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function scene(): Promise<{ h: Harness; slack: FakeChannel }> {
  const slack = createFakeChannel('slack');
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  return { h, slack };
}

const states = async (h: Harness) =>
  (await h.store.read.posts.changedSince(0, 100)).map(({ state }) => state);

describe('a long outage uses up no try of a post', () => {
  /** Six of the eight tries that a post in doubt has. */
  function doubtful(slack: FakeChannel): void {
    const { find } = slack;
    let left = 6;
    slack.find = async (post, call) => {
      if (slack.down) throw new ToolError('retry', 'slack is down');
      if (left-- > 0) throw new ToolError('unknown', 'no answer');
      return (await find?.(post, call)) ?? null;
    };
  }

  test('that is in doubt once the outage is over', async () => {
    const { h, slack } = await scene();
    doubtful(slack);
    slack.down = true;
    await h.say('@sarah', '/help');
    await h.advance(3 * HOUR);
    slack.down = false;
    slack.faults.push('lost');
    await h.advance(30 * MINUTE);
    expect(await states(h)).toEqual(['sent']);
    expect(slack.posts).toHaveLength(1);
  });

  test('that was in doubt when the outage began', async () => {
    const { h, slack } = await scene();
    doubtful(slack);
    slack.faults.push('lost');
    slack.onWrite = () => {
      slack.down = true;
    };
    await h.say('@sarah', '/help');
    await h.advance(3 * HOUR);
    expect(await states(h)).toEqual(['unknown']);
    slack.down = false;
    await h.advance(30 * MINUTE);
    expect(await states(h)).toEqual(['sent']);
    expect(slack.posts).toHaveLength(1);
  });
});

test.each<[string, () => ToolError]>([
  ['archived', () => new ToolError('failed', 'is_archived', { mendable: 'room' })],
  ['out of reach', () => new ToolError('retry', 'cannot be reached')],
])('while the room of a post in doubt is %s no look for it counts', async (_, refused) => {
  const { h, slack } = await scene();
  const { find } = slack;
  let told: (() => ToolError) | null = refused;
  slack.faults.push('lost');
  slack.find = async (post, call) => {
    if (told) throw told();
    return (await find?.(post, call)) ?? null;
  };
  await h.say('@sarah', '/help');
  await h.advance(HOUR);
  told = () => new ToolError('unknown', 'answered 500');
  await h.advance(10 * MINUTE);
  expect(await states(h)).toEqual(['unknown']);
  told = null;
  await h.advance(10 * MINUTE);
  expect(await states(h)).toEqual(['sent']);
  expect(slack.posts).toHaveLength(1);
});

describe('a page that may be there', () => {
  /** Titles of what the tries of one page said, in order. */
  async function paged(...outcomes: ToolOutcome[]): Promise<string[]> {
    const { h, slack } = await scene();
    const said: { eventId: string; title: string }[] = [];
    const { send } = slack;
    slack.send = async (post, call) => {
      if (post.conversation !== 'U-sarah') return send(post, call);
      said.push({ eventId: post.eventId, title: post.message.title });
      const outcome = outcomes[said.length - 1];
      if (outcome) throw new ToolError(outcome, `it answered ${outcome}`, { retryAfterMs: 1000 });
      return send(post, call);
    };
    await h.alert({ title: 'api is down', service: 'api' });
    await h.advance(20_000);
    expect(new Set(said.map(({ eventId }) => eventId)).size).toBe(1);
    expect(said).toHaveLength(outcomes.length + 1);
    return said.map(({ title }) => (title.startsWith('(possible repeat)') ? 'perhaps again' : 'first'));
  }

  test('is marked as a possible repeat after it was throttled too', async () => {
    expect(await paged('unknown', 'retry')).toEqual(['first', 'perhaps again', 'perhaps again']);
    expect(await paged('unknown', 'retry', 'retry')).toEqual([
      'first',
      'perhaps again',
      'perhaps again',
      'perhaps again',
    ]);
  });

  test('is not marked where it was throttled alone', async () => {
    expect(await paged('retry', 'retry')).toEqual(['first', 'first', 'first']);
  });
});
