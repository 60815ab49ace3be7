// Decisions that must not be taken: misread, foreign, stale, or on ground that has moved.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
});
afterEach(() => h.close());

const HOUR_MS = 3_600_000;

async function plan(id = 1): Promise<Plan | null> {
  return h.store.read.plans.find(id);
}

for (const line of ['/approve not yet, wait for bob', '/approve 12a', '/approve 1234567890', '/approve -1']) {
  test(`"${line}" is no yes to the plan that waits`, async () => {
    await h.say('@sarah', '/scale api 4');
    const answer = await h.say('@bob', line);
    expect(answer).toContain('is no plan number');
    expect((await plan())?.state).toBe('waiting');
    expect(h.world.effects).toEqual([]);
  });
}

for (const line of ['/ack later', '/done it', '/retry please']) {
  test(`"${line}" names nothing, so nothing is decided`, async () => {
    await h.alert({ title: 'api down', service: 'api' });
    expect(await h.say('@sarah', line)).toMatch(/is no (incident|plan) number/);
    expect((await h.store.read.incidents.find(1))?.ackedBy).toBeNull();
  });
}

test('a bare /approve in another room decides nothing, even where one incident is open', async () => {
  await h.alert({ title: 'api down', service: 'api' });
  await h.say('@sarah', '/scale api 4', { incidentId: 1 });
  expect(await h.say('@bob', '/approve', { room: '#random' })).toContain('no plan is waiting here');
  expect((await plan())?.state).toBe('waiting');
});

test('while nobody is an approver, a number from another room is not enough', async () => {
  await h.say('@sarah', '/scale api 4');
  expect(await h.say('@bob', '/approve 1', { room: '#random' })).toContain('only the people in its room may');
  expect((await plan())?.state).toBe('waiting');
});

test('an approver may say yes from anywhere', async () => {
  const ids = { slack: 'U-bob' };
  await h.add('contact', { name: 'bob', ids, order: ['slack'], can: ['approve'], unattended: false });
  await h.say('@sarah', '/scale api 4');
  await h.say('@bob', '/approve 1', { room: '#random' });
  expect(h.world.effects).toHaveLength(1);
});

/** Says yes so that the daemon dies before the step begins: the approval is stored, the job waits. */
async function approveAndDie(): Promise<void> {
  await h.say('@sarah', '/scale api 4');
  await h.store.write(async (tx) => {
    await tx.approvals.move(1, ['waiting'], 'approved', { decided: 'slack:T1:U-sarah' });
    await tx.plans.move(1, ['waiting'], 'approved');
    await tx.jobs.cancel('expire:1');
    await tx.jobs.add('execute', { planId: 1 }, { runAt: h.clock.now() });
  });
}

test('a yes from hours ago starts nothing when the daemon comes back', async () => {
  await approveAndDie();
  h.clock.advance(9 * HOUR_MS);
  await h.restart();
  await h.settle();
  expect(h.world.effects).toEqual([]);
  expect((await plan())?.reason).toContain('too old');
});

test('a yes that was not begun a moment ago still counts', async () => {
  await approveAndDie();
  h.clock.advance(5_000);
  await h.restart();
  await h.settle();
  expect(h.world.effects).toHaveLength(1);
});

test('an approved plan that was not begun is void when its incident resolves', async () => {
  const alert = { title: 'api down', service: 'api' };
  await h.alert(alert);
  await h.alert({ ...alert, status: 'resolved' });
  await h.say('@sarah', '/scale api 4', { incidentId: 1 });
  await h.store.write(async (tx) => {
    await tx.approvals.move(1, ['waiting'], 'approved', { decided: 'slack:T1:U-sarah' });
    await tx.plans.move(1, ['waiting'], 'approved');
    await tx.jobs.add('execute', { planId: 1 }, { runAt: h.clock.now() + 6 * 60_000 });
  });
  await h.advance(7 * 60_000);
  expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
  expect((await plan())?.state).toBe('void');
  expect(h.world.effects).toEqual([]);
});

