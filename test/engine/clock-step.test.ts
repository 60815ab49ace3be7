// A clock set back between two lives of the daemon takes the timers with it.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { followClockSinceLastLife } from '../../src/engine/clock-step.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { createTestClock } from '../support/clock.ts';

const HOUR = 3_600_000;

test.each([
  ['by an hour: timers come forward by it', HOUR, HOUR],
  ['by half a minute: less than the heartbeat is old', 30_000, 0],
  ['forward, or down for long: nothing to do', -HOUR, 0],
])('%s', async (_what, ahead, moved) => {
  const clock = createTestClock();
  const now = clock.now();
  const store = await openStore({ file: join(temporaryFolder(), 'openclaw.db'), clock });
  onTestFinished(() => store.close());
  await store.write(async (tx) => {
    await tx.settings.set('heartbeat', { at: now + ahead, pid: 1, startedAt: 0 });
    await tx.jobs.set('escalate', {}, { key: 'escalate:1', runAt: now + 2 * HOUR });
  });
  expect(await store.write((tx) => followClockSinceLastLife(tx, now))).toBe(moved);
  expect((await store.read.jobs.findQueued('escalate:1'))?.runAt).toBe(now + 2 * HOUR - moved);
  const warnings = await store.read.settings.get('warnings');
  expect(warnings.map(({ key }) => key)).toEqual(moved > 0 ? ['clock-stepped-back'] : []);
  if (moved > 0) expect(warnings[0]?.text).toContain('set back by 1h');
});

test('the first start has nothing to compare with', async () => {
  const clock = createTestClock();
  const store = await openStore({ file: join(temporaryFolder(), 'openclaw.db'), clock });
  onTestFinished(() => store.close());
  expect(await store.write((tx) => followClockSinceLastLife(tx, clock.now()))).toBe(0);
});
