// An acknowledgement has an owner and an end.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ackExpiryKey } from '../../src/engine/acknowledgement.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const API = { title: 'api errors', service: 'api' };

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ timers: ['audit', 'lookout'] });
  await h.alert(API);
});
afterEach(() => h.close());

const incident = async () => {
  const found = await h.store.read.incidents.find(1);
  if (!found) throw new Error('no incident');
  return found;
};
const leftMs = async () => ((await incident()).ackExpiresAt ?? 0) - h.clock.now();
const said = async (text: string) => (await h.posts()).filter((post) => post.includes(text)).length;
const slackOf = (text: string) =>
  h.slack.posts.filter(({ message }) => message.title.includes(text)).map(({ mentions }) => mentions);

function sql(statement: string): void {
  const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
  expect(file.prepare(statement).run().changes).toBeGreaterThan(0);
  file.close();
}

test('it runs for an hour when nothing else was said, and its mention names the owner', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  expect(await leftMs()).toBe(60 * MINUTE);
  await h.advance(55 * MINUTE);
  expect(slackOf('⏳')).toEqual([['U-sarah']]);
  expect((await incident()).ackedBy).toBe('slack:T1:U-sarah');
  await h.advance(5 * MINUTE);
  expect(await incident()).toMatchObject({ ackedBy: null, ackedByName: '@sarah', ackExpiresAt: null });
  expect((await incident()).level).toBe(1);
});

test.each([
  ['a remark of the owner in the thread', '@sarah', 'looking', { incidentId: 1 }, true],
  ['a command of the owner in the thread', '@sarah', '/logs api', { incidentId: 1 }, true],
  ['a question that is understood by nothing', '@sarah', '/nonsense', { incidentId: 1 }, true],
  ['a command in its room', '@sarah', '/logs api', {}, true],
  ['a remark in its room, which may be about anything', '@sarah', 'lunch?', {}, false],
  ['a command in another room', '@sarah', '/logs api', { room: '#ops-alerts' }, false],
  ['a remark of somebody else', '@mike', 'looking', { incidentId: 1 }, false],
  ['a bot with the id of the owner', '@sarah', 'looking', { incidentId: 1, bot: true }, false],
])('%s', async (_name, who, text, place, renews) => {
  await h.say('@sarah', '/ack 1 2h', { incidentId: 1 });
  await h.advance(30 * MINUTE);
  await h.say(who, text, place);
  expect(await leftMs()).toBe(renews ? 120 * MINUTE : 90 * MINUTE);
});

test('a decision of the owner about a plan of the incident renews it, wherever it is typed', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.say('@mike', '/scale api 4', { incidentId: 1 });
  await h.advance(5 * MINUTE);
  await h.say('@sarah', '/deny 1 not yet', { room: '#somewhere' });
  expect(await leftMs()).toBe(60 * MINUTE);
});

test('what the owner does elsewhere counts for whom their contact is known there', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.store.write((tx) =>
    tx.incidents.update(1, { ackedBy: 'terminal:host:500', ackExpiresAt: h.clock.now() + MINUTE }),
  );
  await h.say('@sarah', 'looking', { incidentId: 1 });
  expect(await leftMs()).toBe(MINUTE);
  const sarah = await h.store.read.resources.find('contact', 'sarah');
  if (!sarah) throw new Error('no contact');
  await h.store.write((tx) =>
    tx.resources.update('contact', sarah.id, {
      spec: { ...sarah.spec, ids: { slack: 'U-sarah', terminal: '500' } },
    }),
  );
  await h.say('@sarah', 'looking', { incidentId: 1 });
  expect(await leftMs()).toBe(60 * MINUTE);
});

test('a shorter one is mentioned halfway, and takes back a longer one', async () => {
  await h.say('@sarah', '/ack 1 2h', { incidentId: 1 });
  await h.say('@sarah', '/ack 1 4m', { incidentId: 1 });
  await h.advance(2 * MINUTE - 1000);
  expect(await said('⏳')).toBe(0);
  await h.advance(1000);
  expect(await said('⏳')).toBe(1);
  await h.advance(2 * MINUTE);
  expect((await incident()).ackedBy).toBeNull();
});

test('one that ran out while the daemon was down is mentioned first, and has five minutes more', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.kill();
  h.clock.advance(3 * 60 * MINUTE);
  await h.start();
  await h.settle();
  expect(await said('⏳')).toBe(1);
  expect(await leftMs()).toBe(5 * MINUTE);
  await h.advance(4 * MINUTE);
  await h.say('@sarah', 'here', { incidentId: 1 });
  expect(await leftMs()).toBe(60 * MINUTE);
  expect(await said('still has #1')).toBe(1);
});

