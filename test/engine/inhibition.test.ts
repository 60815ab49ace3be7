// While something a service needs is down, its own pages wait; and no two incidents ever wait for each other.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dependantsOf, dependenciesOf } from '../../src/domain/dependency.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const DB = { title: 'db is down', service: 'shop-db' };
const CACHE = { title: 'cache is slow', service: 'cache' };
const WEB = { title: 'web errors', service: 'web' };

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
  // web needs cache, cache needs shop-db; left and right need each other.
  for (const [name, dependsOn] of [
    ['web', ['cache']],
    ['cache', ['shop-db']],
    ['shop-db', []],
    ['left', ['right']],
    ['right', ['left']],
  ] as const)
    await harness.add('service', {
      name,
      kind: 'app',
      bindings: {},
      instances: [],
      dependsOn: [...dependsOn],
    });
});
afterEach(() => harness.close());

const incident = async (id: number) => {
  const found = await harness.store.read.incidents.find(id);
  if (!found) throw new Error(`no incident ${id}`);
  return found;
};
const pages = async (id: number) =>
  (await harness.store.read.posts.ofIncident(id)).filter(({ lane }) => lane === 'page').length;
const said = async (text: string) => (await harness.posts()).filter((post) => post.includes(text)).length;

test('a dependant opens with its thread, and its pages wait until the other ends', async () => {
  await harness.alert(DB);
  await harness.alert(WEB);
  expect(await incident(2)).toMatchObject({ state: 'open', inhibitedBy: 1, level: 0 });
  expect(await said('Pages wait for #1, shop-db: web depends on it.')).toBe(1);
  expect(await said('The pages of #2, web wait for this one: web errors')).toBe(1);
  await harness.say('@sarah', '/ack 1');
  await harness.advance(30 * MINUTE);
  expect(await pages(2)).toBe(0);
  await harness.alert({ ...DB, status: 'resolved' });
  await harness.advance(5 * MINUTE);
  expect(await incident(2)).toMatchObject({ inhibitedBy: null, level: 1 });
  expect(await pages(2)).toBe(1);
  await harness.advance(5 * MINUTE);
  expect(await incident(2)).toMatchObject({ level: 2 });
});

test('one that was paged already: its further escalation waits, and starts at level 1', async () => {
  await harness.alert(WEB);
  expect(await pages(1)).toBe(1);
  await harness.alert(DB);
  expect(await said('Further escalation waits for #2, shop-db: web depends on it.')).toBe(1);
  await harness.say('@sarah', '/ack 2');
  await harness.advance(30 * MINUTE);
  expect(await pages(1)).toBe(1);
  await harness.say('@sarah', '/incident close 2 failed over', { incidentId: 2 });
  await harness.say('@sarah', '/approve', { incidentId: 2 });
  expect(await pages(1)).toBe(2);
});

test('one whose page is gathered with others for half a minute is not in it, unless somebody asked for that', async () => {
  await harness.alert({ title: 'left is down', service: 'left' });
  await harness.alert(WEB);
  await harness.alert(DB);
  const gathered = () =>
    harness.slack.posts.filter(({ conversation }) => conversation === 'U-sarah').slice(1);
  await harness.advance(MINUTE / 2);
  expect(gathered().map(({ message }) => message.title)).toEqual(['📟 @sarah: 🔴 INCIDENT #3 — db is down']);
  expect(await harness.timeline(2)).toContain('The page for sarah was not sent: its pages wait for #3');
  expect(await incident(2)).toMatchObject({ inhibitedBy: 3 });
  await harness.say('@sarah', '/escalate 2 I want to know');
  expect(harness.slack.posts.filter(({ conversation }) => conversation === 'U-lead')).toHaveLength(1);
});

test('what somebody asks for while its pages wait is gathered with others as ever', async () => {
  await harness.alert(DB);
  await harness.alert(WEB);
  await harness.say('@sarah', '/escalate 2 I want to know');
  await harness.advance(MINUTE / 2);
  expect(
    harness.slack.posts
      .filter(({ conversation }) => conversation === 'U-sarah')
      .map(({ message }) => message.title),
  ).toContainEqual(expect.stringContaining('INCIDENT #2 — web errors'));
});

test('one that comes back while what it needs is down says that its pages wait, and pages nobody', async () => {
  await harness.alert(WEB);
  await harness.alert({ ...WEB, status: 'resolved' });
  await harness.advance(6 * MINUTE);
  await harness.alert(DB);
  const before = await pages(1);
  await harness.alert(WEB);
  expect(await said('Nobody has it, and its pages wait for #2.')).toBe(1);
  expect(await said('Escalation starts again at level 1.')).toBe(0);
  await harness.advance(4 * MINUTE);
  expect(await pages(1)).toBe(before);
});

