// A thousand triggers at once, for one target and for a thousand: never one run more than was agreed to.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Resource } from '../../src/domain/resource.ts';
import { diskFix } from '../support/disk-fix.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SOURCE = 'AWS Production';
const MINUTE = 60_000;

let h: Harness;
let fix: Resource<'auto-fix'>;
beforeEach(async () => {
  h = await createHarness();
  await h.add('auto-fix', diskFix({ cooldownMs: 1000, maxRuns: '3 per day' }));
  const stored = await h.store.read.resources.find('auto-fix', 'Disk Cleanup');
  if (!stored) throw new Error('the fix is gone');
  fix = stored;
});
afterEach(() => h.close());

const trigger = (count: number) =>
  h.store.write(async (tx) => {
    for (let each = 0; each < count; each += 1)
      await tx.jobs.add('auto-fix', { name: fix.name, source: SOURCE, target: '/', service: null });
  });

/** Full again, until a run frees it. */
function full(): void {
  let now = 95;
  h.world.disk = {
    mount: '/',
    get percent() {
      return now;
    },
    set percent(_freed) {
      now = 50;
    },
  };
}

test('a thousand triggers for one target are one run', async () => {
  await trigger(1000);
  await h.settle();
  expect(h.world.effects).toHaveLength(1);
  expect(await h.store.read.plans.ofAutoFix(fix.name, null, 2000)).toHaveLength(1);
});

test('however often it is triggered, it runs three times a day, also across restarts', async () => {
  for (let round = 0; round < 8; round += 1) {
    full();
    await trigger(20);
    await h.settle();
    await h.advance(2 * MINUTE);
    if (round === 3) await h.restart();
  }
  expect(h.world.effects).toHaveLength(3);
  full();
  await h.advance(24 * 60 * MINUTE);
  await trigger(1);
  await h.settle();
  expect(h.world.effects).toHaveLength(4);
});

test('an alert makes us look at once, and what it says is nothing a fix runs on', async () => {
  await h.close();
  h = await createHarness({ timers: true });
  h.world.disk.percent = 50;
  await h.add('auto-fix', fix.spec);
  await h.advance(20_000);
  full();
  const at = h.clock.now();
  await h.alert({ title: 'disk full', severity: 'info' });
  await h.advance(1000);
  expect(h.world.effects).toHaveLength(1);
  expect(h.clock.now() - at).toBeLessThan(5000);
  // It claims a full disk that is not full.
  await h.alert({ title: 'disk_usage 99%', severity: 'info', value: 99 });
  await h.advance(5000);
  expect(h.world.effects).toHaveLength(1);
});
