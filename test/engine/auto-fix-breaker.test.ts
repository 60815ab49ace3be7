// When a fix counts as having worked, and what happens when it did not, twice.
import { afterEach, expect, test } from 'vitest';
import type { AutoFix } from '../../src/domain/resource.ts';
import { diskFix } from '../support/disk-fix.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let harness: Harness;
afterEach(() => harness.close());

async function withDiskFix(fix: Partial<AutoFix> = {}): Promise<Harness> {
  harness = await createHarness({ timers: true });
  harness.world.disk.percent = 50;
  await harness.add('auto-fix', diskFix({ cooldownMs: MINUTE, maxRuns: '20 per day', ...fix }));
  return harness;
}

/** It is this full now, and every run leaves it as full as that. */
function disk(percent: number, { after }: { after: number }): void {
  let now = percent;
  harness.world.disk = {
    mount: '/',
    get percent() {
      return now;
    },
    set percent(_freed) {
      now = after;
    },
  };
}

async function saying(text: string): Promise<string[]> {
  return (await harness.posts()).filter((post) => post.includes(text));
}

test('a run that brings the value just under the limit worked, however small the change', async () => {
  await withDiskFix();
  for (let runs = 1; runs <= 4; runs++) {
    disk(92, { after: 83 });
    await harness.advance(2 * MINUTE);
    expect(harness.world.effects).toHaveLength(runs);
  }
  expect(await saying('Disk usage of /: 83% (was 92%)')).toHaveLength(4);
});

test.each([
  ['leave it as it was', () => {}],
  ['fail', () => harness.world.faults.set('disk.remove-old-files', 'fail')],
  ['end in doubt', () => harness.world.faults.set('disk.remove-old-files', 'unknown')],
])('two runs that %s stop the fix for that target and page a person, once', async (_how, misbehave) => {
  await withDiskFix();
  disk(95, { after: 95 });
  for (let round = 0; round < 6; round++) {
    misbehave();
    await harness.advance(2 * MINUTE);
  }
  expect(await harness.store.read.executions.countFixRuns(0, 'Disk Cleanup')).toHaveLength(2);
  expect(await saying('📟 @sarah: 🛑 Disk Cleanup stopped for /')).toHaveLength(1);
  expect(await saying('#ops-info | 🛑 Disk Cleanup stopped for /')).toEqual([
    expect.stringContaining('did not clear disk_usage > 90%'),
  ]);
  expect((await harness.store.read.timeline.recent(100)).map(({ text }) => text)).toContainEqual(
    expect.stringContaining('Paged @sarah via slack'),
  );
});

test('that it stopped is told once, at two looks in one instant and with a clock that is set back', async () => {
  await withDiskFix();
  disk(95, { after: 95 });
  const pages = () => saying('📟 @sarah: 🛑 Disk Cleanup stopped for /');
  while ((await pages()).length === 0) await harness.advance(12_000);
  await harness.restart();
  await harness.settle();
  expect(await pages()).toHaveLength(1);
  harness.clock.advance(-2 * MINUTE);
  await harness.restart();
  await harness.settle();
  expect(await pages()).toHaveLength(1);
});

test('an edit of a stopped fix lets it run again, and two more in vain page again', async () => {
  await withDiskFix();
  disk(95, { after: 95 });
  await harness.advance(15 * MINUTE);
  expect(harness.world.effects).toHaveLength(2);
  const fix = await harness.store.read.resources.find('auto-fix', 'Disk Cleanup');
  await harness.store.write((tx) => tx.resources.update('auto-fix', fix?.id ?? 0, { enabled: true }));
  await harness.advance(15 * MINUTE);
  expect(harness.world.effects).toHaveLength(4);
  expect(await saying('📟 @sarah: 🛑 Disk Cleanup stopped')).toHaveLength(2);
});

test('where nobody can be paged, its room says so', async () => {
  await withDiskFix();
  for (const name of ['sarah', 'team-lead', 'engineering-manager']) {
    const contact = await harness.store.read.resources.find('contact', name);
    await harness.store.write((tx) => tx.resources.remove('contact', contact?.id ?? 0));
  }
  disk(95, { after: 95 });
  await harness.advance(15 * MINUTE);
  expect(await saying('Nobody could be paged')).toHaveLength(1);
});
