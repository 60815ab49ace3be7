// A commit keeps every sender waiting, so a batch of alerts ends after some milliseconds, wherever it stands by then.
import { expect, onTestFinished, test } from 'vitest';
import { receiveAlerts } from '../../src/store/receive.ts';
import { incomingAlert } from '../support/events.ts';
import { createHarness } from '../support/harness.ts';

test('a batch that takes its time is several commits, and every alert is taken once', async () => {
  const h = await createHarness();
  onTestFinished(() => h.close());
  const { clock, store } = h;
  const entries = Array.from({ length: 60 }, (_, n) => {
    const alert = incomingAlert(
      { title: 'api is slow', deliveryKey: `a${n}`, fingerprint: `f${n}`, service: 'api' },
      clock.now(),
    );
    return {
      source: 'Prod',
      key: alert.deliveryKey,
      kind: 'alert' as const,
      body: alert,
      receivedAt: clock.now(),
    };
  });
  await store.write((tx) => receiveAlerts(tx, entries));
  const waiting: number[] = [60];
  const write = store.write.bind(store);
  store.write = (work) =>
    write(async (tx) => {
      const value = await work(tx);
      waiting.push((await tx.inbox.unhandled('alert', 100)).length);
      return value;
    });
  // Time passes with each look at it.
  const now = clock.now;
  clock.now = () => {
    clock.advance(1);
    return now();
  };
  await h.advance(0);
  const steps = waiting.slice(1).map((left, index) => (waiting[index] ?? 0) - left);
  expect(Math.max(...steps)).toBeLessThan(30);
  expect(steps.reduce((sum, step) => sum + step, 0)).toBe(60);
  const alerts = await store.read.alerts.ofIncident(1);
  expect(alerts).toHaveLength(60);
  expect(alerts.every(({ count }) => count === 1)).toBe(true);
});
