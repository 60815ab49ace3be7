// Whom an incident that is not critical wakes at night.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ at: Date.parse('2026-11-23T03:14:00Z') });
  await h.add('alert-route', {
    name: 'warnings',
    severities: ['warning'],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: [],
    incident: true,
    escalation: 'Default',
  });
  for (const name of ['sarah', 'team-lead', 'engineering-manager']) await quiet(name);
});
afterEach(() => h.close());

async function quiet(name: string): Promise<void> {
  const found = await h.store.read.resources.find('contact', name);
  if (!found) throw new Error(name);
  const spec = { ...found.spec, quiet: '22:00-07:00', zone: 'UTC' };
  await h.store.write((tx) => tx.resources.update('contact', found.id, { spec }));
}

const pages = async () => (await h.posts()).filter((post) => post.includes('📟')).length;
const said = async (text: string) => (await h.posts()).filter((post) => post.includes(text)).length;
const SLOW = { title: 'api slow', service: 'api', severity: 'warning' as const };

test('nobody before the quiet hours end, and then level 1', async () => {
  await h.alert(SLOW);
  expect(await said('Nobody is paged before 07:00 UTC: quiet hours, and #1 is warning')).toBe(1);
  await h.advance(225 * MINUTE);
  expect(await pages()).toBe(0);
  expect(await said('Nobody was paged')).toBe(0);
  await h.advance(MINUTE);
  expect(await pages()).toBe(1);
  expect((await h.store.read.incidents.find(1))?.level).toBe(1);
});

test('what becomes critical meanwhile is told at once', async () => {
  await h.alert(SLOW);
  expect(await pages()).toBe(0);
  await h.alert({ ...SLOW, severity: 'critical' });
  expect(await pages()).toBe(1);
});

test('and so is whom a person asks for', async () => {
  await h.alert(SLOW);
  await h.say('@mike', '/escalate 1 customers call', { incidentId: 1 });
  expect(await pages()).toBe(1);
});

test('what is critical knows no quiet hours', async () => {
  await h.alert({ ...SLOW, severity: 'critical' });
  expect(await pages()).toBe(1);
});

describe('whom a route pages as well', () => {
  const asleep = '@mike is not paged: quiet hours until 07:00 UTC, and #1 is warning.';
  const toMike = () => h.slack.posts.filter(({ conversation }) => conversation === 'U-mike');

  beforeEach(async () => {
    await h.add('contact', {
      name: 'mike',
      ids: { slack: 'U-mike' },
      order: [],
      can: [],
      unattended: false,
      quiet: '22:00-07:00',
      zone: 'UTC',
    });
    for (const severity of ['warning', 'critical'] as const)
      await h.add('alert-route', {
        name: `of api, ${severity}`,
        severities: [severity],
        services: ['api'],
        labels: {},
        to: '#ops-critical',
        // People are written either way, and called one way.
        alsoPage: [severity === 'warning' ? 'mike' : '@mike'],
        incident: true,
        escalation: 'Default',
      });
  });

  test('is left asleep, and thread and record say so', async () => {
    await h.alert(SLOW);
    expect(toMike()).toEqual([]);
    expect(await said(asleep)).toBe(1);
    expect(await h.timeline(1)).toContain(
      '@mike, named by route "of api, warning", was not paged: quiet hours until 07:00 UTC, and it is warning',
    );
    const why = await runCli(['why', 'incident', '1'], { stateDir: h.stateDir, now: h.clock.now() });
    expect(why.stdout).toContain('@mike, named by route "of api, warning", was not paged');
  });

  test('is paged when the quiet hours are over', async () => {
    await h.advance(226 * MINUTE);
    await h.alert(SLOW);
    expect(toMike()).toHaveLength(1);
  });

  test('is paged at once for what is critical', async () => {
    await h.alert({ ...SLOW, severity: 'critical' });
    expect(toMike()).toHaveLength(1);
  });

  test.each([
    ['an alert', () => h.alert({ ...SLOW, severity: 'critical' })],
    ['a person', () => h.say('@ana', '/incident severity critical', { incidentId: 1 })],
  ])('is paged when %s makes it critical, once', async (_who, raise) => {
    await h.alert(SLOW);
    await raise();
    expect(toMike()).toHaveLength(1);
    await h.advance(MINUTE);
    await h.say('@ana', '/incident severity warning', { incidentId: 1 });
    await h.say('@ana', '/incident severity critical', { incidentId: 1 });
    expect(toMike()).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['somebody has it', () => h.say('@ana', '/ack 1')],
    ['all its alerts are clear', () => h.alert({ ...SLOW, status: 'resolved' })],
    ['a silence has all of it', () => h.add('silence', { name: 'work', match: { service: 'api' } })],
  ])('is left asleep where %s when it becomes critical', async (_what, meanwhile) => {
    await h.alert(SLOW);
    await meanwhile();
    await h.settle();
    await h.say('@ana', '/incident severity critical', { incidentId: 1 });
    expect((await h.store.read.incidents.find(1))?.severity).toBe('critical');
    expect(toMike()).toEqual([]);
  });
});
