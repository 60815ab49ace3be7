// A silence keeps people asleep, and no longer than it says: what still fires when it ends is as new, once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Silence } from '../../src/domain/resource.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const ALERT = { title: 'api errors', fingerprint: 'a', service: 'api' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

const pages = async () => (await harness.posts()).filter((post) => post.includes('📟')).length;
const incidents = () => harness.store.read.incidents.list(10);

async function silence(minutes: number, given: Partial<Silence> = {}): Promise<void> {
  const until = new Date(harness.clock.now() + minutes * MINUTE).toISOString();
  await harness.add('silence', { name: 'planned', match: { service: 'api' }, until, ...given });
  await harness.settle();
}
async function change(work: 'remove' | 'disable' | { match: Record<string, string> }): Promise<void> {
  await harness.store.write(async (tx) => {
    const found = await tx.resources.find('silence', 'planned');
    if (!found) throw new Error('no silence');
    if (work === 'remove') await tx.resources.remove('silence', found.id);
    else if (work === 'disable') await tx.resources.update('silence', found.id, { enabled: false });
    else await tx.resources.update('silence', found.id, { spec: { ...found.spec, ...work } });
  });
  await harness.settle();
}

describe('what fired during a silence and still fires', () => {
  test('opens its incident and pages at the moment it ends, once', async () => {
    await silence(10);
    await harness.alert(ALERT);
    await harness.advance(5 * MINUTE);
    await harness.alert(ALERT);
    await harness.advance(5 * MINUTE - 1);
    expect(await incidents()).toEqual([]);
    const [muted] = await harness.store.read.alerts.muted(0, 10);
    expect(muted).toMatchObject({ mutedBy: 'silence:planned', count: 2 });
    await harness.advance(1);
    expect(await incidents()).toHaveLength(1);
    expect(await pages()).toBe(1);
    await harness.alert(ALERT);
    expect(await pages()).toBe(1);
    expect(await harness.timeline(1)).toContain('Alert fired: api errors');
    expect(await harness.store.read.alerts.muted(0, 10)).toEqual([]);
  });

  test.each([['remove' as const], ['disable' as const], [{ match: { service: 'other' } }]])(
    'is told at once after %s',
    async (work) => {
      await silence(60);
      await harness.alert(ALERT);
      await change(work);
      expect(await incidents()).toHaveLength(1);
      expect(await pages()).toBe(1);
    },
  );

  test('stays muted while another silence has it', async () => {
    await silence(10);
    await silence(20, { name: 'longer' });
    await harness.alert(ALERT);
    await harness.advance(19 * MINUTE);
    expect(await incidents()).toEqual([]);
    await harness.advance(MINUTE);
    expect(await incidents()).toHaveLength(1);
  });

  test('as a warning is one post', async () => {
    await silence(10);
    await harness.alert({ ...ALERT, severity: 'warning' });
    await harness.advance(10 * MINUTE);
    expect(await harness.posts()).toEqual([expect.stringContaining('#ops-alerts | 🟡 api errors')]);
  });

  test('is told after an outage over the end of it', async () => {
    await silence(10);
    await harness.alert(ALERT);
    await harness.kill();
    harness.clock.advance(30 * MINUTE);
    await harness.start();
    await harness.settle();
    expect(await incidents()).toHaveLength(1);
    expect(await pages()).toBe(1);
  });

  test('is told in full where they are very many', async () => {
    await silence(10);
    for (let n = 0; n < 230; n++)
      await harness.store.write((tx) =>
        tx.inbox.add({
          source: 'Prometheus',
          key: `k${n}`,
          kind: 'alert',
          body: {
            fingerprint: `f${n}`,
            deliveryKey: `k${n}`,
            status: 'firing',
            title: `pod ${n}`,
            description: '',
            severity: 'critical',
            severityText: null,
            service: 'api',
            labels: {},
            links: [],
            startsAt: null,
            endsAt: null,
            value: null,
            threshold: null,
            unit: null,
            notes: [],
          },
          receivedAt: harness.clock.now(),
        }),
      );
    await harness.alert(ALERT);
    expect(await harness.posts()).toEqual([]);
    await harness.advance(10 * MINUTE);
    expect(await harness.store.read.alerts.ofIncident(1)).toHaveLength(231);
    expect(await pages()).toBe(1);
  });
});

test('what cleared before the end is not told', async () => {
  await silence(10);
  await harness.alert(ALERT);
  await harness.alert({ ...ALERT, status: 'resolved' });
  await harness.advance(20 * MINUTE);
  expect(await harness.posts()).toEqual([]);
});

describe('a silence over an open incident', () => {
  test('hides nothing, and no further level is told while all that fires is silenced', async () => {
    await harness.alert(ALERT);
    await silence(30);
    expect((await harness.posts()).at(-1)).toContain(
      'Escalation waits: all that fires is silenced by "planned"',
    );
    await harness.advance(29 * MINUTE);
    expect(await pages()).toBe(1);
    await harness.advance(MINUTE);
    expect(await pages()).toBe(2);
    expect((await incidents())[0]).toMatchObject({ state: 'open', level: 1 });
    await harness.advance(5 * MINUTE);
    expect((await harness.posts()).filter((post) => post.includes('📟 @team-lead'))).toHaveLength(1);
  });

  test('is over at once when something fires that it does not cover', async () => {
    await harness.alert({ ...ALERT, labels: { noisy: 'yes' } });
    await silence(30, { match: { noisy: 'yes' } });
    await harness.advance(10 * MINUTE);
    expect(await pages()).toBe(1);
    await harness.alert({ title: 'api down', service: 'api' });
    expect(await pages()).toBe(2);
  });

  test('changes nothing while something else of it fires', async () => {
    await harness.alert({ ...ALERT, labels: { noisy: 'yes' } });
    await harness.alert({ title: 'api down', service: 'api' });
    await silence(30, { match: { noisy: 'yes' } });
    await harness.advance(5 * MINUTE);
    expect((await harness.posts()).filter((post) => post.includes('📟 @team-lead'))).toHaveLength(1);
  });

  test('leaves it to people to take it or to tell more of them', async () => {
    await harness.alert(ALERT);
    await silence(30);
    await harness.say('@sarah', '/escalate 1');
    expect((await harness.posts()).filter((post) => post.includes('📟 @team-lead'))).toHaveLength(1);
    await harness.advance(20 * MINUTE);
    expect(await pages()).toBe(2);
    await harness.say('@sarah', '/ack 1 2h');
    await harness.advance(10 * MINUTE);
    expect(await pages()).toBe(2);
    expect((await harness.posts()).at(-1)).toContain('@sarah has it');
  });

  test('is nothing the audit would repair', async () => {
    await harness.close();
    harness = await createHarness({ timers: ['audit', 'lookout'] });
    await harness.alert(ALERT);
    await silence(30);
    await harness.advance(10 * MINUTE);
    expect(harness.logs.filter(({ event }) => event.endsWith('-repaired'))).toEqual([]);
    expect(await pages()).toBe(1);
  });
});

test('a nightly window comes again', async () => {
  await harness.add('silence', {
    name: 'nightly',
    match: { service: 'api' },
    daily: '03:20',
    forMs: 10 * MINUTE,
  });
  for (const night of [1, 2]) {
    await harness.advance(7 * MINUTE);
    await harness.alert(ALERT);
    expect(await incidents()).toHaveLength(night - 1);
    await harness.advance(9 * MINUTE);
    expect(await incidents()).toHaveLength(night);
    await harness.alert({ ...ALERT, status: 'resolved' });
    await harness.advance(24 * 60 * MINUTE - 16 * MINUTE);
  }
});