async function command(change: { enabled?: boolean; twoPerson?: boolean; name?: string }): Promise<void> {
  const { enabled, twoPerson, name } = change;
  await h.store.write(async (tx) => {
    const found = await tx.resources.find('command', 'scale');
    if (!found) throw new Error('no command');
    const spec = { ...found.spec, ...(twoPerson === undefined ? {} : { twoPerson }) };
    await tx.resources.update('command', found.id, {
      spec,
      ...(enabled === undefined ? {} : { enabled }),
      ...(name === undefined ? {} : { name }),
    });
  });
}

for (const [what, change, why] of [
  ['disabled', { enabled: false }, 'gone or disabled'],
  ['renamed', { name: 'grow' }, 'gone or disabled'],
  ['for two people', { twoPerson: true }, 'needs two people now'],
] as const) {
  test(`a command that is ${what} since the yes starts nothing`, async () => {
    await approveAndDie();
    await command(change);
    await h.settle();
    expect(h.world.effects).toEqual([]);
    expect((await plan())?.reason).toContain(why);
  });
}

test('a command that is gone between the line and its plan is refused, not planned without its limits', async () => {
  await command({ twoPerson: true });
  await h.store.write(async (tx) => {
    const event = {
      key: 'k',
      channel: 'slack',
      conversation: '#ops-critical',
      incidentId: null,
      at: 0,
      bot: false,
    };
    const principal = { platform: 'slack', workspace: 'T1', userId: 'U-x', displayName: 'x' };
    const said = { ...event, principal, text: '/scale api 4', unattended: false };
    await tx.jobs.add('plan', {
      event: said,
      key: 'k',
      trigger: '/scale',
      words: ['api', '4'],
      command: 'scale',
      incidentId: null,
    });
  });
  await command({ name: 'grow' });
  await h.settle();
  expect(await plan()).toBeNull();
  expect((await h.posts()).join('\n')).toContain('was removed or disabled meanwhile');
});

test('bots ask for nothing that changes', async () => {
  expect(await h.say('@robot', '/scale api 4', { bot: true })).toContain('bots may read');
  expect(await plan()).toBeNull();
});

test('while changes are frozen nothing is planned', async () => {
  await h.say('@sarah', '/freeze');
  expect(await h.say('@sarah', '/scale api 4')).not.toContain('Approve');
  expect(await plan()).toBeNull();
});

test('words that every object has are no verbs of an incident', async () => {
  await h.alert({ title: 'api down', service: 'api' });
  for (const word of ['constructor', '__proto__', 'toString']) {
    expect(await h.say('@sarah', `/incident ${word}`)).toContain(`/incident cannot ${word}`);
  }
});

test('a change on a service that was disabled after the yes does not run', async () => {
  await approveAndDie();
  await h.store.write(async (tx) => {
    const found = await tx.resources.find('service', 'api');
    if (found) await tx.resources.update('service', found.id, { enabled: false });
  });
  await h.settle();
  expect(h.world.effects).toEqual([]);
  expect((await plan())?.reason).toContain('gone or disabled');
});

test('what was done on a service that was disabled after it is watched to its end', async () => {
  await h.say('@sarah', '/restart api');
  await h.say('@sarah', '/approve 1');
  expect((await plan())?.state).toBe('watching');
  await h.store.write(async (tx) => {
    const found = await tx.resources.find('service', 'api');
    if (found) await tx.resources.update('service', found.id, { enabled: false });
  });
  await h.advance(15 * 60_000);
  expect(await h.store.read.plans.verdict(1)).toBe('better');
});

test('of two people who settle a step in doubt, the first word stands', async () => {
  h.world.faults.set('services.restart', 'unknown');
  await h.say('@sarah', '/restart api');
  await h.say('@sarah', '/approve 1');
  expect((await plan())?.state).toBe('unknown');
  await h.say('@sarah', '/done 1');
  expect(await h.say('@bob', '/retry 1')).toContain('not in doubt');
  expect((await plan())?.state).toBe('done');
  expect(await plan(2)).toBeNull();
});

test('when the way back cannot be measured, the thread says so and what to type', async () => {
  await h.say('@sarah', '/scale api 4');
  h.world.afterChange = (service) => {
    service.healthy = 1;
    h.world.faults.set('services.scale.inspect', 'fail');
  };
  await h.say('@sarah', '/approve 1');
  await h.advance(11 * 60_000);
  const posts = (await h.posts()).join('\n');
  expect(posts).toContain('the way back cannot be measured now');
  expect(posts).toContain('/scale api 2');
});
