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

function roomPost(title: string) {
  return harness.slack.posts.find(
    ({ conversation, message }) => conversation.startsWith('#') && plainText(message).includes(title),
  );
}

test('a storm on one service is said at once, and then as one line and one header edit', async () => {
  const count = 500;
  await arrive(...Array.from({ length: count }, (_, index) => ({ title: `pod ${index} is down` })));
  await harness.advance(10_000);
  const lines = (await thread()).filter((post) => post.includes('Alert fired'));
  expect(lines).toEqual([
    expect.stringContaining('pod 1 is down, and 198 more alerts'),
    expect.stringContaining('pod 200 is down, and 299 more alerts'),
  ]);
  expect(harness.slack.posts.length).toBeLessThan(12);
  const header = roomPost('INCIDENT #1');
  expect(header && plainText(header.message)).toContain('500 alerts firing');
  const fired = (await harness.timeline(1)).filter((text) => text.includes('is down'));
  expect(fired).toHaveLength(count);
  expect((await harness.posts()).filter((post) => post.includes('📟'))).toHaveLength(1);
});

test('ten thousand alerts in a minute over twenty services: one incident, thread and page each, one write a second, nothing lost', async () => {
  const seconds = process.env.OPENCLAW_TEST_LONG ? 60 : 12;
  const perSecond = 180;
  // As Slack takes them.
  harness.slack.paceMs = 1000;
  const writes: number[] = [];
  harness.slack.onWrite = (conversation) => {
    if (conversation === '#ops-critical') writes.push(harness.clock.now());
  };
  for (let n = 1; n <= 20; n++)
    await harness.add('service', { name: `s${n}`, kind: 'app', bindings: {}, instances: [], dependsOn: [] });
  const begun = harness.clock.now();
  for (let second = 0; second < seconds; second++) {
    await arrive(
      ...Array.from({ length: perSecond }, (_, index) => ({
        title: `alert ${second}/${index}`,
        service: `s${(index % 20) + 1}`,
      })),
    );
    await harness.advance(1000);
  }
  // Before the next level of the escalation is due.
  await harness.advance(220_000);
  const closest = Math.min(...writes.slice(1).map((at, index) => at - (writes[index] ?? 0)));
  expect(closest).toBeGreaterThanOrEqual(1000);
  const incidents = await harness.store.read.incidents.list(100);
  expect(incidents).toHaveLength(20);
  const pagedAfterMs: number[] = [];
  const each = (seconds * perSecond) / 20;
  for (const { id } of incidents) {
    expect(await harness.store.read.alerts.ofIncident(id)).toHaveLength(each);
    const header = roomPost(`INCIDENT #${id} `);
    expect(header && plainText(header.message)).toContain(`${each} alerts firing`);
    // The first one opened it and is no news.
    const told = (await harness.store.read.posts.ofIncident(id))
      .map(({ message }) => /Alert fired: .*?(?:, and (\d+) more alerts)?$/.exec(message.title))
      .reduce((sum, found) => sum + (found ? 1 + Number(found[1] ?? 0) : 0), 0);
    expect(told).toBe(each - 1);
    const lines = (await harness.store.read.posts.ofIncident(id)).filter(({ message }) =>
      message.title.includes('Alert fired'),
    );
    expect(lines.length).toBeLessThanOrEqual(2 + seconds / 10);
    const record = await harness.store.read.timeline.ofIncident(id);
    const paged = record.filter(({ kind }) => kind === 'paged');
    expect(paged).toHaveLength(1);
    pagedAfterMs.push((paged[0]?.at ?? 0) - begun);
  }
  // Of the first; later ones to the same person are bundled.
  expect(Math.min(...pagedAfterMs)).toBeLessThanOrEqual(2000);
  expect(Math.max(...pagedAfterMs)).toBeLessThanOrEqual(32_000);
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
