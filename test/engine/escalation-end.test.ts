// What happens at the end of an escalation when its last levels reach nobody.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Contact } from '../../src/domain/resource.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function gone(...names: string[]): Promise<void> {
  for (const name of names) {
    const contact = await harness.store.read.resources.find('contact', name);
    await harness.store.write((tx) => tx.resources.remove('contact', contact?.id ?? 0));
  }
}

async function pagesOf(person: string): Promise<number> {
  return (await harness.posts()).filter((post) => post.includes(`📟 @${person}`)).length;
}

async function nobody(): Promise<number> {
  return (await harness.posts()).filter((post) => post.includes('Nobody was paged')).length;
}

test('an empty last level does not end it: the last one that reached somebody is told again', async () => {
  await gone('engineering-manager');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(6 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(1);
  await harness.advance(60 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(5);
  expect(await nobody()).toBe(0);
});

test('a level that reached somebody once and reaches nobody now gives way to the one before', async () => {
  await gone('engineering-manager');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(6 * MINUTE);
  await gone('team-lead');
  await harness.advance(15 * MINUTE);
  expect(await pagesOf('sarah')).toBe(2);
  expect(await nobody()).toBe(0);
});

test('when none reaches anybody it is said, and tried again at the timeout of each level', async () => {
  await gone('engineering-manager', 'team-lead', 'sarah');
  await harness.alert({ title: 'api errors', service: 'api' });
  const rounds: number[] = [];
  for (let minute = 0; minute <= 81; minute += 1) {
    const before = await nobody();
    await harness.advance(minute === 0 ? 0 : MINUTE);
    if (minute === 0 || (await nobody()) > before) rounds.push(minute);
  }
  // 5, 15, 30 and then the last one again.
  expect(rounds).toEqual([0, 5, 20, 50, 80]);
  const posts = await harness.store.read.posts.ofIncident(1);
  const said = posts.filter(({ message }) => message.title.includes('Nobody was paged'));
  // Once in the thread, once in the room, each time.
  expect(said.map(({ threadPostId }) => threadPostId !== null)).toEqual(rounds.flatMap(() => [true, false]));
  expect(new Set(said.map(({ conversation }) => conversation))).toEqual(new Set(['#ops-critical']));
  const text = (await harness.posts()).find((post) => post.includes('Nobody was paged')) ?? '';
  expect(text).toContain('openclaw rotation show on-call');
  expect(text).toContain('openclaw contact add --name team-lead');
});

test('somebody configured meanwhile is told at the next round, as level 1', async () => {
  await gone('engineering-manager', 'team-lead', 'sarah');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.add('contact', SARAH);
  await harness.advance(5 * MINUTE);
  expect(await pagesOf('sarah')).toBe(1);
  expect((await harness.store.read.incidents.find(1))?.level).toBe(1);
  await harness.advance(5 * MINUTE);
  expect(await nobody()).toBeGreaterThan(1);
});

test('never faster than once a minute, however short the timeouts are', async () => {
  await gone('engineering-manager', 'team-lead', 'sarah');
  await levels(['on-call', 5_000], ['team-lead', 10_000]);
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(5 * MINUTE);
  expect(await nobody()).toBe(2 * 6);
});

test.each([
  ['is not there', async () => remove('Default')],
  ['is disabled', async () => disable('Default')],
])('an escalation that %s is said in the thread and the room, with what to type', async (what, change) => {
  await change();
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(14 * MINUTE);
  expect(await nobody()).toBe(2);
  await harness.advance(MINUTE);
  expect(await nobody()).toBe(4);
  const text = (await harness.posts()).find((post) => post.includes('Nobody was paged')) ?? '';
  expect(text).toContain(`the escalation "Default" ${what}`);
  expect(text).toMatch(/openclaw escalation (?:add --name|enable) Default/);
});

test('timeouts count in seconds, from when the level was told', async () => {
  await levels(['on-call', 45_000], ['team-lead', 90_000], ['engineering-manager', 75_000]);
  await harness.alert({ title: 'api errors', service: 'api' });
  const told: string[] = [];
  for (let second = 1; second <= 300; second += 1) {
    const before = await harness.store.read.posts.ofIncident(1);
    await harness.advance(1000);
    const after = await harness.store.read.posts.ofIncident(1);
    for (const { message } of after.slice(before.length)) {
      if (message.title.startsWith('📟')) told.push(`${second}s ${/@[\w-]+/.exec(message.title)?.[0]}`);
    }
  }
  expect(told).toEqual([
    '45s @team-lead',
    '135s @engineering-manager',
    '210s @engineering-manager',
    '285s @engineering-manager',
  ]);
});

test('an empty level is passed over in the same moment, and says so with what to type', async () => {
  await gone('team-lead');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(5 * MINUTE);
  expect(await pagesOf('engineering-manager')).toBe(1);
  const skipped = (await harness.posts()).filter((post) => post.includes('was skipped'));
  expect(skipped).toHaveLength(1);
  expect(skipped[0]).toContain('Level 2, team-lead, reaches nobody');
  expect(skipped[0]).toContain('openclaw contact add --name team-lead');
  expect(await harness.timeline(1)).toContain('Level 2 (team-lead) was skipped: nobody stands behind it');
});

describe('a level whose people are on no channel that is configured', () => {
  const unreachable = async (...names: string[]) => {
    for (const name of names) await change(name, { ids: { pagerduty: `P-${name}` }, order: ['pagerduty'] });
  };
  const fix = 'openclaw channel add --name pagerduty --type pagerduty --secret routing-key=';

  test('is passed over in the same moment, and says who and what to type', async () => {
    await unreachable('sarah');
    await harness.alert({ title: 'api errors', service: 'api' });
    expect(await pagesOf('team-lead')).toBe(1);
    const posts = await harness.posts();
    const skipped = posts.filter((post) => post.includes('was skipped'));
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toContain(
      `⚠️ Level 1, on-call, was skipped: @sarah is on no channel that is configured. Fix: ${fix}`,
    );
    expect(await harness.timeline(1)).toContain(
      'Level 1 (on-call) was skipped: @sarah is on no channel that is configured',
    );
    // Theirs stands in the terminal all the same, once, and is red.
    await harness.advance(2 * 60 * MINUTE);
    expect(posts.filter((post) => post.startsWith('@sarah | 📟'))).toHaveLength(1);
    expect(await pagesOf('sarah')).toBe(1);
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ event: 'page-not-delivered', contact: 'sarah' }),
    );
  });

  test('and none that is: nobody is reached, which is said with each way out and tried again', async () => {
    await unreachable('sarah', 'team-lead', 'engineering-manager');
    await harness.alert({ title: 'api errors', service: 'api' });
    const said = (await harness.posts()).filter((post) => post.includes('Nobody was paged'));
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('on-call: @sarah is on no channel that is configured, team-lead: @team-lead');
    expect(said[1]).toContain(fix);
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'nobody-paged', incident: 1 }),
    );
    await harness.advance(5 * MINUTE);
    expect(await nobody()).toBe(4);
    expect((await harness.store.read.incidents.find(1))?.level).toBe(0);
    // The terminal has each of them once.
    for (const name of ['sarah', 'team-lead', 'engineering-manager']) expect(await pagesOf(name)).toBe(1);
  });

  test('and who has quiet hours besides: nobody waits for the end of those', async () => {
    await unreachable('sarah', 'team-lead', 'engineering-manager');
    await change('sarah', { quiet: '00:00-23:59', zone: 'UTC' });
    await allToOneRoute();
    await harness.alert({ title: 'api errors', service: 'api', severity: 'warning' });
    expect(await nobody()).toBe(2);
  });
});

