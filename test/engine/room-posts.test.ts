// Warnings without an incident: a few are posts of their own, and many share one.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

const warn = (n: number, more: Partial<Parameters<Harness['alert']>[0]> = {}) =>
  harness.alert({ title: `pod ${n} is slow`, fingerprint: `pod-${n}`, severity: 'warning', ...more });
const texts = () => harness.slack.posts.map(({ message }) => plainText(message));

test('the first few are posts, and what comes within seconds of them is one', async () => {
  for (let n = 1; n <= 37; n++) await warn(n);
  expect(texts().slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((n) => `🟡 pod ${n} is slow`));
  expect(texts()).toHaveLength(6);
  const [title, , ...lines] = (texts()[5] ?? '').split('\n');
  expect(title).toBe('🟡 32 alerts since 03:14 UTC');
  expect(lines).toHaveLength(11);
  expect(lines[0]).toContain('pod 37 is slow');
  expect(lines.at(-1)).toContain('and 22 more: openclaw audit list --since 1h');
});

test('all in one batch are counted exactly', async () => {
  const now = harness.clock.now();
  await harness.store.write(async (tx) => {
    const { receiveAlerts } = await import('../../src/store/receive.ts');
    const { incomingAlert } = await import('../support/events.ts');
    const bodies = Array.from({ length: 1200 }, (_, n) =>
      incomingAlert(
        { deliveryKey: `k${n}`, fingerprint: `f${n}`, title: `pod ${n} is slow`, severity: 'warning' },
        now,
      ),
    );
    return receiveAlerts(
      tx,
      bodies.map((body) => ({
        source: 'Prometheus',
        key: body.deliveryKey,
        kind: 'alert' as const,
        body,
        receivedAt: now,
      })),
    );
  });
  await harness.settle();
  const counts = texts()
    .slice(5)
    .map((text) => Number(/^🟡 (\d+) alerts/.exec(text)?.[1]));
  expect(counts).toEqual([500, 500, 195]);
});

test('it says what cleared, what is worst, and when all of it is over', async () => {
  for (let n = 1; n <= 8; n++) await warn(n, n === 7 ? { severity: 'info' } : {});
  await warn(8, { status: 'resolved' });
  const shared = () => (texts().find((text) => text.includes(' alerts since')) ?? '').split('\n');
  // The info went to its own room, where it was the first.
  expect(harness.slack.posts.map(({ conversation }) => conversation)).toContain('#ops-info');
  expect(shared()[0]).toContain('2 alerts since 03:14 UTC, 1 still firing');
  expect(shared().slice(2).join('\n')).toMatch(/🟡 pod 6 is slow.*✅ pod 8 is slow/s);
  await warn(6, { status: 'resolved' });
  expect(shared()[0]).toContain('✅ 2 alerts since 03:14 UTC, all cleared');
});

test('after a quiet moment the next one is a post of its own, and soon after many another list', async () => {
  for (let n = 1; n <= 7; n++) await warn(n);
  expect(texts()).toHaveLength(6);
  await harness.advance(11_000);
  await warn(8);
  expect(texts().at(-1)).toBe('🟡 pod 8 is slow');
  await harness.advance(11 * 60_000);
  for (let n = 9; n <= 15; n++) await warn(n);
  expect(texts()).toHaveLength(7 + 6);
  expect(texts().at(-1)).toContain('🟡 2 alerts since');
});

test('one that is sent again changes nothing but its count', async () => {
  for (let n = 1; n <= 8; n++) await warn(n);
  const before = texts();
  await warn(8);
  expect(texts()).toEqual(before);
  expect(before.at(-1)).toContain('3 alerts since');
});
