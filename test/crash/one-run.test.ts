// A crash may leave two jobs, or an approved plan and a newer run, for one condition: its fix still runs once.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, type Json } from '../../src/domain/digest.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const STEPS = [{ capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 }, from: '1' }];
const RUN = { name: 'Disk Cleanup', source: 'AWS Production', target: '/', service: null };
const PLACE = 'AWS Production//';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  await h.add('auto-fix', {
    name: RUN.name,
    condition: 'disk_usage > 90%',
    action: 'trim the journal',
    approval: 'auto',
    notify: '#ops-info',
    cooldownMs: 600_000,
    twoPerson: false,
    steps: STEPS,
    stepsDigest: digestOf(STEPS as unknown as Json),
  });
});
afterEach(() => h.close());

test('two jobs for one run make one plan, and only one line says so', async () => {
  await h.store.write(async (tx) => {
    await tx.jobs.add('auto-fix', RUN);
    await tx.jobs.add('auto-fix', RUN);
  });
  await h.settle();
  expect(h.world.effects).toHaveLength(1);
  expect(await h.store.read.plans.ofAutoFix(RUN.name, PLACE, 10)).toHaveLength(1);
  expect((await h.posts()).filter((post) => post.includes('⏳'))).toHaveLength(1);
});

test('an approved run that comes up while the cooldown of another lasts does not start', async () => {
  await h.store.write((tx) => tx.jobs.add('auto-fix', RUN));
  await h.settle();
  const [first] = await h.store.read.plans.ofAutoFix(RUN.name, PLACE, 1);
  const approval = first && (await h.store.read.approvals.ofPlan(first.plan.id));
  if (!approval) throw new Error('the first run left no approval');
  const second = await h.store.write(async (tx) => {
    const plan = await tx.plans.insert({ ...first.plan, state: 'approved' }, { target: PLACE, revision: 1 });
    await tx.approvals.insert({ ...approval, planId: plan.id });
    await tx.jobs.add('execute', { planId: plan.id });
    return plan;
  });
  await h.settle();
  expect(h.world.effects).toHaveLength(1);
  const after = await h.store.read.plans.find(second.id);
  expect(after?.state).toBe('void');
  expect(after?.reason).toMatch(/its cooldown is 10m/);
});
