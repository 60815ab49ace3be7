// The self-audit: whatever waits for a job that is not there gets one, and the daemon is not held up by it.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { escalateKey, resolveKey } from '../../src/engine/incident-state.ts';
import { expireKey } from '../../src/engine/plan-state.ts';
import { createHarness, type Harness, type HarnessOptions } from '../support/harness.ts';

const MINUTE = 60_000;

async function harness(options: HarnessOptions = {}): Promise<Harness> {
  const h = await createHarness({ timers: ['audit', 'lookout'], ...options });
  onTestFinished(() => h.close());
  return h;
}

/** By hand in the database: what no code of ours does. */
function loseJobs(h: Harness, kind: string): void {
  const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
  expect(file.prepare('delete from job where kind = ?').run(kind).changes).toBeGreaterThan(0);
  file.close();
}

async function setMail(h: Harness, settings: Record<string, string>): Promise<void> {
  await h.store.write(async (tx) => {
    const mail = await tx.resources.find('channel', 'mail');
    if (mail) await tx.resources.update('channel', mail.id, { spec: { ...mail.spec, settings } });
  });
}

const events = (h: Harness) => h.logs.map(({ event }) => event).filter((event) => /-repaired$/.test(event));

describe('the audit finds', () => {
  test('an unacknowledged incident without a timer', async () => {
    const h = await harness();
    await h.alert({ title: 'api is down', service: 'api' });
    loseJobs(h, 'escalate');
    await h.advance(MINUTE);
    expect(events(h)).toEqual(['escalation-repaired']);
    expect(await h.store.read.jobs.findQueued(escalateKey(1))).not.toBeNull();
    expect(await h.timeline(1)).toContain('The escalation had no timer; the audit set one');
    // Said elsewhere than in the incident's own channel, and by status and doctor for a day.
    const posts = await h.store.read.posts.changedSince(0, 1000);
    const said = posts.filter(({ message }) => message.title.includes('self-audit'));
    expect(said.map(({ channel, conversation, lane }) => [channel, conversation, lane])).toEqual([
      ['terminal', '#ops-critical', 'page'],
    ]);
    const mended = async () =>
      (await h.store.read.settings.get('warnings')).filter(({ key }) => key === 'mended');
    expect(await mended()).toMatchObject([{ text: expect.stringContaining('#1 api is down') }]);
    await h.say('@sarah', '/ack 1 7d');
    h.clock.advance(25 * 60 * MINUTE);
    await h.advance(MINUTE);
    expect(await mended()).toEqual([]);
  });

  test('which is said in the other chat, where there is one', async () => {
    const h = await harness();
    await h.add('channel', { name: 'the other chat', type: 'slack', settings: {}, secrets: {} });
    await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'db is down', service: 'db-prod-01' });
    loseJobs(h, 'escalate');
    await h.advance(MINUTE);
    const posts = await h.store.read.posts.changedSince(0, 1000);
    const said = posts.filter(({ message }) => message.title.includes('self-audit'));
    expect(said.map(({ channel }) => channel)).toEqual(['the other chat']);
  });

  describe('which is said by a pager where there is no other chat', () => {
    const said = async (h: Harness) => {
      await h.alert({ title: 'api is down', service: 'api' });
      loseJobs(h, 'escalate');
      await h.advance(MINUTE);
      return (await h.store.read.posts.changedSince(0, 1000))
        .filter(({ message }) => message.title.includes('self-audit'))
        .map(({ channel, conversation, lane, state }) => [channel, conversation, lane, state]);
    };

    test('at its own address', async () => {
      const h = await harness({ mail: true });
      await setMail(h, { to: 'oncall@example.org' });
      expect(await said(h)).toEqual([['mail', 'oncall@example.org', 'page', 'sent']]);
    });

    test('to who is on call, where it has none', async () => {
      const h = await harness({ mail: true });
      expect(await said(h)).toEqual([['mail', 'sarah@example.org', 'page', 'sent']]);
    });

    test('and not by one that takes nothing: then in the terminals', async () => {
      const h = await harness({ mail: true });
      await h.store.write(async (tx) => {
        const sarah = await tx.resources.find('contact', 'sarah');
        if (sarah)
          await tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, order: ['mail'] } });
      });
      h.mail.down = true;
      await h.alert({ title: 'db is down', service: 'orders-db' });
      await h.advance(MINUTE);
      expect((await said(h)).map(([channel]) => channel)).toEqual(['terminal']);
    });

    test('rather than in a chat that is not connected', async () => {
      const h = await harness({ mail: true });
      await h.add('channel', { name: 'the other chat', type: 'slack', settings: {}, secrets: {} });
      // Connected are slack, which is the incident's own, and mail.
      expect((await said(h)).map(([channel]) => channel)).toEqual(['mail']);
    });
  });

  test.each([['nobody has acknowledged'], ['somebody has acknowledged']])(
    'an incident that is clear, that nothing would resolve, and that %s',
    async (who) => {
      const h = await harness();
      await h.alert({ title: 'api is down', service: 'api' });
      if (who.startsWith('somebody')) await h.say('@sarah', '/ack 1');
      await h.alert({ title: 'api is down', service: 'api', status: 'resolved' });
      loseJobs(h, 'resolve');
      await h.advance(MINUTE);
      expect(events(h)).toEqual(['resolve-repaired']);
      expect(await h.store.read.jobs.findQueued(resolveKey(1))).not.toBeNull();
      await h.advance(10 * MINUTE);
      expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
    },
  );

  test('nothing to do for an incident that has an owner and still fires, or is put down by hand', async () => {
    const h = await harness();
    await h.alert({ title: 'api is down', service: 'api' });
    await h.say('@sarah', '/ack 1');
    await h.advance(2 * MINUTE);
    expect(events(h)).toEqual([]);
    expect(await h.store.read.jobs.live(['escalate', 'resolve'])).toEqual([]);
  });

  test('a plan that waits for its answer without an end', async () => {
    const h = await harness();
    await h.say('@sarah', '/scale api 4');
    loseJobs(h, 'expire');
    await h.advance(MINUTE);
    expect(events(h)).toEqual(['expire-repaired']);
    expect(await h.store.read.jobs.findQueued(expireKey(1))).not.toBeNull();
    await h.advance(15 * MINUTE);
    expect((await h.store.read.plans.find(1))?.state).toBe('expired');
  });

  test('an approved plan that nothing would run', async () => {
    const h = await harness();
    await h.say('@sarah', '/scale api 4');
    await h.store.write((tx) => tx.plans.move(1, ['waiting'], 'approved'));
    await h.advance(MINUTE);
    expect(events(h)).toContain('execute-repaired');
    // Nobody said yes: it looks again before it does anything.
    expect(h.world.effects).toEqual([]);
    expect((await h.store.read.plans.find(1))?.state).toBe('void');
  });

  test('a step that had begun and that nothing would end', async () => {
    const h = await harness();
    await h.say('@sarah', '/restart api');
    h.world.onEffect = (when) => (when === 'after' ? h.kill() : undefined);
    await h.say('@sarah', '/approve 1');
    h.world.onEffect = () => {};
    await h.start();
    loseJobs(h, 'execute');
    await h.advance(MINUTE);
    expect(events(h)).toContain('execute-repaired');
    expect(await h.store.read.executions.started()).toEqual([]);
    expect(h.world.effects).toHaveLength(1);
  });

  test('a watch that nothing would end', async () => {
    const h = await harness();
    await h.say('@sarah', '/rollback #492');
    await h.say('@sarah', '/approve 1');
    loseJobs(h, 'watch');
    await h.advance(10 * MINUTE);
    expect(events(h)).toEqual(['watch-repaired']);
    expect((await h.store.read.plans.find(1))?.state).toBe('done');
    expect(await h.store.read.plans.verdict(1)).toBe('better');
  });

  test('a target locked by a step whose plan is over', async () => {
    const h = await harness();
    await h.say('@sarah', '/restart api');
    h.world.onEffect = (when) => (when === 'after' ? h.kill() : undefined);
    await h.say('@sarah', '/approve 1');
    h.world.onEffect = () => {};
    await h.start();
    await h.store.write((tx) => tx.plans.move(1, ['executing'], 'failed'));
    await h.advance(MINUTE);
    expect(events(h)).toEqual(['lock-repaired']);
    expect(await h.store.read.executions.started()).toEqual([]);
  });
});

test('a thousand incidents that are looked after cost the audit nothing, and lost ones are mended in steps', async () => {
  const h = await createHarness();
  onTestFinished(() => h.close());
  await h.store.write(async (tx) => {
    for (let n = 1; n <= 1000; n++) {
      const { id } = await tx.incidents.open({
        key: `fp:${n}`,
        title: `problem ${n}`,
        severity: 'critical',
        service: null,
        startedAt: h.clock.now(),
        openedAt: h.clock.now(),
        channel: 'slack',
        conversation: '#ops-critical',
        escalation: null,
        openedBy: 'test',
      });
      if (n > 150)
        await tx.jobs.set(
          'escalate',
          { incidentId: id },
          { key: escalateKey(id), runAt: Number.MAX_SAFE_INTEGER },
        );
    }
  });
  const lost = await h.store.read.incidents.withoutTimer(100);
  expect(lost.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(await h.store.read.incidents.withoutTimer(1000)).toHaveLength(150);
});