test('what cleared meanwhile pages nobody', async () => {
  await harness.alert(DB);
  await harness.alert(WEB);
  await harness.alert({ ...WEB, status: 'resolved' });
  await harness.alert({ ...DB, status: 'resolved' });
  await harness.advance(20 * MINUTE);
  expect(await incident(2)).toMatchObject({ state: 'resolved' });
  expect(await pages(2)).toBe(0);
});

test('one that flaps while it waits pages nobody', async () => {
  await harness.alert(DB);
  await harness.say('@sarah', '/ack 1');
  await harness.alert(WEB);
  await harness.alert({ ...WEB, status: 'resolved' });
  await harness.advance(2 * MINUTE);
  await harness.alert(WEB);
  await harness.advance(20 * MINUTE);
  expect(await pages(2)).toBe(0);
});

test('people may take it and tell more of them all the same', async () => {
  await harness.alert(DB);
  await harness.alert(WEB);
  await harness.advance(MINUTE);
  await harness.say('@sarah', '/escalate 2');
  expect(await pages(2)).toBe(1);
  await harness.say('@sarah', '/ack 1');
  await harness.advance(20 * MINUTE);
  expect(await pages(2)).toBe(1);
  await harness.say('@sarah', '/ack 2 2h');
  await harness.alert({ ...DB, status: 'resolved' });
  await harness.advance(5 * MINUTE);
  expect(await said('@sarah has it.')).toBe(1);
  expect(await pages(2)).toBe(1);
});

describe('who waits for whom', () => {
  test('two that need each other: the first is the root', async () => {
    await harness.alert({ title: 'left', service: 'left' });
    await harness.alert({ title: 'right', service: 'right' });
    expect((await incident(1)).inhibitedBy).toBeNull();
    expect((await incident(2)).inhibitedBy).toBe(1);
  });

  test('in a chain the next one, when the root ends', async () => {
    await harness.alert(DB);
    await harness.alert(CACHE);
    await harness.alert(WEB);
    expect([(await incident(2)).inhibitedBy, (await incident(3)).inhibitedBy]).toEqual([1, 1]);
    await harness.alert({ ...DB, status: 'resolved' });
    await harness.advance(5 * MINUTE);
    expect([(await incident(2)).inhibitedBy, (await incident(3)).inhibitedBy]).toEqual([null, 2]);
    expect([await pages(2), await pages(3)]).toEqual([1, 0]);
  });

  test('nobody for one that is not critical, until it is', async () => {
    await harness.add('alert-route', {
      name: 'all',
      severities: [],
      services: [],
      labels: {},
      to: '#ops-critical',
      alsoPage: [],
      incident: true,
    });
    await harness.alert({ ...DB, severity: 'warning' });
    await harness.alert(WEB);
    expect((await incident(2)).inhibitedBy).toBeNull();
    await harness.alert(DB);
    expect((await incident(2)).inhibitedBy).toBe(1);
    await harness.say('@sarah', '/incident severity warning', { incidentId: 1 });
    expect(await incident(2)).toMatchObject({ inhibitedBy: null, level: 1 });
  });

  test('the one it became part of ends nothing: the pages go on', async () => {
    await harness.alert(DB);
    await harness.alert(WEB);
    await harness.alert({ title: 'api', service: 'api' });
    await harness.say('@sarah', '/incident merge 1 into 3');
    expect(await incident(2)).toMatchObject({ inhibitedBy: null, level: 1 });
  });

  test('never each other, whatever fires and clears in whatever order', async () => {
    const names = ['web', 'cache', 'shop-db', 'left', 'right'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 10 });
    await fc.assert(
      fc.property(edges, fc.constantFrom(...names), (pairs, name) => {
        const services = names.map((each) => ({
          name: each,
          dependsOn: pairs.filter(([from]) => from === each).map(([, to]) => to),
        }));
        const below = dependenciesOf(name, services);
        expect(below).not.toContain(name);
        for (const other of below) expect(dependantsOf(other, services)).toContain(name);
      }),
      { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
    );
  });
});

