// One alert our code fails on is put aside, loudly. It never holds back the others.
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { receiveAlerts } from '../../src/store/receive.ts';
import { incomingAlert } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;

async function harness(): Promise<Harness> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  return h;
}

async function receive(h: Harness, bodies: unknown[]): Promise<void> {
  const entry = (body: unknown) => ({
    source: 'Prometheus',
    key: randomUUID(),
    kind: 'alert' as const,
    body,
    receivedAt: h.clock.now(),
  });
  await h.store.write((tx) => receiveAlerts(tx, bodies.map(entry)));
  await h.settle();
}

const good = (h: Harness, title: string) =>
  incomingAlert({ title, deliveryKey: randomUUID() }, h.clock.now());
/** What no format of ours makes. */
const bad = (h: Harness, title: string) => ({ ...good(h, title), labels: null, links: 7, notes: null });

describe('an alert our code fails on', () => {
  test('is kept as a dead letter and said once, and those around it open their incidents', async () => {
    const h = await harness();
    await receive(h, [good(h, 'before'), bad(h, 'token=hunter2hunter2'), good(h, 'after')]);
    await h.advance(MINUTE);
    expect((await h.store.read.incidents.listOpen()).map(({ title }) => title)).toEqual(['before', 'after']);
    expect(await h.store.read.inbox.unhandled('alert', 9)).toEqual([]);
    const [letter, ...more] = await h.store.read.inbox.unhandled('dead-letter', 9);
    expect(more).toEqual([]);
    expect(letter?.body).toMatchObject({ where: 'alert', reason: expect.stringContaining('openclaw') });
    const loud = (await h.posts()).filter((post) => post.includes('could not read'));
    expect(loud).toHaveLength(1);
    expect(JSON.stringify([loud, letter, h.logs])).not.toContain('hunter2');
    expect((await h.store.read.jobs.counts()).dead).toBe(0);
    expect(h.logs.filter(({ event }) => event === 'alert-set-aside')).toHaveLength(1);
  });

  test('does not blind the daemon: what comes later is taken in', async () => {
    const h = await harness();
    await receive(h, [bad(h, 'broken')]);
    await h.advance(30 * MINUTE);
    await receive(h, [good(h, 'a real one')]);
    expect((await h.store.read.incidents.listOpen()).map(({ title }) => title)).toEqual(['a real one']);
  });

  test('in a storm of its like is one post for them all', async () => {
    const h = await harness();
    await receive(
      h,
      Array.from({ length: 40 }, (_, n) => bad(h, `broken ${n}`)),
    );
    await h.advance(MINUTE);
    const loud = (await h.posts()).filter((post) => post.includes('could not read'));
    expect(loud).toHaveLength(1);
    expect(loud[0]).toContain('40 alerts');
    expect(loud[0]).toContain('and 35 more');
  });
});
