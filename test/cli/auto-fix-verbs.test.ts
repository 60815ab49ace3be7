// What an auto-fix did, and what it would do now, asked on the command line.
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FixTrial } from '../../src/domain/fix-trial.ts';
import type { Plan, PlanState } from '../../src/domain/plan.ts';
import { OPENCLAW } from '../../src/domain/principal.ts';
import type { Verdict } from '../../src/store/plans.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { freshCli, NOW } from './resource/fresh-cli.ts';

const cli = freshCli();
const { ok, run } = cli;
const MINUTE = 60_000;

const add = (name: string, ...more: string[]) =>
  ok([
    'auto-fix',
    'add',
    '--name',
    name,
    '--condition',
    'disk_usage > 0%',
    '--action',
    'journalctl --vacuum-size=500M',
    ...more,
  ]);

async function inStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ file: join(cli.stateDir(), 'openclaw.db'), clock: { now: () => NOW } });
  await work(store);
  await store.close();
}

/** A run of the fix, as the daemon would have left it. */
function left(given: {
  agoMs: number;
  target?: string;
  state?: PlanState;
  verdict?: Verdict;
  after?: number;
  freedBytes?: number;
  decidedBy?: string;
  began?: boolean;
  reason?: string;
}): Promise<void> {
  const at = NOW - given.agoMs;
  const target = given.target ?? '/';
  const plan: Omit<Plan, 'id'> = {
    state: given.state ?? 'done',
    incidentId: null,
    command: 'Disk Cleanup',
    asked: 'auto-fix Disk Cleanup',
    autoFix: 'Disk Cleanup',
    requester: OPENCLAW,
    destination: { channel: 'slack', conversation: '#ops-info', incidentId: null },
    title: `Disk at 92% on ${target}: Disk Cleanup`,
    service: null,
    steps: [],
    notes: [{ heading: 'Because', lines: ['disk_usage is 92%'] }],
    risk: 'routine',
    twoPerson: false,
    closes: null,
    success: {
      kind: 'condition',
      source: 'This host',
      target,
      service: null,
      condition: 'disk_usage > 0%',
      metric: 'disk_usage',
      before: 92,
    },
    undo: null,
    watchMs: 0,
    digest: 'sha256:0',
    expiresAt: at,
    createdAt: at,
    reason: given.reason ?? null,
  };
  return inStore((store) =>
    store.write(async (tx) => {
      const { id } = await tx.plans.insert(plan, { target: `This host/${target}`, revision: 1 });
      if (given.verdict) await tx.plans.setVerdict(id, given.verdict, given.after);
      await tx.approvals.insert({
        planId: id,
        digest: plan.digest,
        state: given.state === 'denied' ? 'denied' : 'approved',
        confirmWord: null,
        firstBy: null,
        decidedBy: given.decidedBy ?? null,
        decidedAt: at,
        standing: given.decidedBy ? null : 'auto-fix: Disk Cleanup',
        expiresAt: at,
        createdAt: at,
        destination: plan.destination,
      });
      if (given.began === false) return;
      const execution = `run-${id}`;
      await tx.executions.start({
        id: execution,
        planId: id,
        step: 0,
        capability: 'disk.vacuum-journal',
        source: 'This host',
        target: execution,
        autoFix: 'Disk Cleanup',
        args: {},
        facts: {},
        startedAt: at,
      });
      await tx.executions.end(execution, {
        state: given.state === 'failed' ? 'failed' : 'succeeded',
        summary: 'removed 3 files',
        at,
        freedBytes: given.freedBytes,
      });
    }),
  );
}

describe('auto-fix runs', () => {
  beforeEach(() => add('Disk Cleanup'));

  test('says when, where, the value before and after, what it freed and who agreed; newest first', async () => {
    await left({
      agoMs: 60 * MINUTE,
      verdict: 'better',
      after: 71,
      freedBytes: 6_200_000_000,
      reason: 'fine',
    });
    await left({
      agoMs: 30 * MINUTE,
      verdict: 'same',
      after: 93,
      target: '/var',
      decidedBy: 'slack:T1:sarah',
    });
    await left({ agoMs: 20 * MINUTE, state: 'denied', began: false, reason: 'denied by @mike' });
    const { stdout } = await ok(['auto-fix', 'runs', 'Disk Cleanup']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/\/ +92% → \? +not run +.*denied by @mike/);
    expect(lines[2]).toMatch(/\/var +92% → 93% +not cleared +@sarah/);
    expect(lines[3]).toMatch(/\/ +92% → 71% +cleared +6\.2 GB +in advance +fine/);

    const { runs } = (await ok(['auto-fix', 'runs', 'Disk Cleanup', '--json'])).json() as { runs: object[] };
    expect(runs[2]).toMatchObject({
      approval: 1,
      startedAt: new Date(NOW - 60 * MINUTE).toISOString(),
      source: 'This host',
      target: '/',
      condition: 'disk_usage > 0%',
      before: 92,
      after: 71,
      unit: '%',
      freedBytes: 6_200_000_000,
      outcome: 'cleared',
      because: 'disk_usage is 92%',
      approvedBy: 'in advance',
      steps: [{ capability: 'disk.vacuum-journal', state: 'succeeded', summary: 'removed 3 files' }],
    });
  });

  test('of one target, and as many as asked for', async () => {
    for (const target of ['/', '/var', '/', '/srv']) await left({ agoMs: MINUTE, target, verdict: 'better' });
    const targets = async (...flags: string[]) =>
      (
        (await ok(['auto-fix', 'runs', 'Disk Cleanup', '--json', ...flags])).json() as {
          runs: { target: string }[];
        }
      ).runs.map(({ target }) => target);
    expect(await targets('--target', '/')).toEqual(['/', '/']);
    expect(await targets('--limit', '2')).toEqual(['/srv', '/']);
    expect(await targets('--target', '/home')).toEqual([]);
    expect((await run(['auto-fix', 'runs', 'Disk Cleanup', '--limit', '0'])).code).toBe(2);
  });

  test('says so where there were none', async () => {
    const { stdout, stderr } = await ok(['auto-fix', 'runs', 'Disk Cleanup']);
    expect(stdout).toBe('');
    expect(stderr).toContain('"Disk Cleanup" never ran, and never asked');
  });
});

