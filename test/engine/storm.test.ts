// Very many alerts at once: one incident, a few posts, and nothing of the record lost.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { receiveAlerts } from '../../src/store/receive.ts';
import { incomingAlert } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function arrive(...alerts: Parameters<Harness['alert']>[0][]): Promise<void> {
  const now = harness.clock.now();
  await harness.store.write((tx) =>
    receiveAlerts(
      tx,
      alerts.map((alert) => {
        const body = incomingAlert({ deliveryKey: randomUUID(), service: 'api', ...alert }, now);
        return { source: 'Prometheus', key: body.deliveryKey, kind: 'alert' as const, body, receivedAt: now };
      }),
    ),
  );
  await harness.settle();
}

async function thread(): Promise<string[]> {
  return (await harness.posts()).filter((post) => post.startsWith('#ops-critical | '));
}

test('a storm on one service is one line and one header edit a batch', async () => {
  const count = 500;
  await arrive(...Array.from({ length: count }, (_, index) => ({ title: `pod ${index} is down` })));
  const lines = (await thread()).filter((post) => post.includes('Alert fired'));
  expect(lines).toEqual([
    expect.stringContaining('pod 1 is down, and 198 more alerts'),
    expect.stringContaining('pod 200 is down, and 199 more alerts'),
    expect.stringContaining('pod 400 is down, and 99 more alerts'),
  ]);
  expect(harness.slack.posts.length).toBeLessThan(12);
  const header = harness.slack.posts.find(({ message }) => message.title.includes('INCIDENT #1'));
  expect(header && plainText(header.message)).toContain('500 alerts firing');
  const fired = (await harness.timeline(1)).filter((text) => text.includes('is down'));
  expect(fired).toHaveLength(count);
  expect((await harness.posts()).filter((post) => post.includes('📟'))).toHaveLength(1);
});

test('what happens in one batch is told in its order', async () => {
  await arrive(
    { title: 'a' },
    { title: 'b', notes: ['3 alerts were cut off'] },
    { title: 'a', status: 'resolved' },
    { title: 'b', status: 'resolved' },
    { title: 'c' },
  );
  const [, ...posts] = await thread();
  expect(posts.filter((post) => !post.includes('On-call') && !post.includes('🤔'))).toEqual([
    '#ops-critical | 🔴 Alert fired: b',
    '#ops-critical | 3 alerts were cut off',
    '#ops-critical | Alert cleared: b. Resolves by itself in 5m if it stays so.',
    '#ops-critical | 🔴 Alert fired: c',
  ]);
});
