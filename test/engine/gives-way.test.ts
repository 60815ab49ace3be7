// While alerts pour in, taking them in goes before working through them: little at a time, and nothing forgotten.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { receiveAlerts } from '../../src/store/receive.ts';
import { incomingAlert } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

async function flooded(count: number): Promise<{ h: Harness; flood: { on: boolean } }> {
  const flood = { on: true };
  const h = await createHarness({ givesWay: () => flood.on });
  onTestFinished(() => h.close());
  const now = h.clock.now();
  await h.store.write((tx) =>
    receiveAlerts(
      tx,
      Array.from({ length: count }, (_, index) => {
        const body = incomingAlert(
          { deliveryKey: randomUUID(), title: `pod ${index} is down`, service: 'api' },
          now,
        );
        return { source: 'Prometheus', key: body.deliveryKey, kind: 'alert' as const, body, receivedAt: now };
      }),
    ),
  );
  return { h, flood };
}

const waiting = (h: Harness) => h.store.read.inbox.countUnhandled();

test('a flood is worked through twenty at a time, with a pause after each', async () => {
  const { h } = await flooded(70);
  await h.settle();
  expect(await waiting(h)).toBe(50);
  await h.advance(39);
  expect(await waiting(h)).toBe(50);
  await h.advance(1);
  expect(await waiting(h)).toBe(30);
  await h.advance(200);
  expect(await waiting(h)).toBe(0);
  expect(await h.store.read.alerts.ofIncident(1)).toHaveLength(70);
});

test('the page of its first alert does not wait', async () => {
  const { h } = await flooded(70);
  await h.settle();
  expect(h.slack.posts.filter(({ conversation }) => conversation === 'U-sarah')).toHaveLength(1);
});

test('when it is over the rest is worked through at once', async () => {
  const { h, flood } = await flooded(900);
  await h.settle();
  flood.on = false;
  await h.advance(40);
  expect(await waiting(h)).toBe(0);
});
