// An incident that comes back soon is the same one: who has it is mentioned, and nobody else is woken twice.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const ALERT = { title: 'api errors', fingerprint: 'a', service: 'api' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

const pages = async () => (await harness.posts()).filter((post) => post.includes('📟')).length;
const incident = async (id = 1) => {
  const found = await harness.store.read.incidents.find(id);
  if (!found) throw new Error(`no incident ${id}`);
  return found;
};

async function fireAndEnd(ack: string | null = null): Promise<void> {
  await harness.alert(ALERT);
  if (ack) await harness.say('@sarah', ack);
  await harness.alert({ ...ALERT, status: 'resolved' });
  await harness.advance(5 * MINUTE);
  expect((await incident()).state).toBe('resolved');
}

describe('a new alert after the end', () => {
  test.each([
    ['within 10 minutes reopens it', 9, 1],
    ['after 10 minutes opens another one', 10, 2],
  ])('%s', async (_what, minutes, count) => {
    await fireAndEnd();
    await harness.advance(minutes * MINUTE);
    await harness.alert(ALERT);
    expect(await harness.store.read.incidents.list(10)).toHaveLength(count);
    expect((await incident(count)).state).toBe('open');
    expect(await pages()).toBe(2);
  });

  test('of the same service joins it, whichever it is', async () => {
    await fireAndEnd();
    await harness.alert({ title: 'api slow', fingerprint: 'b', service: 'api' });
    expect((await incident()).state).toBe('open');
    expect(await harness.timeline(1)).toContain('Reopened 0 seconds after its end: Alert fired: api slow');
  });

  test('keeps its start, and its summary in the thread', async () => {
    const startedAt = harness.clock.now();
    await fireAndEnd();
    await harness.advance(2 * MINUTE);
    await harness.alert(ALERT);
    expect(await incident()).toMatchObject({ startedAt, resolvedAt: null, resolvedBy: null });
    await harness.alert({ ...ALERT, status: 'resolved' });
    await harness.advance(5 * MINUTE);
    const summaries = (await harness.posts()).filter((post) => post.includes('RESOLVED'));
    expect(summaries).toEqual([
      expect.stringContaining('Duration: 5 minutes'),
      expect.stringContaining('Duration: 12 minutes'),
    ]);
  });

  test('leaves what was voided void', async () => {
    await harness.alert(ALERT);
    await harness.say('@sarah', '/ack 1');
    await harness.alert({ ...ALERT, status: 'resolved' });
    await harness.advance(4 * MINUTE);
    await harness.say('@sarah', '/rollback #492', { incidentId: 1 });
    await harness.advance(MINUTE);
    await harness.alert(ALERT);
    expect((await harness.store.read.plans.find(1))?.state).toBe('void');
  });
});

describe('who has it', () => {
  test('is mentioned while the acknowledgement lives, and the end of it is watched', async () => {
    await fireAndEnd('/ack 1 20m');
    await harness.alert(ALERT);
    expect(await pages()).toBe(1);
    const mention = harness.slack.posts.find(({ message }) => message.title.includes('you still have it'));
    expect(mention?.mentions).toEqual(['U-sarah']);
    await harness.advance(30 * MINUTE);
    expect(await pages()).toBeGreaterThan(1);
  });

  test('is asked no more when it ran out meanwhile', async () => {
    await fireAndEnd('/ack 1 6m');
    await harness.advance(3 * MINUTE);
    await harness.alert(ALERT);
    expect((await incident()).ackedBy).toBeNull();
    expect(await pages()).toBe(2);
  });

  test('is paged with level 1 when it comes back more severe', async () => {
    await harness.add('alert-route', {
      name: 'api',
      severities: [],
      services: ['api'],
      labels: {},
      to: '#ops-critical',
      alsoPage: [],
      incident: true,
    });
    await harness.alert({ ...ALERT, severity: 'warning' });
    await harness.say('@sarah', '/ack 1');
    await harness.alert({ ...ALERT, severity: 'warning', status: 'resolved' });
    await harness.advance(5 * MINUTE);
    await harness.alert(ALERT);
    expect(await incident()).toMatchObject({ severity: 'critical', ackedBy: null, level: 1 });
    expect(await pages()).toBe(2);
  });
});

test('one that was merged is not reopened: a new one begins', async () => {
  await harness.alert(ALERT);
  await harness.alert({ title: 'db', service: 'orders-db' });
  await harness.say('@sarah', '/incident merge 1 into 2');
  await harness.alert({ ...ALERT, status: 'resolved' });
  await harness.alert({ title: 'db', service: 'orders-db', status: 'resolved' });
  await harness.advance(6 * MINUTE);
  await harness.alert(ALERT);
  expect((await incident(1)).state).toBe('resolved');
  expect((await incident(3)).state).toBe('open');
});
