// What the store says to SQLite, heard through better-sqlite3's own trace.
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { beforeEach, expect, test, vi } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { temporaryFolder } from './temporary.ts';

const heard = vi.hoisted(() => ({ opened: [] as Sqlite.Database[], statements: [] as string[] }));
vi.mock('../../src/store/sqlite.ts', async (original) => {
  const { Sqlite: Real } = await original<{ Sqlite: typeof Sqlite }>();
  return {
    Sqlite: class extends Real {
      constructor(file: string, options: Sqlite.Options = {}) {
        super(file, { ...options, verbose: (text) => heard.statements.push(String(text)) });
        heard.opened.push(this as unknown as Sqlite.Database);
      }
    },
  };
});

beforeEach(() => {
  heard.opened.length = 0;
  heard.statements.length = 0;
});

async function open() {
  const file = join(temporaryFolder(), 'openclaw.db');
  return openStore({ file, clock: createTestClock() });
}

/** Begins, savepoints and ends of transactions, in order. */
function brackets(): string[] {
  return heard.statements.filter((text) => /^(begin|commit|rollback|savepoint|release)/i.test(text));
}

const entry = (key: string) => ({ source: 's', key, kind: 'alert' as const, body: {}, receivedAt: 0 });

test('every connection writes ahead and waits for others', async () => {
  const store = await open();
  expect(heard.opened).toHaveLength(2);
  for (const database of heard.opened) {
    const pragma = (name: string) => database.pragma(name, { simple: true });
    expect({ journal: pragma('journal_mode'), timeout: pragma('busy_timeout') }).toEqual({
      journal: 'wal',
      timeout: 5000,
    });
  }
  expect(heard.opened.map(({ readonly }) => readonly)).toEqual([false, true]);
  await store.close();
});

test('a process that ends right after waits for the disk in each commit', async () => {
  const file = join(temporaryFolder(), 'openclaw.db');
  const store = await openStore({ file, clock: createTestClock(), alone: true });
  expect(heard.opened[0]?.pragma('synchronous', { simple: true })).toBe(2);
  await store.close();
});

test('a limit is no parameter that SQLite would plan by, and plan anew for at each run', async () => {
  const store = await open();
  heard.statements.length = 0;
  await store.read.inbox.unhandled('alert', 7);
  await store.read.inbox.chatAfter(0, 7);
  await store.write((tx) => tx.jobs.claim('me', 7));
  const limited = heard.statements.filter((text) => /\blimit 7/.test(text));
  expect(limited.length).toBeGreaterThan(2);
  for (const text of limited) expect(text).toMatch(/\blimit 7(?:\.0)? \+ 0/);
  await store.close();
});

test('everything asked for in one turn shares one transaction, a savepoint each', async () => {
  const store = await open();
  heard.statements.length = 0;
  await Promise.all(Array.from({ length: 50 }, (_, n) => store.write((tx) => tx.inbox.add(entry(`${n}`)))));
  const said = brackets();
  expect(said.filter((text) => text === 'begin immediate')).toHaveLength(1);
  expect(said.filter((text) => text === 'commit')).toHaveLength(1);
  expect(said.filter((text) => text === 'savepoint one')).toHaveLength(50);
  expect(said.at(-1)).toBe('commit');
  await store.close();
});

test('writes asked for one after the other commit one after the other', async () => {
  const store = await open();
  heard.statements.length = 0;
  for (const key of ['a', 'b', 'c']) await store.write((tx) => tx.inbox.add(entry(key)));
  expect(brackets()).toEqual(
    Array(3).fill(['begin immediate', 'savepoint one', 'release one', 'commit']).flat(),
  );
  await store.close();
});

test('a work that throws is undone to its own savepoint, and the others commit', async () => {
  const store = await open();
  heard.statements.length = 0;
  await Promise.allSettled([
    store.write((tx) => tx.inbox.add(entry('kept'))),
    store.write(async (tx) => {
      await tx.inbox.add(entry('undone'));
      throw new Error('no');
    }),
  ]);
  expect(brackets()).toEqual([
    'begin immediate',
    'savepoint one',
    'release one',
    'savepoint one',
    'rollback to one',
    'release one',
    'commit',
  ]);
  await store.close();
});

test('every transaction is begun as a writer: a deferred one fails when two processes meet', async () => {
  const store = await open();
  await store.write((tx) => tx.inbox.add(entry('a')));
  expect(brackets().filter((text) => /^begin/i.test(text) && text !== 'begin immediate')).toEqual([]);
  await store.close();
});

test('a claim looks at one job of each lane and into indexes only, however many jobs there are', async () => {
  const store = await open();
  await store.write(async (tx) => {
    for (let n = 0; n < 10_000; n++) await tx.jobs.add('post', { n }, { lane: `lane ${n % 50}` });
  });
  heard.statements.length = 0;
  const jobs = await store.write((tx) => tx.jobs.claim('me', 16));
  expect(jobs.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 16 }, (_, n) => n));
  const claim = heard.statements.find((text) => text.includes('job as earlier'));
  const explain = (text: string | undefined) =>
    ((heard.opened[0]?.prepare(`explain query plan ${text}`).all() ?? []) as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /SCAN|SEARCH|TEMP/.test(detail));
  expect(explain(claim)).toEqual([
    'SEARCH j USING INDEX job_ready (priority=? AND run_at<?)',
    'SEARCH busy USING COVERING INDEX job_by_lane (lane=? AND state=?)',
    'SEARCH earlier USING INDEX job_by_lane (lane=? AND state=? AND id<?)',
  ]);
  const ready = heard.opened[0]?.prepare(
    "select count(*) as n from job where state = 'queued' and behind = 0",
  );
  expect(ready?.get()).toEqual({ n: 50 - 16 });
  heard.statements.length = 0;
  await store.read.jobs.nextDueAt();
  expect(explain(heard.statements.find((text) => text.includes('run_at as at')))).toEqual([
    'SEARCH job USING COVERING INDEX job_next (run_at>?)',
  ]);
  await store.close();
});

test('the self-audit finds incidents without a timer by indexes, however many are over', async () => {
  const store = await open();
  heard.statements.length = 0;
  await store.read.incidents.withoutTimer(100);
  const audit = heard.statements.find((text) => text.includes("'escalate:'"));
  const plan = heard.opened[1]?.prepare(`explain query plan ${audit}`).all() as { detail: string }[];
  const steps = plan.map(({ detail }) => detail).filter((detail) => /SCAN|SEARCH|TEMP/.test(detail));
  expect(
    steps.filter((step) => !/^SEARCH \w+ USING ((COVERING )?INDEX|INTEGER PRIMARY KEY)/.test(step)),
  ).toEqual([]);
  expect(steps[0]).toMatch(/incident.* INDEX incident_(state|open)/);
  expect(steps.join()).toContain('INDEX job_key');
  await store.close();
});

test('what a person was sent lately is found by their name, however much was posted to others', async () => {
  const store = await open();
  heard.statements.length = 0;
  await store.read.posts.pagesTo('sarah', 0);
  const asked = heard.statements.find((text) => text.includes('contact = '));
  const plan = heard.opened[1]?.prepare(`explain query plan ${asked}`).all() as { detail: string }[];
  expect(plan[0]?.detail).toBe('SEARCH post USING INDEX post_contact (contact=? AND updated_at>?)');
  await store.close();
});
