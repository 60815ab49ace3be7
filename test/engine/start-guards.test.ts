// What is asked once more in the transaction that writes the intent. Each guard alone, at the last possible moment:
// after the facts were read again, before the step begins.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kind, SpecOf } from '../../src/domain/resource.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  for (const name of ['mike', 'ana']) await h.add('contact', person(name));
});
afterEach(() => h.close());

function person(name: string): SpecOf['contact'] {
  return { name, ids: { slack: `U-${name}` }, order: ['slack'], can: ['approve'], unattended: false };
}

/** Done while the facts are read for the second time from now on: right before the transaction. */
function atTheLastMoment(work: () => void | Promise<void>, looks = 1): void {
  let left = looks;
  h.world.onInspect = () => {
    left -= 1;
    return left === 0 ? work() : undefined;
  };
}

function sql(statement: string): void {
  const database = new Sqlite(join(h.stateDir, 'openclaw.db'));
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}

async function edit<K extends Kind>(kind: K, name: string, change: Partial<SpecOf[K]>): Promise<void> {
  await h.store.write(async (tx) => {
    const found = await tx.resources.find(kind, name);
    if (found) await tx.resources.update(kind, found.id, { spec: { ...found.spec, ...change } });
  });
}

async function refusedWith(why: string): Promise<void> {
  expect(h.world.effects).toEqual([]);
  expect((await h.posts()).join('\n')).toContain(why);
}

describe('a step does not begin', () => {
  test.each<[name: string, asked: string, statement: string, why: string]>([
    [
      'of a plan that is no longer approved',
      '/restart api',
      "update plan set state = 'void'",
      'the plan is void',
    ],
    [
      'of a plan whose bytes changed',
      '/restart api',
      "update plan set body_json = json_set(body_json, '$.watchMs', 1, '$.risk', 'read')",
      'does not match its digest',
    ],
    ['without an approval', '/restart api', 'delete from approval', 'nobody approved it'],
    [
      'of a plan that was denied',
      '/restart api',
      "update approval set state = 'denied'",
      'nobody approved it',
    ],
    [
      'under the approval of other bytes',
      '/restart api',
      "update approval set digest = 'sha256:0'",
      'the approval names another digest',
    ],
    ['that nobody decided', '/restart api', 'update approval set decided_by = null', 'nobody approved it'],
    [
      'that was decided after it had expired',
      '/restart api',
      'update approval set decided_at = expires_at + 1',
      'approved after it had expired',
    ],
    [
      'while changes are frozen',
      '/restart api',
      `insert into setting (key, value_json, updated_at) values
       ('freeze', '{"reason":"bad feeling","by":"a","byName":"@lead","at":0}', 0)`,
      'frozen by @lead: bad feeling',
    ],
    [
      'when who approved it lost the right',
      '/restart api',
      "update resource set enabled = 0 where name = 'mike'",
      'has no right to approve',
    ],
    [
      'when who asked for it approved it, and it needs two',
      '/flush-cache api',
      "update approval set decided_by = 'slack:T1:U-sarah'",
      'has no right to approve',
    ],
    [
      'when its command is disabled',
      '/restart api',
      "update resource set enabled = 0 where name = 'restart'",
      'gone or disabled',
    ],
    [
      'of what is a database by now',
      '/restart api',
      `update resource set spec_json = json_set(spec_json, '$.kind', 'database') where kind = 'service' and name = 'api'`,
      'api is a database',
    ],
    [
      'while another change of its target runs',
      '/restart api',
      `insert into execution (id, plan_id, step, state, capability, source, target, args_json, facts_json, started_at)
       values ('other', 1, 9, 'started', 'x', 'AWS Production', 'AWS Production/fake:api', '{}', '{}', 0)`,
      'another change of api is running',
    ],
  ])('%s', async (_name, asked, statement, why) => {
    await h.say('@sarah', asked);
    atTheLastMoment(() => sql(statement));
    await h.say('@mike', '/approve 1');
    await refusedWith(why);
  });

  test('when its command needs two people by now', async () => {
    await h.say('@sarah', '/restart api');
    atTheLastMoment(() => edit('command', 'restart', { twoPerson: true }));
    await h.say('@mike', '/approve 1');
    await refusedWith('needs two people now');
  });

  test('of a command for two people by one of them alone', async () => {
    await edit('command', 'restart', { twoPerson: true });
    await h.say('@mike', '/restart api');
    atTheLastMoment(() => sql("update approval set decided_by = 'slack:T1:U-mike'"));
    await h.say('@ana', '/approve 1');
    await refusedWith('this command needs two people');
  });

  test('long after its yes', async () => {
    await h.say('@sarah', '/restart api');
    atTheLastMoment(() => h.clock.advance(3 * 3_600_000));
    await h.say('@mike', '/approve 1');
    await refusedWith('its approval is too old');
  });

  test('that is more dangerous than what was approved', async () => {
    const api = h.world.services.get('api');
    if (!api) throw new Error('no api');
    api.desired = 6;
    await h.say('@sarah', '/scale api 12 --reason "a sale at four"');
    expect((await h.store.read.plans.find(1))?.risk).toBe('routine');
    api.desired = 2;
    await h.say('@sarah', '/scale api 3');
    await h.say('@mike', '/approve 2');
    h.world.effects.length = 0;
    // What the first plan rests on is true again, and what we did meanwhile counts all the same.
    api.desired = 6;
    await h.say('@mike', '/approve 1');
    await refusedWith('its risk is now critical, and routine was approved');
  });
});

