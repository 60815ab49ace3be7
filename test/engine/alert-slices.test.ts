// A commit keeps every sender waiting, so a batch of alerts ends after some milliseconds, wherever it stands by then.
import { expect, onTestFinished, test } from 'vitest';
import { receiveAlerts } from '../../src/store/receive.ts';
import { incomingAlert } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const ALERTS = 60;

/** Works through them while time passes with each look at it. `taken`: of each commit that took any, how many. */
async function workedThrough(eachCommit: () => void = () => {}): Promise<{ h: Harness; taken: number[] }> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  const { clock, store } = h;
  const entries = Array.from({ length: ALERTS }, (_, n) => {
    const told = { title: 'api is slow', deliveryKey: `a${n}`, fingerprint: `f${n}`, service: 'api' };
    const alert = incomingAlert(told, clock.now());
    return {
      source: 'Prod',
      key: alert.deliveryKey,
      kind: 'alert' as const,
      body: alert,
      receivedAt: clock.now(),
    };
  });
  await store.write((tx) => receiveAlerts(tx, entries));
  let waiting = ALERTS;
  const taken: number[] = [];
  const write = store.write.bind(store);
  store.write = (work) =>
    write(async (tx) => {
      const value = await work(tx);
      const left = (await tx.inbox.unhandled('alert', ALERTS)).length;
      if (left < waiting) {
        taken.push(waiting - left);
        eachCommit();
      }
      waiting = left;
      return value;
    });
  const now = clock.now;
  clock.now = () => {
    clock.advance(1);
    return now();
  };
  await h.advance(0);
  return { h, taken };
}

test('a batch that takes its time is several commits, and every alert is taken once', async () => {
  const { h, taken } = await workedThrough();
  expect(Math.max(...taken)).toBeLessThan(30);
  expect(taken.reduce((sum, some) => sum + some, 0)).toBe(ALERTS);
  const alerts = await h.store.read.alerts.ofIncident(1);
  expect(alerts).toHaveLength(ALERTS);
  expect(alerts.every(({ count }) => count === 1)).toBe(true);
});

test('between two batches the loop turns often enough for those who knock', async () => {
  let turns = 0;
  let over = false;
  const turn = () => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  const at: number[] = [];
  setImmediate(turn);
  await workedThrough(() => at.push(turns));
  over = true;
  const between = at.slice(1).map((count, index) => count - (at[index] ?? 0));
  expect(between.length).toBeGreaterThan(0);
  expect(Math.min(...between)).toBeGreaterThanOrEqual(16);
});
