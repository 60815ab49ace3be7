// Rows that decide: executions lock their target, plans and approvals move once.
import { describe, expect, test } from 'vitest';
import type { ApprovalState } from '../../src/domain/approval.ts';
import type { Plan, PlanState } from '../../src/domain/plan.ts';
import type { StoredApproval } from '../../src/store/approvals.ts';
import type { Store } from '../../src/store/store.ts';
import { look, temporaryStore } from './temporary.ts';

const execution = (
  id: string,
  change: { target?: string; autoFix?: string; startedAt?: number; planId?: number } = {},
) => ({
  id,
  planId: change.planId ?? 1,
  step: 0,
  capability: 'services.scale',
  source: 'AWS Production',
  target: change.target ?? 'AWS Production/asg:api-prod',
  autoFix: change.autoFix ?? null,
  args: { service: 'api', count: 4 },
  facts: { current: 2 },
  startedAt: change.startedAt ?? 1000,
});

describe('an execution', () => {
  const start = (store: Store, one: ReturnType<typeof execution>) =>
    store.write((tx) => tx.executions.start(one));
  const end = (store: Store, id: string, state: 'succeeded' | 'failed' | 'unknown') =>
    store.write((tx) => tx.executions.end(id, { state, summary: state, at: 2000 }));

  test('holds its target alone, until it ends', async () => {
    const { store } = await temporaryStore();
    expect(await start(store, execution('a'))).toBe(true);
    expect(await start(store, execution('b'))).toBe(false);
    expect(await start(store, execution('c', { target: 'other' }))).toBe(true);
    expect((await store.read.executions.holder('AWS Production/asg:api-prod'))?.id).toBe('a');
    expect(await end(store, 'a', 'succeeded')).toBe(true);
    expect(await store.read.executions.holder('AWS Production/asg:api-prod')).toBeNull();
    expect(await start(store, execution('b'))).toBe(true);
    expect((await store.read.executions.started()).map(({ id }) => id).sort()).toEqual(['b', 'c']);
  });

  test('of many that ask at once for one target, one gets it', async () => {
    const { store } = await temporaryStore();
    const got = await Promise.all(Array.from({ length: 20 }, (_, n) => start(store, execution(`${n}`))));
    expect(got.filter((mine) => mine)).toHaveLength(1);
  });

  test('with an id that was used does nothing, even after that one ended', async () => {
    const { store } = await temporaryStore();
    await start(store, execution('a'));
    expect(await start(store, execution('a', { target: 'other' }))).toBe(false);
    await end(store, 'a', 'failed');
    expect(await start(store, execution('a'))).toBe(false);
    expect(await store.read.executions.ofPlan(1)).toMatchObject([
      { id: 'a', state: 'failed', target: 'AWS Production/asg:api-prod', endedAt: 2000, summary: 'failed' },
    ]);
  });

  test('ends once; only a person takes it out of unknown', async () => {
    const { store } = await temporaryStore();
    await start(store, execution('a'));
    expect(await end(store, 'a', 'unknown')).toBe(true);
    expect(await end(store, 'a', 'succeeded')).toBe(false);
    const settle = () =>
      store.write((tx) =>
        tx.executions.end('a', {
          state: 'succeeded',
          summary: 'it was done',
          at: 3000,
          from: ['unknown'],
          settledBy: 'sarah',
        }),
      );
    expect(await settle()).toBe(true);
    expect(await settle()).toBe(false);
    expect(await end(store, 'missing', 'failed')).toBe(false);
    expect(await store.read.executions.ofPlan(1)).toMatchObject([{ state: 'succeeded', settledBy: 'sarah' }]);
  });

  test('counts for its target and its fix from an instant on, unknown ones included', async () => {
    const { store } = await temporaryStore();
    for (const [id, startedAt, planId, autoFix] of [
      ['a', 1000, 1, 'Disk'],
      ['b', 1500, 1, 'Disk'],
      ['c', 2000, 2, 'Disk'],
      ['d', 2500, 3, 'OOM'],
      ['e', 3000, 4, undefined],
    ] as const) {
      await start(store, execution(id, { startedAt, planId, ...(autoFix ? { autoFix } : {}) }));
      await end(store, id, 'unknown');
    }
    expect(
      (await store.read.executions.ofTarget('AWS Production/asg:api-prod', 1500)).map(({ id }) => id),
    ).toEqual(['b', 'c', 'd', 'e']);
    expect(await store.read.executions.countFixRuns(0, 'Disk')).toEqual([
      { planId: 1, startedAt: 1000 },
      { planId: 2, startedAt: 2000 },
    ]);
    expect((await store.read.executions.countFixRuns(2000, null)).map(({ planId }) => planId)).toEqual([
      2, 3,
    ]);
  });
});

const plan = (change: Partial<Plan> = {}): Omit<Plan, 'id'> => ({
  state: 'waiting',
  incidentId: 43,
  command: 'rollback',
  asked: '/rollback #492',
  autoFix: null,
  requester: { platform: 'slack', workspace: 'T1', userId: 'U1', displayName: 'sarah' },
  destination: { channel: 'slack', conversation: '#ops', incidentId: 43 },
  title: 'Roll back deploy #492 of api',
  service: 'api',
  steps: [],
  notes: [],
  risk: 'disruptive',
  twoPerson: false,
  closes: null,
  success: { kind: 'none' },
  undo: null,
  watchMs: 1,
  digest: 'sha256:x',
  expiresAt: 5000,
  createdAt: 1000,
  reason: null,
  ...change,
});

