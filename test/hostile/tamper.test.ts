// Hands in the state file between the yes and the step: nothing runs, and the thread says why.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  for (const name of ['mike', 'ana']) {
    const ids = { slack: `U-${name}` };
    await h.add('contact', { name, ids, order: ['slack'], can: ['approve'], unattended: false });
  }
});
afterEach(() => h.close());

/** As somebody with a database tool would. */
function sql(...statements: string[]): void {
  const database = new Sqlite(join(h.stateDir, 'openclaw.db'));
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}

/** Agreed to, and the daemon dies before the first step is begun. */
async function approveAndDie(asked: string, approvals: [who: string, text: string][]): Promise<void> {
  await h.say('@sarah', asked);
  const last = approvals.length - 1;
  for (const [index, [who, text]] of approvals.entries()) {
    if (index === last) {
      let looks = 0;
      h.world.onInspect = () => {
        looks += 1;
        if (looks > 1) return undefined;
        void h.kill();
        return new Promise<void>(() => {});
      };
    }
    await h.say(who, text);
  }
  h.world.onInspect = () => {};
  expect(h.dead).toBe(true);
  await h.start();
}

/** Agreed to, and the daemon dies after the intent was written and before the effect. */
async function approveAndDieInTheStep(asked: string, who: string, text: string): Promise<void> {
  await h.say('@sarah', asked);
  h.world.onEffect = () => {
    void h.kill();
    return new Promise<void>(() => {});
  };
  await h.say(who, text);
  h.world.onEffect = () => {};
  expect(h.dead).toBe(true);
  await h.start();
}

const setBody = (path: string, value: string) =>
  `update plan set body_json = json_set(body_json, '${path}', json('${value}'))`;

const nothingRuns = async (why: string) => {
  await h.settle();
  expect(h.world.effects).toEqual([]);
  expect((await h.posts()).join('\n')).toContain(why);
};

const BYTES = 'the stored plan does not match its digest';
const cases: [name: string, statements: string[], why: string][] = [
  ['another count', [setBody('$.steps[0].args.count', '5')], BYTES],
  ['another service', [setBody('$.steps[0].args.service', '"orders-db"')], BYTES],
  ['another target', [setBody('$.steps[0].target.id', '"fake:orders-db"')], BYTES],
  ['another capability', [setBody('$.steps[0].capability', '"services.restart"')], BYTES],
  ['another source', [setBody('$.steps[0].source', '"GitHub"')], BYTES],
  ['facts that fit today', [setBody('$.steps[0].facts.capacity', '3')], BYTES],
  ['a smaller risk', [setBody('$.risk', '"read"')], BYTES],
  ['another success test', [setBody('$.success', '{"kind":"none"}')], BYTES],
  ['another way back', [setBody('$.undo', 'null')], BYTES],
  ['another requester', [setBody('$.requester.userId', '"U-mike"')], BYTES],
  ['one more step', [setBody('$.steps[1]', '{}')], BYTES],
  ['no step at all', [setBody('$.steps', '[]')], BYTES],
  ['a later expiry', ['update plan set expires_at = expires_at + 1'], BYTES],
  ['the digest of the plan', ["update plan set digest = 'sha256:00'"], BYTES],
  [
    'the digest of the approval',
    ["update approval set digest = 'sha256:00'"],
    'the approval names another digest',
  ],
  ['nobody decided', ['update approval set decided_by = null'], 'nobody approved it'],
  ['no time of the decision', ['update approval set decided_at = null'], 'nobody approved it'],
  [
    'decided by somebody else',
    ["update approval set decided_by = 'slack:T1:U-mallory'"],
    'has no right to approve',
  ],
  [
    'decided in another workspace',
    ["update approval set decided_by = 'slack:T2:U-nobody'"],
    'has no right to approve',
  ],
  [
    'decided on another platform',
    ["update approval set decided_by = 'local:T1:U-mike'"],
    'has no right to approve',
  ],
  ['a key that is none', ["update approval set decided_by = '%%%'"], 'has no right to approve'],
  ['still waiting', ["update approval set state = 'waiting'"], 'nobody approved it'],
  ['denied', ["update approval set state = 'denied'"], 'nobody approved it'],
  ['the approval is gone', ['delete from approval'], 'nobody approved it'],
  [
    'decided after it had expired',
    ['update approval set decided_at = expires_at + 1'],
    'after it had expired',
  ],
  [
    'a standing approval',
    ["update approval set standing = 'auto-fix: Disk Cleanup'"],
    'the auto-fix is gone',
  ],
  [
    'the right was taken away',
    ["update resource set enabled = 0 where name = 'mike'"],
    'has no right to approve',
  ],
  [
    'the service is gone',
    ["delete from resource where kind = 'service' and name = 'api'"],
    'gone or disabled',
  ],
  [
    'frozen by hand',
    [
      `insert into setting (key, value_json, updated_at) values
       ('freeze', '{"reason":"bad feeling","by":"a","byName":"@lead","at":0}', 0)`,
    ],
    'frozen by @lead: bad feeling',
  ],
];

