// Posts through a channel that fails in every way a channel can.
import { describe, expect, onTestFinished, test } from 'vitest';
import { ToolError, type ToolOutcome } from '../../src/domain/errors.ts';
import { createFakeChannel, type FakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { letPass } from '../support/let-pass.ts';

const MINUTE = 60_000;

async function harness(change: (slack: FakeChannel) => void): Promise<{ h: Harness; slack: FakeChannel }> {
  const slack = createFakeChannel('slack');
  change(slack);
  const h = await createHarness({ channels: [slack] });
  onTestFinished(() => h.close());
  return { h, slack };
}

const states = async (h: Harness) =>
  (await h.store.read.posts.changedSince(0, 100)).map(({ state }) => state);
const dead = async (h: Harness) => (await h.store.read.jobs.counts()).dead;

/** Throws the first `times`, then works. */
function faulty<A extends unknown[], R>(
  call: (...args: A) => Promise<R>,
  make: () => unknown,
  times: number,
) {
  let left = times;
  return async (...args: A): Promise<R> => {
    if (left-- > 0) throw make();
    return call(...args);
  };
}

const fetchFailed = () => new TypeError('fetch failed');

describe('a page', () => {
  test('is sent again for as long as it takes, whatever the channel throws', async () => {
    const { h, slack } = await harness((channel) => {
      channel.send = faulty(channel.send, fetchFailed, 40);
    });
    await h.alert({ title: 'api is down', service: 'api' });
    await h.advance(60 * MINUTE);
    const pages = slack.posts.filter(({ conversation }) => conversation === 'U-sarah');
    expect(pages[0]?.message.title).toContain('api is down');
    expect(pages[0]?.message.title).toContain('(possible repeat)');
    expect(await dead(h)).toBe(0);
  });
});

describe('a post nobody knows the fate of', () => {
  test.each<[string, () => unknown]>([
    ['does not answer', () => new ToolError('unknown', 'no answer')],
    ['is refused', () => new ToolError('failed', 'no such room')],
    ['is too early', () => new ToolError('retry', 'slow down')],
    ['fails with a bug', fetchFailed],
  ])('is looked for until the look works, though it first %s', async (_, make) => {
    const { h, slack } = await harness((channel) => {
      channel.faults.push('lost');
      if (channel.find) channel.find = faulty(channel.find, make, 6);
    });
    await h.say('@sarah', '/help');
    await h.advance(30 * MINUTE);
    expect(slack.posts).toHaveLength(1);
    expect(await states(h)).toEqual(['sent']);
    expect(await dead(h)).toBe(0);
  });

  test('is looked for again where ten minutes of looks told nothing', async () => {
    let isAnswered = false;
    const { h, slack } = await harness((channel) => {
      const { find } = channel;
      channel.faults.push('lost');
      channel.find = async (post, call) => {
        if (!isAnswered) throw new ToolError('unknown', 'answered 500');
        return (await find?.(post, call)) ?? null;
      };
    });
    // What waited out an outage before its doubt is no older for that.
    slack.down = true;
    await h.say('@sarah', '/help');
    await h.advance(40 * MINUTE);
    slack.down = false;
    await h.advance(10 * MINUTE);
    expect(await states(h)).toEqual(['unknown']);
    isAnswered = true;
    await h.advance(10 * MINUTE);
    expect(await states(h)).toEqual(['sent']);
    expect(slack.posts).toHaveLength(1);
  });

  test('is unknown in the end where the look never works, and its lane goes on', async () => {
    const { h, slack } = await harness((channel) => {
      channel.faults.push('lost');
      channel.find = () => Promise.reject(new ToolError('unknown', 'no answer'));
    });
    await h.say('@sarah', '/help');
    await h.say('@sarah', '/help');
    await h.advance(30 * MINUTE);
    expect(await states(h)).toEqual(['unknown', 'sent']);
    expect(slack.posts).toHaveLength(2);
    expect(await dead(h)).toBe(0);
  });
});

describe('an edit', () => {
  const edited = async (h: Harness, within = 30 * MINUTE) => {
    await h.alert({ title: 'api is down', service: 'api' });
    // For longer than it is tried: its end would be an edit of its own.
    await h.say('@sarah', '/ack 1 26h');
    await letPass(h, within);
    return (await h.store.read.posts.changedSince(0, 10_000)).find(({ id }) => id === 1);
  };

  test.each<[string, number, () => unknown]>([
    ['an answer that was lost', 15, () => new ToolError('unknown', 'no answer')],
    ['a bug', 6, fetchFailed],
    ['being too early', 15, () => new ToolError('retry', 'slow down')],
  ])('is made again after %s', async (_, times, make) => {
    const { h, slack } = await harness((channel) => {
      if (channel.edit) channel.edit = faulty(channel.edit, make, times);
    });
    const post = await edited(h);
    expect(post?.state).toBe('sent');
    expect(post?.sentRevision).toBe(post?.revision);
    const [header] = slack.posts.filter(({ conversation }) => conversation.startsWith('#'));
    expect(header?.edits).toBeGreaterThan(0);
    expect(await dead(h)).toBe(0);
  });

  test.each<[ToolOutcome, number]>([
    ['failed', 30 * MINUTE],
    ['unknown', 25 * 60 * MINUTE],
  ])('that never works (%s) says so and stops', async (outcome, within) => {
    const { h } = await harness((channel) => {
      channel.edit = () => Promise.reject(new ToolError(outcome, 'the message is gone'));
    });
    const post = await edited(h, within);
    expect(post).toMatchObject({ state: 'failed', error: 'the message is gone' });
    expect(await dead(h)).toBe(0);
  });
});

describe('a chat that is back after an outage', () => {
  const said = (slack: FakeChannel) => slack.posts.map(({ message }) => message.title);

  test('is told everything in its order, with the times at which it was said, one a second', async () => {
    const { h, slack } = await harness((channel) => {
      channel.down = true;
    });
    await h.alert({ title: 'api is down', service: 'api' });
    await h.advance(MINUTE);
    await h.say('@sarah', '/ack 1');
    await h.say('@sarah', '/incident note 1 it is the cache');
    await h.advance(3 * 60 * MINUTE);
    expect(said(slack)).toEqual([]);
    slack.down = false;
    const thread = async () =>
      (await h.store.read.posts.ofIncident(1)).filter(({ conversation }) => conversation.startsWith('#'));
    const waiting = new Set((await thread()).map(({ eventId }) => eventId));
    const inThread = (eventId: string) => waiting.has(eventId);
    const arrived: [number, string][] = [];
    const { send } = slack;
    slack.send = (post, call) => {
      if (inThread(post.eventId)) arrived.push([h.clock.now(), post.message.title]);
      return send(post, call);
    };
    await h.advance(3 * MINUTE);
    const stored = await thread();
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.map(({ state }) => state)).toEqual(stored.map(() => 'sent'));
    expect(arrived.map(([, title]) => title.replace(/^\(\d\d:\d\d UTC\) /, ''))).toEqual(
      stored.map(({ message }) => message.title),
    );
    expect(arrived[0]?.[1]).toMatch(/^\(03:14 UTC\) 🔴 api — down$/);
    const times = arrived.map(([at]) => at);
    for (const [index, at] of times.entries())
      expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  test('after a day is not asked any more', async () => {
    const { h, slack } = await harness((channel) => {
      channel.down = true;
    });
    await h.say('@sarah', '/help');
    await letPass(h, 25 * 60 * MINUTE);
    slack.down = false;
    expect(await states(h)).toEqual(['failed']);
  });

  test('gets the posts of many threads one a second', async () => {
    const { h, slack } = await harness((channel) => {
      channel.down = true;
    });
    for (let n = 0; n < 6; n++) await h.alert({ title: `s${n} is down`, service: `s${n}` });
    await h.say('@sarah', '/incident severity 1 warning');
    await h.advance(30 * MINUTE);
    slack.down = false;
    const perSecond = new Map<number, number>();
    const { send } = slack;
    slack.send = (post, call) => {
      const second = Math.floor(h.clock.now() / 1000);
      if (post.conversation === '#ops-critical') perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      return send(post, call);
    };
    await h.advance(10 * MINUTE);
    const rooms = (await h.store.read.posts.changedSince(0, 1000)).filter(
      ({ conversation, lane }) => conversation === '#ops-critical' && lane !== 'page',
    );
    expect(rooms.filter(({ state }) => state !== 'sent')).toEqual([]);
    expect(Math.max(...perSecond.values())).toBe(1);
  });
});

describe('a chat with a pace', () => {
  async function paced() {
    const writes: { at: number; what: string }[] = [];
    const { h, slack } = await harness((channel) => {
      channel.paceMs = 1000;
    });
    const room = (conversation: string) => conversation === '#ops-critical';
    slack.onWrite = (conversation) => {
      if (room(conversation))
        writes.push({
          at: h.clock.now(),
          what: slack.posts.findLast((post) => room(post.conversation))?.message.title ?? '',
        });
    };
    return { h, slack, writes };
  }

  test('gets one write a second in each room, answers first, and every post in the end', async () => {
    const { h, writes } = await paced();
    await h.alert({ title: 'api is down', service: 'api' });
    expect(writes).toHaveLength(1);
    await h.say('sarah', '/status');
    await h.advance(1000);
    expect(writes[1]?.what).toContain('open incident');
    await h.advance(MINUTE);
    const gaps = writes.slice(1).map(({ at }, index) => at - (writes[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    expect(await states(h)).toSatisfy((all: string[]) => all.every((state) => state === 'sent'));
    expect(await dead(h)).toBe(0);
  });

  test('has pages at once', async () => {
    const { h, slack } = await paced();
    await h.alert({ title: 'api is down', service: 'api' });
    expect(slack.posts.filter(({ conversation }) => conversation === 'U-sarah')).toHaveLength(1);
  });

  test('is written to again after its clock was set back', async () => {
    const { h, writes } = await paced();
    await h.alert({ title: 'api is down', service: 'api' });
    h.clock.advance(-3_600_000);
    await h.advance(5000);
    expect(writes.length).toBeGreaterThan(1);
  });

  test('does not wait for a post that cannot use its turn', async () => {
    const { h, slack, writes } = await paced();
    slack.faults.push('retry', 'retry', 'retry', 'retry', 'retry');
    await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'web is down', service: 'web' });
    await h.advance(5 * MINUTE);
    expect(writes.some(({ what }) => what.includes('web is down'))).toBe(true);
    expect(writes.some(({ what }) => what.includes('api — down'))).toBe(true);
  });
});
