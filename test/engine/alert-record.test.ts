// What is left of an alert: in the record of an incident that is over, and in the one post of a warning.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { POLL_KEY } from '../../src/engine/handlers/poll.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const CRITICAL = { title: 'api errors', fingerprint: 'a', service: 'api', labels: { metric: 'error_rate' } };
const WARNING = { ...CRITICAL, severity: 'warning' as const, title: 'api slow' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function alertsOf(id: number): Promise<string[]> {
  const alerts = await harness.store.read.alerts.ofIncident(id);
  return alerts.map(({ title, value, status }) => `${title} ${value} ${status}`);
}

describe('an incident that is over keeps its alerts', () => {
  test('when they fire again in another incident', async () => {
    await harness.alert({ ...CRITICAL, value: 12 });
    await harness.alert({ ...CRITICAL, value: 12, status: 'resolved' });
    await harness.advance(16 * MINUTE);
    await harness.alert({ ...CRITICAL, value: 30 });
    expect(await alertsOf(1)).toEqual(['api errors 12 resolved']);
    expect(await alertsOf(2)).toEqual(['api errors 30 firing']);
    await harness.alert({ ...CRITICAL, value: 31 });
    expect(await alertsOf(2)).toEqual(['api errors 31 firing']);
  });

  test('when they come back as a warning', async () => {
    await harness.alert({ ...CRITICAL, value: 12 });
    await harness.alert({ ...CRITICAL, status: 'resolved' });
    await harness.advance(6 * MINUTE);
    await harness.alert({ ...WARNING, value: 6 });
    expect(await alertsOf(1)).toEqual(['api errors 12 resolved']);
  });
});

describe('a warning is one post', () => {
  const texts = () => harness.slack.posts.map(({ message }) => plainText(message));

  test('that says how often it came', async () => {
    await harness.alert(WARNING);
    await harness.advance(MINUTE);
    await harness.alert(WARNING);
    expect(texts()).toEqual(['🟡 api slow\nSeen 2 times since 03:14 UTC, last at 03:15 UTC.']);
  });

  test('that says when it cleared, and that it is back', async () => {
    await harness.alert(WARNING);
    await harness.advance(2 * MINUTE);
    await harness.alert({ ...WARNING, status: 'resolved' });
    expect(texts()).toEqual(['✅ api slow\nCleared at 03:16 UTC after 2 minutes.']);
    await harness.advance(MINUTE);
    await harness.alert(WARNING);
    expect(texts()).toEqual(['🟡 api slow']);
  });

  test('until it was clear for long: then it is news', async () => {
    await harness.alert(WARNING);
    await harness.alert({ ...WARNING, status: 'resolved' });
    await harness.advance(6 * MINUTE);
    await harness.alert(WARNING);
    expect(texts()).toEqual([expect.stringContaining('✅'), '🟡 api slow']);
  });
});

describe('an own rule that began to fire during a silence', () => {
  async function silenced(severity: 'critical' | 'warning'): Promise<void> {
    await harness.close();
    harness = await createHarness({ timers: true });
    await harness.add('silence', {
      name: 'deploy',
      match: { service: 'api' },
      until: new Date(harness.clock.now() + 10 * MINUTE).toISOString(),
    });
    await harness.add('alert-rule', { name: 'errors', condition: 'error_rate > 5%', severity });
    await harness.advance(9 * MINUTE);
  }

  test('opens its incident when the silence ends', async () => {
    await silenced('critical');
    expect(await harness.store.read.incidents.list(10)).toEqual([]);
    await harness.advance(3 * MINUTE);
    expect(await harness.store.read.incidents.list(10)).toHaveLength(1);
  });

  test.each([['critical' as const], ['warning' as const]])(
    'is told at that moment by the end of the silence itself, whoever measures: %s',
    async (severity) => {
      await silenced(severity);
      await harness.store.write((tx) => tx.jobs.cancel(POLL_KEY));
      await harness.advance(MINUTE - 1);
      expect(await harness.posts()).toEqual([]);
      await harness.advance(1);
      const told = (await harness.posts()).filter((post) => /api error rate/.test(post));
      expect(told.length).toBeGreaterThan(0);
      expect(await harness.store.read.alerts.muted(0, 10)).toEqual([]);
      await harness.advance(MINUTE);
      expect(await harness.store.read.incidents.list(10)).toHaveLength(severity === 'critical' ? 1 : 0);
    },
  );

  test('is posted once when the silence ends', async () => {
    await silenced('warning');
    expect(await harness.posts()).toEqual([]);
    await harness.advance(3 * MINUTE);
    expect(await harness.posts()).toEqual([expect.stringContaining('api error rate high')]);
  });
});
