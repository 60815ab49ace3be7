// A state file that is used for years: what nobody looks at any more goes, in steps.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { parseKeepRaw } from '../../src/cli/run.ts';
import { audit } from '../../src/engine/handlers/audit.ts';
import { prune } from '../../src/engine/prune.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const DAY = 24 * 60 * 60_000;

async function harness(): Promise<Harness> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  return h;
}

/** One audit, without the days between. */
async function auditOnce(h: Harness): Promise<void> {
  const engine = { clock: h.clock, log: () => {} } as unknown as Parameters<typeof audit>[1];
  const commit = await audit({} as Parameters<typeof audit>[0], engine);
  await h.store.write(commit);
}

function count(h: Harness, table: string): number {
  const file = new Sqlite(join(h.stateDir, 'openclaw.db'), { readonly: true });
  const { n } = file.prepare(`select count(*) as n from ${table}`).get() as { n: number };
  file.close();
  return n;
}

const warnings = async (h: Harness) => (await h.store.read.settings.get('warnings')).map(({ text }) => text);

test('what came in is forgotten after 30 days, and what was said after 90, but not the first post of a thread', async () => {
  const h = await harness();
  await h.alert({ title: 'api is down', service: 'api' });
  await h.say('@sarah', '/incident close');
  await h.say('@sarah', '/approve 1');
  await h.say('@sarah', '/help');
  const posts = count(h, 'post');
  h.clock.advance(29 * DAY);
  await auditOnce(h);
  expect([count(h, 'inbox'), count(h, 'post')]).toEqual([4, posts]);
  h.clock.advance(2 * DAY);
  await auditOnce(h);
  expect([count(h, 'inbox'), count(h, 'post')]).toEqual([0, posts]);
  h.clock.advance(60 * DAY);
  await auditOnce(h);
  const header = (await h.store.read.incidents.find(1))?.headerPostId ?? 0;
  expect(await h.store.read.posts.find(header)).not.toBeNull();
  expect((await h.store.read.posts.ofIncident(1)).every(({ threadPostId }) => threadPostId === null)).toBe(
    true,
  );
  expect((await h.timeline(1)).length).toBeGreaterThan(0);
});

test('what is not worked through yet stays, however old', async () => {
  const h = await harness();
  await h.store.write((tx) =>
    tx.inbox.add({ source: 's', key: 'k', kind: 'alert', body: {}, receivedAt: h.clock.now() }),
  );
  h.clock.advance(400 * DAY);
  await auditOnce(h);
  expect(count(h, 'inbox')).toBe(1);
});

test('a job put aside and a message that failed are warned of for a day; the job goes after two weeks', async () => {
  const h = await harness();
  h.slack.faults.push('failed');
  await h.say('@sarah', '/help');
  await h.store.write(async (tx) => {
    await tx.jobs.add('investigate', { incidentId: 1 });
    const [job] = await tx.jobs.claim('me', 1);
    if (job) await tx.jobs.bury(job.id, 'me', 'a bug');
  });
  await auditOnce(h);
  expect(await warnings(h)).toEqual([
    '1 job was put aside after repeated errors in the last 24 hours; the log names them',
    '1 message could not be delivered in the last 24 hours',
  ]);
  h.clock.advance(DAY + 1);
  await auditOnce(h);
  expect(await warnings(h)).toEqual([]);
  expect((await h.store.read.jobs.counts()).dead).toBe(1);
  h.clock.advance(14 * DAY);
  await auditOnce(h);
  expect((await h.store.read.jobs.counts()).dead).toBe(0);
});

test('a rule that was removed leaves no memory of its condition', async () => {
  const h = await harness();
  await h.add('alert-rule', {
    name: 'Errors',
    condition: 'error_rate > 5%',
    severity: 'critical',
  } as Parameters<typeof h.add<'alert-rule'>>[1]);
  await h.store.write(async (tx) => {
    for (const owner of ['alert-rule:Errors', 'alert-rule:Gone', 'auto-fix:Gone/frozen'])
      await tx.conditions.hold(owner, 'api', h.clock.now());
  });
  await auditOnce(h);
  expect(await h.store.read.conditions.owners()).toEqual(['alert-rule:Errors']);
});

test('what came in is kept as long as it was asked to be; the record for good', async () => {
  const h = await harness();
  await h.alert({ title: 'api is down', service: 'api' });
  await h.store.write((tx) =>
    tx.deliveries.addMany([{ source: 'Prometheus', receivedAt: h.clock.now(), headers: {}, body: '{}' }]),
  );
  const entries = count(h, 'timeline');
  const pruned = (keepRawMs: number) => h.store.write((tx) => prune(tx, h.clock.now(), keepRawMs));
  h.clock.advance(3 * DAY);
  await pruned(4 * DAY);
  expect([count(h, 'inbox'), count(h, 'delivery')]).toEqual([1, 1]);
  await pruned(2 * DAY);
  expect([count(h, 'inbox'), count(h, 'delivery')]).toEqual([0, 0]);
  h.clock.advance(4000 * DAY);
  await pruned(2 * DAY);
  expect([count(h, 'timeline'), count(h, 'incident')]).toEqual([entries, 1]);
});

test.each(['1d', '36h', '11y', '4000d', '', 'for ever'])('"%s" is no time to keep what came in', (text) => {
  expect(() => parseKeepRaw(text)).toThrow();
});

test.each([
  ['2d', 2 * DAY],
  ['30d', 30 * DAY],
])('%s is', (text, ms) => {
  expect(parseKeepRaw(text)).toBe(ms);
});