describe('auto-fix test', () => {
  const host = () => ok(['source', 'add', '--name', 'This host', '--type', 'host', '--set', 'disk=/']);
  const trialsOf = async (name: string, ...flags: string[]): Promise<FixTrial[]> =>
    ((await ok(['auto-fix', 'test', name, '--json', ...flags])).json() as { targets: FixTrial[] }).targets;

  test('measures each target, previews each step, and leaves no trace', async () => {
    await host();
    await add('Disk Cleanup');
    const [trial] = await trialsOf('Disk Cleanup', '--target', '/');
    expect(trial).toMatchObject({ source: 'This host', target: '/', holds: true, unit: '%', obstacles: [] });
    expect(trial?.value).toBeGreaterThan(0);
    // How large the journal here is is not ours to know: a step with bytes, or left out with a reason.
    expect(
      [...(trial?.steps ?? []), ...(trial?.leftOut ?? []), trial?.refused ?? []].flat(),
    ).not.toHaveLength(0);
    const { stdout } = await ok(['auto-fix', 'test', 'Disk Cleanup']);
    expect(stdout).toMatch(/^\/ on This host: disk_usage > 0% holds \(/);
    expect(stdout).toMatch(/\nNothing was changed\.\n$/);
    await inStore(async (store) => {
      expect(await store.read.plans.ofAutoFix('Disk Cleanup', null, 10)).toEqual([]);
      expect(await store.read.conditions.owners()).toEqual([]);
    });
  });

  test.each<[string, string[], (() => Promise<unknown>) | null, string]>([
    ['its cooldown', ['--cooldown', '1h'], () => left({ agoMs: 10 * MINUTE, verdict: 'better' }), 'cooldown'],
    [
      'the runs of the day',
      ['--max-runs', '1 per day'],
      () => left({ agoMs: 60 * MINUTE, verdict: 'better' }),
      'max-runs',
    ],
    ['its last day', ['--expires', '2026-11-22'], null, 'expired'],
    ['a freeze', [], () => ok(['freeze', 'release day']), 'frozen'],
    ['being disabled', [], () => ok(['auto-fix', 'disable', 'Disk Cleanup']), 'disabled'],
    ['a run under way', [], () => left({ agoMs: 60 * MINUTE, state: 'executing' }), 'under-way'],
  ])('says that %s stands in the way', async (_what, flags, before, why) => {
    await host();
    await add('Disk Cleanup', ...flags);
    await before?.();
    const [trial] = await trialsOf('Disk Cleanup');
    expect(trial?.obstacles.map((one) => one.why)).toEqual([why]);
  });

  test('the breaker is of one target', async () => {
    await host();
    await add('Disk Cleanup', '--max-runs', '50 per day', '--cooldown', '1m');
    for (const agoMs of [60, 30]) await left({ agoMs: agoMs * MINUTE, verdict: 'same' });
    expect((await trialsOf('Disk Cleanup'))[0]?.obstacles).toEqual([
      { why: 'breaker', detail: 'its last 2 runs did not clear disk_usage > 0%' },
    ]);
  });

  test('without anything that measures it says what to add; an unknown target is not found', async () => {
    await add('Disk Cleanup');
    const nothing = await run(['auto-fix', 'test', 'Disk Cleanup']);
    expect(nothing.code).toBe(0);
    expect(nothing.stderr).toContain('so it never runs');
    await host();
    const missing = await run(['auto-fix', 'test', 'Disk Cleanup', '--target', '/nowhere']);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('has no target "/nowhere"');
  });

  test('where no service says where its kills are seen, it says so, as doctor does', async () => {
    await host();
    const restart = ['--step', 'services.restart service=api mode=rolling'];
    await ok([
      ...['auto-fix', 'add', '--name', 'Killed', '--condition', 'service_oom_killed = true'],
      ...restart,
    ]);
    const { stderr } = await ok(['auto-fix', 'test', 'Killed']);
    expect(stderr).toContain('no service says where its kills for memory are seen');
    expect(stderr).toContain('oom: {unit: NAME.service}');
    expect(stderr).not.toContain('source add');
  });
});