test('one that was mentioned before the daemon went down ends at its start, and says so', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.advance(56 * MINUTE);
  await h.kill();
  h.clock.advance(10 * MINUTE);
  await h.start();
  await h.settle();
  expect(await said('⏳')).toBe(1);
  expect(await said('ran out (due 04:14 UTC, the daemon was down)')).toBe(1);
});

test('nothing runs out while everything is clear; what fires again is mentioned first', async () => {
  await h.add('alert-route', {
    name: 'slow',
    severities: ['critical'],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: [],
    resolveAfterMs: 120 * MINUTE,
  });
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.alert({ ...API, status: 'resolved' });
  await h.advance(90 * MINUTE);
  expect(await said('⏳')).toBe(0);
  await h.alert(API);
  expect((await incident()).ackedBy).not.toBeNull();
  await h.advance(2 * MINUTE);
  expect(await said('⏳')).toBe(1);
  await h.advance(5 * MINUTE);
  expect((await incident()).ackedBy).toBeNull();
});

test('a resolved incident has nothing that runs out', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  await h.alert({ ...API, status: 'resolved' });
  await h.advance(120 * MINUTE);
  expect((await incident()).state).toBe('resolved');
  expect(await said('⏳')).toBe(0);
  expect(await said('ran out')).toBe(0);
});

test('the audit gives one from before there was an end the usual time, and a lost timer back', async () => {
  await h.say('@sarah', '/ack 1', { incidentId: 1 });
  sql("delete from job where kind = 'ack-expiry'");
  sql('update incident set ack_expires_at = null, ack_for_ms = null');
  await h.advance(MINUTE);
  const given = h.logs.filter(({ event }) => event.startsWith('acknowledgement'));
  expect(given).toMatchObject([{ event: 'acknowledgement-given-an-end', level: 'info', incident: 1 }]);
  expect(await leftMs()).toBeGreaterThan(58 * MINUTE);
  sql("delete from job where kind = 'ack-expiry'");
  await h.advance(MINUTE);
  expect(h.logs.at(-1)).toMatchObject({ event: 'acknowledgement-repaired', level: 'error' });
  expect(await h.store.read.jobs.findQueued(ackExpiryKey(1))).not.toBeNull();
  await h.advance(60 * MINUTE);
  expect((await incident()).ackedBy).toBeNull();
});

test('handed to somebody who has no id in the chat, it says so', async () => {
  await h.add('contact', {
    name: 'zoe',
    ids: { email: 'z@example.org' },
    order: [],
    can: [],
    unattended: false,
  });
  expect(await h.say('@sarah', '/ack @zoe', { incidentId: 1 })).toContain(
    'They have no id on slack: make sure they know.',
  );
  expect(slackOf('hands #1 over to you')).toEqual([[]]);
});

test('handed to whoever speaks, it is simply theirs', async () => {
  expect(await h.say('@sarah', '/ack @sarah 3h', { incidentId: 1 })).toContain('@sarah has #1 now.');
  expect(await leftMs()).toBe(180 * MINUTE);
});

test('where its pages wait for another incident the end of it says so, and pages nobody', async () => {
  await h.add('service', { name: 'web', kind: 'app', bindings: {}, instances: [], dependsOn: ['api'] });
  await h.alert({ title: 'web errors', service: 'web' });
  await h.say('@sarah', '/ack 1 2h');
  await h.say('@sarah', '/ack 2');
  await h.advance(55 * MINUTE);
  expect(await said('Else nobody has it, and its pages wait for #1.')).toBe(1);
  await h.advance(5 * MINUTE);
  expect(await said('ran out: nobody has #2, and its pages wait for #1.')).toBe(1);
  expect(await h.timeline(2)).toContain('The acknowledgement of @sarah ran out: its pages wait for #1');
  expect(await said('starts again at level 1')).toBe(0);
  await h.advance(30 * MINUTE);
  expect((await h.store.read.incidents.find(2))?.level).toBe(0);
  await h.alert({ ...API, status: 'resolved' });
  await h.advance(5 * MINUTE);
  expect(await h.store.read.incidents.find(2)).toMatchObject({ ackedBy: null, inhibitedBy: null, level: 1 });
});