test('on a repeat the next level is the name of the last one', async () => {
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(55 * MINUTE);
  const words = (await harness.posts()).filter((post) => post.startsWith('#ops-critical | No one'));
  expect(words.at(-1)).toContain('after 30m.\nEscalating to engineering-manager.');
});

test('after an outage each overdue level is told at most once, counted from then', async () => {
  await harness.alert({ title: 'api errors', service: 'api' });
  await down(3 * 60 * MINUTE);
  expect([await pagesOf('sarah'), await pagesOf('team-lead')]).toEqual([1, 1]);
  expect(await pagesOf('engineering-manager')).toBe(0);
  await harness.advance(15 * MINUTE - 1000);
  expect(await pagesOf('engineering-manager')).toBe(0);
  await harness.advance(1000);
  expect(await pagesOf('engineering-manager')).toBe(1);
});

test('after an outage a level with nobody but those told already is passed over', async () => {
  await levels(['sarah', 5 * MINUTE], ['on-call', 5 * MINUTE], ['engineering-manager', 5 * MINUTE]);
  await harness.alert({ title: 'api errors', service: 'api' });
  await down(60 * MINUTE);
  expect(await pagesOf('sarah')).toBe(1);
  expect(await pagesOf('engineering-manager')).toBe(1);
  expect(await harness.timeline(1)).toContain(
    'Level 2 (on-call) was skipped: everybody behind it was told already',
  );
});

test('without an outage somebody who stands in two levels is told in both', async () => {
  await levels(['sarah', 5 * MINUTE], ['on-call', 5 * MINUTE], ['engineering-manager', 5 * MINUTE]);
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(6 * MINUTE);
  expect(await pagesOf('sarah')).toBe(2);
});

const SARAH = { name: 'sarah', ids: { slack: 'U-sarah' }, order: [], can: [], unattended: false };

async function levels(...given: [target: string, timeoutMs: number][]): Promise<void> {
  await remove('Default');
  await harness.add('escalation', {
    name: 'Default',
    levels: given.map(([target, timeoutMs]) => ({ target, timeoutMs })),
  });
}

async function change(name: string, changes: Partial<Contact>): Promise<void> {
  await harness.store.write(async (tx) => {
    const found = await tx.resources.find('contact', name);
    if (found) await tx.resources.update('contact', found.id, { spec: { ...found.spec, ...changes } });
  });
}

/** What is only a warning opens an incident too. */
async function allToOneRoute(): Promise<void> {
  await harness.add('alert-route', {
    name: 'all',
    severities: [],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: [],
    incident: true,
    escalation: 'Default',
  });
}

async function remove(name: string): Promise<void> {
  const found = await harness.store.read.resources.find('escalation', name);
  await harness.store.write((tx) => tx.resources.remove('escalation', found?.id ?? 0));
}

async function disable(name: string): Promise<void> {
  const found = await harness.store.read.resources.find('escalation', name);
  await harness.store.write((tx) => tx.resources.update('escalation', found?.id ?? 0, { enabled: false }));
}

async function down(ms: number): Promise<void> {
  await harness.kill();
  harness.clock.advance(ms);
  await harness.start();
  await harness.settle();
}
