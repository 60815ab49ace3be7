// Yes and no in chat: who may, which plan is meant, and two who speak in the same moment.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { receiveChat } from '../../src/store/receive.ts';
import { chatEvent, type Place } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  for (const name of ['mike', 'ana', 'sarah2']) {
    const ids = { slack: `U-${name}` };
    await h.add('contact', { name, ids, order: ['slack'], can: ['approve'], unattended: false });
  }
});
afterEach(() => h.close());

const states = async (id = 1) => [
  (await h.store.read.approvals.find(id))?.state,
  (await h.store.read.plans.find(id))?.state,
];

/** Both are read before either is decided: their rooms have lanes of their own. Gives the answers. */
async function together(...lines: [who: string, text: string][]): Promise<string[]> {
  const said = lines.map(([user, text], index) => {
    const key = `test:${randomUUID()}`;
    return { key, event: chatEvent({ key, user, text, at: h.clock.now() }, { room: `#room-${index}` }) };
  });
  await h.store.write(async (tx) => {
    for (const { event } of said) await receiveChat(tx, event);
  });
  await h.settle();
  return Promise.all(
    said.map(async ({ key }) =>
      (await h.store.read.posts.answering(key)).map(({ message }) => message.title).join('\n'),
    ),
  );
}

describe('of two in the same moment one stands, and the other hears so', () => {
  test.each<[string, string, string]>([
    ['yes and yes', '/approve 1', '/approve 1'],
    ['yes and no', '/approve 1', '/deny 1'],
    ['no and yes', '/deny 1', '/approve 1'],
    ['no and no', '/deny 1', '/deny 1'],
  ])('%s', async (_name, first, second) => {
    await h.say('@sarah', '/restart api');
    const answers = await together(['@mike', first], ['@ana', second]);
    const late = answers.map((answer) => /already decided|no longer waiting/.test(answer));
    expect(late.filter(Boolean)).toHaveLength(1);
    const winner = late.indexOf(false);
    const approval = await h.store.read.approvals.find(1);
    const stands = [first, second][winner] === '/deny 1' ? 'denied' : 'approved';
    expect(approval).toMatchObject({
      state: stands,
      decidedBy: ['slack:T1:U-mike', 'slack:T1:U-ana'][winner],
    });
    expect(h.world.effects).toHaveLength(stands === 'approved' ? 1 : 0);
  });

  test('two first steps are one first step', async () => {
    await h.say('@sarah', '/db-failover orders-db');
    const answers = await together(['@mike', '/approve 1'], ['@ana', '/approve 1']);
    expect(answers.filter((answer) => answer.includes('Step 1 of 2'))).toHaveLength(1);
    expect((await h.store.read.approvals.find(1))?.state).toBe('confirming');
    expect(h.world.effects).toEqual([]);
  });

  test('a freeze and a yes: nothing begins', async () => {
    await h.say('@sarah', '/restart api');
    await together(['@mike', '/freeze bad feeling'], ['@ana', '/approve 1']);
    expect(h.world.effects).toEqual([]);
  });

  test('a yes to what was frozen meanwhile is refused with the reason', async () => {
    await h.say('@sarah', '/restart api');
    await h.store.write((tx) =>
      tx.settings.set('freeze', { reason: 'bad feeling', by: 'a', byName: '@lead', at: 0 }),
    );
    expect(await h.say('@mike', '/approve 1')).toContain('Frozen by @lead: bad feeling');
    expect(await states()).toEqual(['waiting', 'waiting']);
  });
});

describe('who may not', () => {
  test.each<[string, string, string, Place, string]>([
    ['a person without the right says yes', '@sarah', '/approve 1', {}, 'has no right to approve'],
    ['a bot says yes', '@mike', '/approve 1', { bot: true }, 'bots may read, never approve'],
    ['a bot says no', '@mike', '/deny 1', { bot: true }, 'bots may read, never deny'],
    ['a script says yes', '@mike', '/approve 1', { unattended: true }, 'there is no terminal'],
  ])('%s', async (_name, who, text, place, why) => {
    await h.say('@sarah', '/restart api');
    expect(await h.say(who, text, place)).toContain(why);
    expect(await states()).toEqual(['waiting', 'waiting']);
    expect((await h.store.read.timeline.recent(1))[0]).toMatchObject({ kind: 'refused' });
  });
});

