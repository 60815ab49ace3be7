// A fix that cannot do its work says so once, and answers a person who asks for it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskFix } from '../support/disk-fix.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let harness: Harness;
beforeEach(async () => {
  harness = await createHarness({ timers: true });
  harness.world.disk.percent = 95;
  await harness.add('auto-fix', diskFix({ cooldownMs: 5 * MINUTE }));
});
afterEach(() => harness.close());

async function saying(text: string): Promise<string[]> {
  return (await harness.posts()).filter((post) => post.includes(text));
}

test('a source that cannot look first is named once, and no job is put aside', async () => {
  for (let polls = 0; polls < 8; polls++) {
    harness.world.faults.set('disk.remove-old-files.inspect', 'fail');
    await harness.advance(15_000);
  }
  expect(await saying('could not be prepared')).toEqual([expect.stringContaining('injected fail')]);
  expect((await harness.store.read.jobs.counts()).dead).toBe(0);
  expect(harness.logs.filter(({ event }) => event === 'job-retry')).toEqual([]);
  harness.world.faults.clear();
  await harness.advance(2 * MINUTE);
  expect(harness.world.effects).toHaveLength(1);
});

test('/retry of a step in doubt is answered, and says why it does not run at once', async () => {
  harness.world.faults.set('disk.remove-old-files', 'unknown');
  await harness.advance(20_000);
  expect(await saying('nobody knows what became of it')).toHaveLength(1);
  expect(await harness.say('@sarah', '/retry 1')).toContain(
    'it was not done. Disk Cleanup is measured again',
  );
  expect(await saying('#ops-info | Disk Cleanup on /: not now, it ran')).toHaveLength(1);
  await harness.advance(6 * MINUTE);
  expect(harness.world.effects).toHaveLength(1);
});

test('/retry when the condition is over says that there is nothing to do', async () => {
  harness.world.faults.set('disk.remove-old-files', 'unknown');
  await harness.advance(20_000);
  harness.world.disk.percent = 40;
  await harness.say('@sarah', '/retry 1');
  expect(await saying('nothing to do, disk_usage is 40%')).toHaveLength(1);
});

test('facts that cannot be read again promise no plan that nobody makes', async () => {
  await harness.store.write((tx) => tx.jobs.cancel('poll'));
  await harness.store.write((tx) =>
    tx.jobs.add('auto-fix', { name: 'Disk Cleanup', source: 'AWS Production', target: '/', service: null }),
  );
  // The plan is made; then the source falls silent.
  let looks = 0;
  const { get } = harness.world.faults;
  harness.world.faults.get = (key) => {
    if (key === 'disk.remove-old-files.inspect' && ++looks === 2) return 'fail';
    return get.call(harness.world.faults, key);
  };
  await harness.settle();
  expect(await saying('It is planned afresh')).toEqual([]);
  expect(await saying('It is measured again after its cooldown')).toHaveLength(1);
});
