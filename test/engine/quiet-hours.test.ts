// Whom an incident that is not critical wakes at night.
import { afterEach, beforeEach, expect, test } from 'vitest';
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