describe('an edit of what depends on what', () => {
  beforeEach(async () => {
    await harness.close();
    harness = await createHarness({ timers: ['audit', 'lookout'] });
    for (const name of ['web', 'cache', 'shop-db'])
      await harness.add('service', { name, kind: 'app', bindings: {}, instances: [], dependsOn: [] });
  });
  async function depend(name: string, dependsOn: string[]): Promise<void> {
    const found = await harness.store.read.resources.find('service', name);
    if (!found) throw new Error(name);
    const spec = { ...found.spec, dependsOn };
    await harness.store.write((tx) => tx.resources.update('service', found.id, { spec }));
  }
  const LOOK = 30_000;

  test('lets go what depends on it no more: it is told from level 1, and its thread says why', async () => {
    await depend('web', ['shop-db']);
    await harness.alert(WEB);
    await harness.alert(DB);
    expect((await incident(1)).inhibitedBy).toBe(2);
    await harness.advance(LOOK);
    await depend('web', []);
    await harness.advance(LOOK);
    expect(await incident(1)).toMatchObject({ inhibitedBy: null, level: 1 });
    expect(await pages(1)).toBe(2);
    expect(
      await said('🔔 #2, shop-db, is nothing that web depends on any more: escalation starts at level 1.'),
    ).toBe(1);
    expect((await harness.timeline(2)).join('\n')).toContain(
      'The pages of #1, web wait for this one no more',
    );
  });

  test('lets go what somebody has without paging anybody', async () => {
    await depend('web', ['shop-db']);
    await harness.alert(DB);
    await harness.alert(WEB);
    await harness.say('@sarah', '/ack 2');
    await depend('web', []);
    await harness.advance(LOOK);
    expect((await incident(2)).inhibitedBy).toBeNull();
    expect(await pages(2)).toBe(0);
    expect(await said('is nothing that web depends on any more: @sarah has it.')).toBe(1);
  });

  test('makes it wait for another one that it depends on as well', async () => {
    await depend('web', ['shop-db', 'cache']);
    await harness.alert(DB);
    await harness.alert(CACHE);
    await harness.alert(WEB);
    expect((await incident(3)).inhibitedBy).toBe(1);
    await depend('web', ['cache']);
    await harness.advance(LOOK);
    expect((await incident(3)).inhibitedBy).toBe(2);
    expect(await pages(3)).toBe(0);
    expect(await said('escalation starts at level 1')).toBe(0);
  });

  test('makes wait what depends on it from now on', async () => {
    await harness.alert(DB);
    await harness.advance(MINUTE);
    await harness.alert(WEB);
    expect(await pages(2)).toBe(1);
    await depend('web', ['shop-db']);
    await harness.advance(LOOK);
    expect((await incident(2)).inhibitedBy).toBe(1);
    expect(await said('Further escalation waits for #1, shop-db: web depends on it.')).toBe(1);
  });

  test('of two that need each other from now on the older one is the root', async () => {
    await harness.alert(DB);
    await harness.alert(WEB);
    await depend('web', ['shop-db']);
    await depend('shop-db', ['web']);
    await harness.advance(LOOK);
    expect([(await incident(1)).inhibitedBy, (await incident(2)).inhibitedBy]).toEqual([null, 1]);
  });

  test('while the daemon was down is settled when it starts', async () => {
    await depend('web', ['shop-db']);
    await harness.alert(DB);
    await harness.alert(WEB);
    await harness.kill();
    await harness.start();
    await depend('web', []);
    await harness.settle();
    expect(await incident(2)).toMatchObject({ inhibitedBy: null, level: 1 });
  });

  test('of anything else says nothing', async () => {
    await depend('web', ['shop-db']);
    await harness.alert(DB);
    await harness.alert(WEB);
    await harness.say('@sarah', '/ack 1');
    const before = (await harness.posts()).length;
    await depend('cache', ['shop-db']);
    await harness.advance(LOOK);
    expect((await harness.posts()).length).toBe(before);
  });
});

describe('the audit', () => {
  beforeEach(async () => {
    await harness.close();
    harness = await createHarness({ timers: ['audit', 'lookout'] });
    for (const [name, dependsOn] of [
      ['web', ['shop-db']],
      ['shop-db', []],
    ] as const)
      await harness.add('service', {
        name,
        kind: 'app',
        bindings: {},
        instances: [],
        dependsOn: [...dependsOn],
      });
    await harness.alert(DB);
    await harness.alert(WEB);
  });
  const repaired = () => harness.logs.filter(({ event }) => event === 'escalation-repaired').length;

  test('leaves what waits alone', async () => {
    await harness.advance(2 * MINUTE);
    expect(repaired()).toBe(0);
    expect(await pages(2)).toBe(0);
  });

  test('starts what waits for one that is over', async () => {
    await harness.store.write((tx) =>
      tx.incidents.update(1, { state: 'resolved', resolvedAt: harness.clock.now() }),
    );
    await harness.advance(MINUTE);
    expect(repaired()).toBe(1);
    expect(await pages(2)).toBe(1);
    expect((await incident(2)).inhibitedBy).toBeNull();
  });
});