describe('a plan', () => {
  test('comes back as it was stored', async () => {
    const { store } = await temporaryStore();
    const given = plan({ notes: [{ heading: 'Diff', lines: ['- a', '+ b'] }] });
    const stored = await store.write((tx) => tx.plans.insert(given));
    expect(stored).toEqual({ ...given, id: stored.id });
    expect(await store.read.plans.find(stored.id)).toEqual(stored);
    expect(await store.read.plans.find(99)).toBeNull();
  });

  test('leaves a state once, however many want it to', async () => {
    const { store } = await temporaryStore();
    const { id } = await store.write((tx) => tx.plans.insert(plan()));
    const targets: PlanState[] = ['approved', 'denied', 'expired', 'void', 'approved'];
    const won = await Promise.all(
      targets.map((to) => store.write((tx) => tx.plans.move(id, ['waiting'], to, `became ${to}`))),
    );
    expect(won).toEqual([true, false, false, false, false]);
    expect(await store.read.plans.find(id)).toMatchObject({ state: 'approved', reason: 'became approved' });
  });

  test('is found by its incident, its state and its fix', async () => {
    const { store } = await temporaryStore();
    const insert = (change: Partial<Plan>, target: string | null = null) =>
      store.write((tx) => tx.plans.insert(plan(change), target === null ? null : { target, revision: 1 }));
    const open = await insert({});
    const done = await insert({ state: 'done' });
    await insert({ incidentId: 44 });
    const fixed = await insert({ incidentId: null, autoFix: 'Disk', state: 'done' }, 'host:/');
    await store.write((tx) => tx.plans.setVerdict(fixed.id, 'same'));
    expect((await store.read.plans.ofIncident(43)).map(({ id }) => id)).toEqual([open.id, done.id]);
    expect((await store.read.plans.openOfIncident(43)).map(({ id }) => id)).toEqual([open.id]);
    expect((await store.read.plans.inStates(['done'])).map(({ id }) => id)).toEqual([done.id, fixed.id]);
    expect(await store.read.plans.ofAutoFix('Disk', 'host:/', 2)).toEqual([
      { plan: fixed, fixTarget: 'host:/', verdict: 'same', measuredAfter: null, revision: 1 },
    ]);
    expect(await store.read.plans.fixOf(fixed.id)).toEqual({ target: 'host:/', revision: 1 });
    expect(await store.read.plans.fixOf(open.id)).toBeNull();
    expect(await store.read.plans.ofAutoFix('Disk', 'host:/var', 2)).toEqual([]);
    expect(await store.read.plans.verdict(open.id)).toBeNull();
  });
});

const approval: Omit<StoredApproval, 'id'> = {
  planId: 1,
  digest: 'sha256:x',
  state: 'waiting',
  confirmWord: null,
  firstBy: null,
  decidedBy: null,
  decidedAt: null,
  standing: null,
  expiresAt: 5000,
  createdAt: 1000,
  destination: { channel: 'slack', conversation: '#ops', incidentId: 43 },
};

describe('an approval', () => {
  test('comes back as it was stored', async () => {
    const { store } = await temporaryStore();
    const stored = await store.write((tx) => tx.approvals.insert(approval));
    expect(stored).toEqual({ ...approval, id: stored.id });
    expect(await store.read.approvals.ofPlan(1)).toEqual(stored);
    expect(await store.read.approvals.find(99)).toBeNull();
  });

  test('is decided by the first who decides, and says who and when', async () => {
    const { store, clock } = await temporaryStore();
    const { id } = await store.write((tx) => tx.approvals.insert(approval));
    const decide = (to: ApprovalState, decided?: string) =>
      store.write((tx) =>
        tx.approvals.move(id, ['waiting', 'confirming'], to, decided ? { decided } : undefined),
      );
    expect(
      await Promise.all([decide('denied', 'mike'), decide('approved', 'sarah'), decide('expired')]),
    ).toEqual([true, false, false]);
    expect(await store.read.approvals.find(id)).toMatchObject({
      state: 'denied',
      decidedBy: 'mike',
      decidedAt: clock.now(),
    });
    expect(await store.read.approvals.pending()).toEqual([]);
  });

  test('of two steps remembers who took the first', async () => {
    const { store } = await temporaryStore();
    const { id } = await store.write((tx) => tx.approvals.insert({ ...approval, confirmWord: 'orders-db' }));
    const move = (from: ApprovalState, to: ApprovalState, by: { first?: string; decided?: string }) =>
      store.write((tx) => tx.approvals.move(id, [from], to, by));
    expect(await move('waiting', 'confirming', { first: 'sarah' })).toBe(true);
    expect(await move('waiting', 'confirming', { first: 'mike' })).toBe(false);
    expect((await store.read.approvals.pending()).map((one) => one.id)).toEqual([id]);
    expect(await move('confirming', 'approved', { decided: 'mike' })).toBe(true);
    expect(await store.read.approvals.find(id)).toMatchObject({ firstBy: 'sarah', decidedBy: 'mike' });
  });

  test('numbers are never used again: #7 in an old message stays #7', async () => {
    const { file } = await temporaryStore();
    const tables = look<{ sql: string }>(file, "select sql from sqlite_master where type = 'table'");
    const numbered = tables.filter(({ sql }) => sql.includes('"id" integer'));
    expect(numbered.length).toBeGreaterThan(7);
    expect(numbered.filter(({ sql }) => !sql.includes('autoincrement'))).toEqual([]);
  });
});
