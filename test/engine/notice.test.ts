// What comes in beside alerts: changes of services, subscriptions of SNS, and words of a source about its alerts.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../src/domain/notice.ts';
import { receiveAlerts } from '../../src/store/receive.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const SOURCE = { type: 'pagerduty-events', settings: {}, secrets: {}, services: [] };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness({ sources: () => [] });
  await harness.add('source', { ...SOURCE, name: 'CI' });
});
afterEach(() => harness.close());

async function tell(notice: Notice, source = 'CI'): Promise<void> {
  const key = createHash('sha256').update(JSON.stringify(notice)).digest('hex');
  const entry = { source, key, kind: 'notice' as const, body: notice, receivedAt: harness.clock.now() };
  await harness.store.write((tx) => receiveAlerts(tx, [entry]));
  await harness.settle();
}

const deploy = (over: Record<string, unknown> = {}): Notice => ({
  type: 'change',
  title: 'deploy #492',
  service: 'api',
  author: 'ana',
  at: harness.clock.now() - 5 * MINUTE,
  link: 'https://ci.example.com/492',
  ...over,
});

const audit = async () => (await harness.store.read.timeline.recent(50)).map(({ text }) => text);

describe('a change', () => {
  test('is the last deploy of an incident where no source of ours knows deploys', async () => {
    await tell(deploy({ title: 'deploy #491', at: harness.clock.now() - 60 * MINUTE }));
    await tell(deploy());
    await harness.alert({ title: 'api is down', service: 'api' });
    const incident = await harness.store.read.incidents.find(1);
    expect(incident?.context.lastDeploy).toMatch(/^deploy #492 at .*\(@ana\), told by CI$/);
    expect(incident?.probableCause).toContain('the change "deploy #492" shortly before');
  });

  test('stands in the record of the open incident of its service, at its time', async () => {
    await harness.alert({ title: 'api is down', service: 'api' });
    await tell(deploy());
    expect(await harness.timeline(1)).toContain('change: deploy #492 (ana), told by CI');
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['of a service that is not configured', { service: 'nobody' }, []],
    ['of a name that only looks like it', { service: 'API' }, []],
    ['of none', { service: null }, []],
    ['of a service its source is not allowed', {}, ['orders-db']],
  ])('%s is kept without a service', async (_, over, services) => {
    await harness.add('source', { ...SOURCE, name: 'Narrow', services });
    await harness.alert({ title: 'api is down', service: 'api' });
    await tell(deploy(over), 'Narrow');
    expect(await harness.store.read.markers.lastBefore('api', harness.clock.now())).toBeNull();
    expect((await harness.timeline(1)).join()).not.toContain('change:');
    expect((await audit()).join()).toContain('change: deploy #492');
  });

  test('of tomorrow counts from now', async () => {
    await tell(deploy({ at: harness.clock.now() + 24 * 60 * MINUTE }));
    const marker = await harness.store.read.markers.lastBefore('api', harness.clock.now());
    expect(marker?.at).toBe(harness.clock.now());
  });

  test('keeps no secret', async () => {
    await tell(deploy({ title: 'deploy with token=ghp_abcdefghijklmnopqrstuvwxyz0123456789' }));
    const marker = await harness.store.read.markers.lastBefore('api', harness.clock.now());
    expect(marker?.title).not.toContain('ghp_');
  });
});

test('one that cannot be taken in holds back no other', async () => {
  const broken = { ...deploy(), at: 'yesterday' } as unknown as Notice;
  await tell(broken);
  await tell(deploy());
  await harness.advance(MINUTE);
  expect(await harness.store.read.markers.lastBefore('api', harness.clock.now())).toMatchObject({
    title: 'deploy #492',
  });
  expect(await harness.store.read.inbox.unhandled('notice', 10)).toEqual([]);
  expect((await audit()).join()).toContain('a notice was left out');
});

test('the end of a subscription is said where people look, with what to do', async () => {
  await tell({
    type: 'remark',
    text: 'the topic does not send here any more',
    advice: 'Subscribe it again.',
  });
  expect((await harness.posts()).join('\n')).toContain('CI: the topic does not send here any more');
  expect((await audit()).join()).toContain('does not send here any more');
});

describe('a source says that somebody has its alert', () => {
  const alert = (status: 'firing' | 'unknown', over = {}) =>
    harness.alert({ title: 'api is down', service: 'api', status, ...over }, 'CI');

  test('and the escalation stops, until the acknowledgement runs out', async () => {
    await alert('firing');
    await alert('unknown', { acknowledged: true });
    expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedByName: 'CI', state: 'open' });
    await harness.advance(30 * MINUTE);
    expect((await harness.timeline(1)).filter((text) => text.startsWith('Escalat'))).toEqual([]);
    await harness.advance(45 * MINUTE);
    expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedBy: null });
  });

  test('but what another source found still wakes people', async () => {
    await alert('firing');
    await harness.alert({ title: 'api latency', service: 'api' }, 'Prometheus');
    await alert('unknown', { acknowledged: true });
    expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedBy: null });
    expect((await harness.timeline(1)).join()).toContain('Prometheus still fires');
  });

  test('and whoever has it already keeps it', async () => {
    await alert('firing');
    await harness.say('@sarah', '/ack 1');
    await alert('unknown', { acknowledged: true });
    expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedByName: '@sarah' });
  });

  test('of one that is over, or never was: nothing happens', async () => {
    await alert('unknown', { acknowledged: true });
    expect(await harness.store.read.incidents.listOpen()).toEqual([]);
  });

  test('a word about it stands in the record, and changes nothing', async () => {
    await alert('firing');
    await alert('unknown', { remark: 'reassigned by Ana in PagerDuty' });
    expect(await harness.timeline(1)).toContain('CI: reassigned by Ana in PagerDuty');
    expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedBy: null, state: 'open' });
  });
});