describe('between the yes and the first step', () => {
  test.each(cases)('%s', async (_name, statements, why) => {
    await approveAndDie('/scale api 4', [['@mike', '/approve 1']]);
    sql(...statements);
    await nothingRuns(why);
  });

  test('untouched, the same plan runs once', async () => {
    await approveAndDie('/scale api 4', [['@mike', '/approve 1']]);
    await h.settle();
    expect(h.world.effects).toHaveLength(1);
  });
});

describe('between the intent and the effect', () => {
  // A rollback has no way back that could be changed.
  test.each(cases.filter(([name]) => name !== 'another way back'))('%s', async (_name, statements, why) => {
    await approveAndDieInTheStep('/rollback api #492', '@mike', '/approve 1');
    sql(...statements.map((each) => each.replace('$.steps[0].args.count', '$.steps[0].args.deploy')));
    await nothingRuns(why);
  });
});

describe('critical plans', () => {
  const steps: [string, string][] = [
    ['@mike', '/approve 1'],
    ['@ana', '/approve 1 orders-db'],
  ];

  test.each([
    [
      'the first step never happened',
      'update approval set first_by = null',
      'only one of its two steps was taken',
    ],
    [
      'the first was somebody without the right',
      "update approval set first_by = 'slack:T1:U-mallory'",
      'no right',
    ],
  ])('%s', async (_name, statement, why) => {
    await approveAndDie('/db-failover orders-db', steps);
    sql(statement);
    await nothingRuns(why);
  });

  test('without its word in the row it is still not done by one step', async () => {
    await h.say('@sarah', '/db-failover orders-db');
    sql('update approval set confirm_word = null');
    await h.say('@mike', '/approve 1');
    await nothingRuns('only one of its two steps was taken');
  });

  test('two people are two people, whatever the row says', async () => {
    await h.store.write(async (tx) => {
      const found = await tx.resources.find('command', 'db-failover');
      if (found) await tx.resources.update('command', found.id, { spec: { ...found.spec, twoPerson: true } });
    });
    await approveAndDie('/db-failover orders-db', steps);
    sql("update approval set decided_by = 'slack:T1:U-mike'");
    await nothingRuns('this command needs two people');
  });
});

describe('a closing that names another incident closes none', () => {
  beforeEach(async () => {
    await h.say('@sarah', '/incident open api is slow');
    await h.say('@sarah', '/incident open orders-db is slow');
    await h.say('@sarah', '/incident close 1 it was nothing');
  });

  test('changed before the yes', async () => {
    sql(setBody('$.closes.incidentId', '2'));
    await h.say('@mike', '/approve 1');
    await nothingRuns('Plan #1 is not what was shown');
    expect((await h.store.read.incidents.listOpen()).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('changed after the yes', async () => {
    await h.store.write(async (tx) => {
      await tx.approvals.move(1, ['waiting'], 'approved', { decided: 'slack:T1:U-mike' });
      await tx.plans.move(1, ['waiting'], 'approved');
      await tx.jobs.add('execute', { planId: 1 });
    });
    sql(setBody('$.closes.incidentId', '2'));
    await nothingRuns(BYTES);
    expect((await h.store.read.incidents.listOpen()).map(({ id }) => id)).toEqual([1, 2]);
  });
});
