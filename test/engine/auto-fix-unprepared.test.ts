// A fix whose preparation fails is tried ever more seldom, each target by itself, and a restart changes nothing of that.
import fc from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { unpreparedIn, waitAfter } from '../../src/domain/unprepared.ts';
import { runCli } from '../cli/run-cli.ts';
import { diskFix } from '../support/disk-fix.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const INSPECT = 'disk.remove-old-files.inspect';
let h: Harness;
/** Seconds since the beginning. */
let looks: number[];
let broken: boolean;
let startedAt: number;

beforeEach(async () => {
  h = await createHarness({ timers: ['poll'] });
  onTestFinished(() => h.close());
  looks = [];
  broken = true;
  h.world.disk.percent = 95;
  const { get } = h.world.faults;
  h.world.faults.get = (key) => {
    if (key !== INSPECT) return get.call(h.world.faults, key);
    looks.push((h.clock.now() - startedAt) / SECOND);
    return broken ? 'fail' : undefined;
  };
  await h.add('auto-fix', diskFix({ cooldownMs: 5 * MINUTE }));
  startedAt = h.clock.now();
});

/** Between one try and the next, in minutes. */
const waits = () => looks.slice(1).map((at, index) => (at - (looks[index] ?? 0)) / 60);
const runs = async (...flags: string[]) =>
  runCli(['auto-fix', 'runs', 'Disk Cleanup', ...flags], { stateDir: h.stateDir, now: h.clock.now() });

test('after 1, 2, 4, 8, 16 minutes, and from then on every half an hour', async () => {
  await h.advance(2 * 60 * MINUTE);
  expect(waits()).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect((await h.posts()).filter((post) => post.includes('could not be prepared'))).toEqual([
    expect.stringContaining('tried again in 1m, then ever more seldom, but at least every 30m'),
  ]);
});

test('exact across restarts and an outage', async () => {
  await h.advance(0);
  for (let lives = 0; lives < 59; lives++) {
    await h.restart();
    await h.advance(15 * SECOND);
  }
  expect(waits()).toEqual([1, 2, 4]);
  await h.kill();
  h.clock.advance(3 * 60 * MINUTE);
  await h.start();
  await h.settle();
  // The one that is due, and not those that were missed.
  expect(looks).toHaveLength(5);
  await h.advance(16 * MINUTE - 1);
  expect(looks).toHaveLength(5);
  await h.advance(1);
  expect(looks).toHaveLength(6);
});

test('`auto-fix runs` says how often it failed, why, and when it is tried next', async () => {
  await h.advance(2 * MINUTE);
  const { stdout, stderr } = await runs();
  expect(stdout).toMatch(
    /^! \/ of AWS Production could not be prepared 2 times in a row, last 1m ago: .*injected fail.*; next try \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(in 1m\)\n$/,
  );
  expect(stderr).toBe('');
  const { notPrepared } = (await runs('--json')).json() as { notPrepared: unknown };
  expect(notPrepared).toEqual([
    {
      source: 'AWS Production',
      target: '/',
      service: null,
      failures: 2,
      failedAt: new Date(startedAt + MINUTE).toISOString(),
      why: expect.stringContaining('injected fail'),
      nextTryAt: new Date(startedAt + 3 * MINUTE).toISOString(),
    },
  ]);
  expect((await runs('--target', '/var', '--json')).json()).toMatchObject({ notPrepared: [] });
});

test('works at the next try once its source is back, and nothing is said of it any more', async () => {
  await h.advance(2 * MINUTE);
  broken = false;
  await h.advance(MINUTE);
  expect(h.world.effects).toHaveLength(1);
  expect((await runs('--json')).json()).toMatchObject({ notPrepared: [] });
});

test.each<[string, () => Promise<void>]>([
  [
    'an edit of the fix',
    () =>
      h.store.write(async (tx) => {
        const fix = await tx.resources.find('auto-fix', 'Disk Cleanup');
        if (fix)
          await tx.resources.update('auto-fix', fix.id, { spec: { ...fix.spec, cooldownMs: 6 * MINUTE } });
      }),
  ],
  [
    'the end of its condition',
    async () => {
      h.world.disk.percent = 40;
      await h.advance(30 * SECOND);
      h.world.disk.percent = 95;
    },
  ],
])('%s begins anew', async (_what, happens) => {
  await h.advance(40 * MINUTE);
  const before = looks.length;
  await happens();
  await h.advance(30 * SECOND);
  expect(looks.length).toBe(before + 1);
  await h.advance(MINUTE);
  expect(looks.length).toBe(before + 2);
});

test('the wait grows and never ends, whatever is counted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (failures) => {
      expect(waitAfter(failures)).toBeGreaterThanOrEqual(MINUTE);
      expect(waitAfter(failures)).toBeLessThanOrEqual(30 * MINUTE);
      expect(waitAfter(failures + 1)).toBeGreaterThanOrEqual(waitAfter(failures));
    }),
    { seed: 42 },
  );
  expect(unpreparedIn({})).toBeNull();
  expect(unpreparedIn({ unprepared: { failures: 'x' } })).toBeNull();
});