describe('a critical plan', () => {
  test('is not done by its first step, word or not', async () => {
    await h.say('@sarah', '/db-failover orders-db');
    expect(await h.say('@mike', '/approve 1 orders-db')).toContain('Step 1 of 2');
    expect(h.world.effects).toEqual([]);
  });

  test.each(['/approve 1', '/approve 1 orders', '/approve 1 orders-db please', '/approve 1 ORDERS-DB'])(
    '"%s" is not its second step',
    async (line) => {
      await h.say('@sarah', '/db-failover orders-db');
      await h.say('@mike', '/approve 1');
      expect(await h.say('@mike', line)).toContain('type the name of what will be changed');
      expect(h.world.effects).toEqual([]);
      await h.say('@mike', '/approve 1 orders-db');
      expect(h.world.effects).toHaveLength(1);
    },
  );
});

describe('a plan that is not what was shown', () => {
  test.each([
    ['the digest of the approval', "update approval set digest = 'sha256:0'"],
    ['the digest of the plan', "update plan set digest = 'sha256:0'"],
    ['its steps', "update plan set body_json = json_set(body_json, '$.steps[0].args.mode', 'full')"],
  ])('%s', async (_name, statement) => {
    await h.say('@sarah', '/restart api');
    const database = new Sqlite(join(h.stateDir, 'openclaw.db'));
    database.exec(statement);
    database.close();
    expect(await h.say('@mike', '/approve 1')).toContain('is not what was shown');
    expect(await states()).toEqual(['waiting', 'waiting']);
    expect(h.world.effects).toEqual([]);
  });
});

describe('between the two steps', () => {
  test('facts that cannot be read are said, and the plan still waits', async () => {
    await h.say('@sarah', '/db-failover orders-db');
    h.world.faults.set('databases.failover.inspect', 'unknown');
    expect(await h.say('@mike', '/approve 1')).toContain('the facts could not be read again');
    expect(await states()).toEqual(['waiting', 'waiting']);
  });

  test('facts that moved do not plan again what somebody denied in the same moment', async () => {
    await h.say('@sarah', '/db-failover orders-db');
    const db = h.world.services.get('orders-db');
    if (db) db.primary = 'db-3';
    // The no is decided while the facts are read.
    h.world.onInspect = async () => {
      h.world.onInspect = () => {};
      await h.store.write(async (tx) => {
        await tx.approvals.move(1, ['waiting'], 'denied', { decided: 'slack:T1:U-ana' });
        await tx.plans.move(1, ['waiting'], 'denied');
      });
    };
    expect(await h.say('@mike', '/approve 1')).toContain('already decided: denied');
    expect(await states()).toEqual(['denied', 'denied']);
    expect(await h.store.read.plans.find(2)).toBeNull();
  });
});

describe('after the time', () => {
  test.each([
    ['/restart api', ['/approve 1'], 10],
    ['/db-failover orders-db', ['/approve 1', '/approve 1 orders-db'], 5],
  ])('%s is not approved any more, even before its timer has run', async (asked, lines, minutes) => {
    await h.say('@sarah', asked);
    for (const line of lines.slice(0, -1)) await h.say('@mike', line);
    // The timer that would end it is late, as it is when a daemon comes back.
    await h.store.write((tx) => tx.jobs.cancel('expire:1'));
    h.clock.advance(minutes * 60_000);
    expect(await h.say('@mike', lines.at(-1) ?? '')).toContain('has expired');
    expect(h.world.effects).toEqual([]);
  });
});

describe('which plan is meant', () => {
  test('a number that is decided says what became of it', async () => {
    await h.say('@sarah', '/restart api');
    await h.say('@mike', '/deny 1');
    expect(await h.say('@mike', '/approve 1')).toContain('plan #1 is no longer waiting: denied');
    expect(h.world.effects).toEqual([]);
  });

  test('a bare word means the only one here, and nothing where there are several', async () => {
    await h.say('@sarah', '/restart api');
    await h.say('@sarah', '/flush-cache api');
    expect(await h.say('@mike', '/approve')).toContain('2 plans are waiting here');
    expect(h.world.effects).toEqual([]);
    await h.say('@mike', '/deny 2');
    await h.say('@mike', '/approve');
    expect(h.world.effects).toHaveLength(1);
  });

  test('a bare word in another thread means nothing there', async () => {
    await h.alert({ title: 'api down', service: 'api' });
    await h.alert({ title: 'db down', service: 'orders-db' });
    await h.say('@sarah', '/restart api', { incidentId: 1 });
    expect(await h.say('@mike', '/approve', { incidentId: 2 })).toContain('no plan is waiting here');
    expect(h.world.effects).toEqual([]);
  });
});
