import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let h: Harness;
beforeEach(async () => {
  h = await createHarness();
});
afterEach(() => h.close());

const fire = (endsIn: number, fingerprint = 'f1') =>
  h.alert({
    title: `errors ${fingerprint}`,
    fingerprint,
    severity: 'critical',
    expiresAt: h.clock.now() + endsIn,
  });
const stateOf = async (fingerprint = 'f1') =>
  (await h.store.read.alerts.firing()).some((alert) => alert.fingerprint === fingerprint) ? 'firing' : 'over';

describe('an alert with an end of its own', () => {
  test('is over when it was not sent again', async () => {
    await fire(4 * MINUTE);
    await h.advance(4 * MINUTE - 1);
    expect(await stateOf()).toBe('firing');
    await h.advance(1);
    expect(await stateOf()).toBe('over');
    await h.advance(6 * MINUTE);
    expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
  });

  test('goes on while it is sent again', async () => {
    for (let minute = 0; minute < 12; minute += 1) {
      await fire(4 * MINUTE);
      await h.advance(MINUTE);
    }
    expect(await stateOf()).toBe('firing');
    await h.advance(3 * MINUTE);
    expect(await stateOf()).toBe('over');
  });

  test('of several, each has its own', async () => {
    await fire(9 * MINUTE, 'late');
    await fire(2 * MINUTE, 'early');
    await h.advance(2 * MINUTE);
    expect([await stateOf('early'), await stateOf('late')]).toEqual(['over', 'firing']);
    await h.advance(7 * MINUTE);
    expect(await stateOf('late')).toBe('over');
  });

  test('may be sent again first after the daemon was down', async () => {
    await fire(4 * MINUTE);
    await h.kill();
    await h.advance(60 * MINUTE);
    await h.restart();
    await h.settle();
    expect(await stateOf()).toBe('firing');
    await h.advance(4 * MINUTE);
    await fire(4 * MINUTE);
    await h.advance(3 * MINUTE);
    expect(await stateOf()).toBe('firing');
    await h.advance(MINUTE);
    expect(await stateOf()).toBe('over');
  });

  test('that its sender ends is over at once, and not once more later', async () => {
    await fire(4 * MINUTE);
    await h.alert({ title: 'errors f1', fingerprint: 'f1', status: 'resolved' });
    expect(await stateOf()).toBe('over');
    await h.advance(10 * MINUTE);
    const cleared = (await h.timeline(1)).filter((line) => line.includes('Alert cleared'));
    expect(cleared).toHaveLength(1);
  });
});