describe('a critical step does not begin', () => {
  async function twoSteps(): Promise<void> {
    await h.say('@sarah', '/db-failover orders-db');
    await h.say('@mike', '/approve 1');
  }

  test.each([
    ['after one of its two steps', 'update approval set first_by = null', 'only one of its two steps'],
    [
      'when who took the first step has no right',
      "update approval set first_by = 'slack:T1:U-mallory'",
      'mallory) has no right',
    ],
  ])('%s', async (_name, statement, why) => {
    await twoSteps();
    atTheLastMoment(() => sql(statement));
    await h.say('@ana', '/approve 1 orders-db');
    await refusedWith(why);
  });

  test('untouched it does', async () => {
    await twoSteps();
    await h.say('@ana', '/approve 1 orders-db');
    expect(h.world.effects).toHaveLength(1);
  });
});

describe('an automatic run does not begin', () => {
  const steps: SpecOf['auto-fix']['steps'] = [
    { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 }, from: 'x' },
  ];

  async function runWith(change: () => void | Promise<void>): Promise<void> {
    await h.close();
    h = await createHarness({ timers: true });
    const { digestOf } = await import('../../src/domain/digest.ts');
    await h.add('auto-fix', {
      name: 'Disk Cleanup',
      condition: 'disk_usage > 90%',
      action: 'x',
      approval: 'auto',
      notify: '#ops-info',
      twoPerson: false,
      steps,
      stepsDigest: digestOf(JSON.parse(JSON.stringify(steps))),
    });
    // Once for the plan, once before the step.
    atTheLastMoment(change, 2);
    await h.advance(2_000);
  }
  /** Not by an edit, which would void the plan by itself: each guard stands alone. */
  const fix = (change: Partial<SpecOf['auto-fix']>) => () =>
    sql(
      `update resource set spec_json = json_patch(spec_json, '${JSON.stringify(change)}') where kind = 'auto-fix'`,
    );

  test('untouched it does', async () => {
    await runWith(() => {});
    expect(h.world.effects).toHaveLength(1);
  });

  test.each<[string, () => void | Promise<void>, string]>([
    [
      'when its fix is disabled',
      () => sql("update resource set enabled = 0 where kind = 'auto-fix'"),
      'the auto-fix is gone or disabled',
    ],
    [
      'when its fix was edited',
      () => edit('auto-fix', 'Disk Cleanup', { cooldownMs: 60_000 }),
      'the auto-fix was edited since',
    ],
    ['when its fix asks by now', fix({ approval: 'ask' }), 'no longer runs by itself'],
    [
      'when its fix does something else by now',
      fix({ steps: [{ capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 }, from: 'x' }] }),
      'its steps are not the ones that were agreed to in advance',
    ],
    [
      'without a target to count by',
      () => sql('update plan set fix_target = null'),
      'no target to count its runs by',
    ],
    [
      'within its cooldown',
      () =>
        sql(
          `insert into execution (id, plan_id, step, state, capability, source, target, auto_fix, args_json, facts_json, started_at, ended_at)
           select 'before', id, 0, 'succeeded', 'x', 's', 't', 'Disk Cleanup', '{}', '{}', created_at, created_at from plan`,
        ),
      'its cooldown is 15m',
    ],
  ])('%s', async (_name, change, why) => {
    await runWith(change);
    await refusedWith(why);
  });

  test('with steps that need a person, whatever its fix says', async () => {
    const bad: SpecOf['auto-fix']['steps'] = [
      { capability: 'services.restart', args: { service: 'api', mode: 'full' }, from: 'x' },
    ];
    await h.say('@sarah', '/restart api --full');
    await h.add('auto-fix', {
      name: 'Bad',
      condition: 'disk_usage > 90%',
      action: 'x',
      approval: 'auto',
      notify: '#ops-info',
      twoPerson: false,
      steps: bad,
      stepsDigest: 'x',
    });
    atTheLastMoment(() =>
      sql(
        `update plan set auto_fix = 'Bad', fix_target = 'api',
           fix_revision = (select revision from resource where kind = 'auto-fix' and name = 'Bad');
         update approval set standing = 'auto-fix: Bad'`,
      ),
    );
    await h.say('@mike', '/approve 1');
    await refusedWith('its steps are not the ones that were agreed to in advance');
  });
});
