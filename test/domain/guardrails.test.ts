import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANGE_ARGS, type ChangeCapability } from '../../src/domain/capability.ts';
import {
  type AssessedStep,
  assessPlan,
  assessStep,
  autoFixRefusal,
  type GuardrailFacts,
  MAX_STEPS,
  type StepLike,
  undoOf,
} from '../../src/domain/guardrails.ts';
import { RISKS, type Risk } from '../../src/domain/risk.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const calm: GuardrailFacts = { serviceKind: 'app', capacityBeforeScaleUps: null };
const database: GuardrailFacts = { ...calm, serviceKind: 'database' };

function scale(from: number, to: number, context: Partial<GuardrailFacts> = {}, reason?: string) {
  return assessStep(
    {
      capability: 'services.scale',
      service: 'api',
      args: { service: 'api', count: to, ...(reason ? { reason } : {}) },
      facts: { capacity: from },
    },
    { ...calm, ...context },
  );
}

function restart(mode: 'rolling' | 'full', instances: string[], context = calm) {
  return assessStep(
    { capability: 'services.restart', service: 'api', args: { service: 'api', mode }, facts: { instances } },
    context,
  );
}

function rollback(facts: Partial<AssessedStep<'deploys.rollback'>['facts']>, deploy = '492') {
  return assessStep(
    {
      capability: 'deploys.rollback',
      service: 'shop',
      args: { service: 'shop', deploy },
      facts: { latest: '492', target: '491', migrations: [], inProgress: null, ...facts },
    },
    calm,
  );
}

function failover(facts: Partial<AssessedStep<'databases.failover'>['facts']>, to?: string) {
  return assessStep(
    {
      capability: 'databases.failover',
      service: 'orders-db',
      args: { service: 'orders-db', ...(to ? { to } : {}) },
      facts: { primary: 'a', to: to ?? 'b', replicas: ['b', 'c'], ...facts },
    },
    database,
  );
}

describe('scaling', () => {
  test.each<[string, number, number, number | null, Risk]>([
    ['up within three times the current', 2, 6, null, 'routine'],
    ['up by one', 2, 3, null, 'routine'],
    ['from zero to three, since zero counts as one', 0, 3, null, 'routine'],
    ['up to three times what there was before our scale-ups', 4, 6, 2, 'routine'],
    ['down', 4, 2, null, 'disruptive'],
    ['down from far above the cap', 18, 17, 2, 'disruptive'],
    ['down to nothing, which ends the service', 4, 0, null, 'critical'],
  ])('%s is allowed', (_, from, to, before, risk) => {
    const assessment = scale(from, to, { capacityBeforeScaleUps: before });
    expect(assessment.refusal).toBeNull();
    expect(assessment.risk).toBe(risk);
  });

  test.each<[string, number, number, number | null]>([
    ['over three times the current', 2, 7, null],
    ['the second step of 2, 6, 18', 6, 18, 2],
    ['one more after the cap of the hour is reached', 6, 7, 2],
    ['over three from zero', 0, 4, null],
    ['from a small current although there was more before', 1, 4, 10],
  ])('%s is refused without a reason, critical with one', (_, from, to, before) => {
    const without = scale(from, to, { capacityBeforeScaleUps: before });
    expect(without.refusal).toMatchObject({
      why: 'over-scale-cap',
      instead: `/scale api ${to} --reason "why"`,
    });
    const withReason = scale(from, to, { capacityBeforeScaleUps: before }, 'launch day');
    expect(withReason).toMatchObject({ refusal: null, risk: 'critical' });
    expect(withReason.notes.join()).toContain('launch day');
  });

  test('the cap that counts from before our own scale-ups says so', () => {
    expect(scale(6, 18, { capacityBeforeScaleUps: 2 }).refusal?.detail).toContain('the 2 there were before');
    expect(scale(2, 7).refusal?.detail).toContain('the current 2');
  });

  test('the count it has already is nothing to do', () => {
    expect(scale(3, 3).refusal?.why).toBe('nothing-to-do');
    expect(scale(0, 0).refusal?.why).toBe('nothing-to-do');
  });

  test.each([
    [{ serviceKind: 'database' as const }],
    [{ serviceKind: 'app' as const, serviceIsDatabase: true }],
  ])('a database is not scaled, by what it is and not by its name: %o', (context) => {
    expect(scale(1, 2, context).refusal?.why).toBe('database-scale');
    expect(scale(3, 1, context, 'a good reason').refusal?.why).toBe('database-scale');
  });

  test('no sequence of routine approvals within an hour goes over three times the start', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 500 }),
        fc.array(fc.record({ to: fc.nat({ max: 10_000 }), reason: fc.boolean() }), { maxLength: 30 }),
        (start, wishes) => {
          let capacity = start;
          let before: number | null = null;
          for (const { to, reason } of wishes) {
            const step = scale(
              capacity,
              to,
              { capacityBeforeScaleUps: before },
              reason ? 'because' : undefined,
            );
            if (step.refusal || step.risk !== 'routine') continue;
            before ??= capacity;
            capacity = to;
            expect(capacity).toBeLessThanOrEqual(3 * Math.max(1, start));
          }
        },
      ),
      RUNS,
    );
  });

  test('coming down in between opens no room above', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat({ max: 2_000 }), { maxLength: 30 }),
        (start, wishes) => {
          let capacity = start;
          let before: number | null = null;
          for (const to of wishes) {
            const step = scale(capacity, to, { capacityBeforeScaleUps: before });
            if (step.refusal || step.risk === 'critical') continue;
            if (to > capacity) before ??= capacity;
            capacity = to;
            expect(capacity).toBeLessThanOrEqual(3 * start);
          }
        },
      ),
      RUNS,
    );
  });
});

describe('restarting', () => {
  test('rolling is routine, full is disruptive and says what to expect', () => {
    expect(restart('rolling', ['a', 'b'])).toEqual({ risk: 'routine', refusal: null, notes: [] });
    const full = restart('full', ['a', 'b']);
    expect(full).toMatchObject({ risk: 'disruptive', refusal: null });
    expect(full.notes.join()).toContain('expect downtime');
  });

  test('one instance has no rolling restart without downtime', () => {
    expect(restart('rolling', ['a']).notes).toEqual(['one instance: expect downtime']);
    expect(restart('rolling', []).notes).toEqual(['no instance is running now']);
  });

  test('the count of the caller goes before the count in the facts', () => {
    const step = {
      capability: 'services.restart' as const,
      service: 'api',
      args: { service: 'api', mode: 'rolling' as const },
      facts: { instances: ['a', 'b'] },
      instances: 1,
    };
    expect(assessStep(step, calm).notes).toEqual(['one instance: expect downtime']);
  });

  test.each([['rolling'], ['full']] as const)(
    'a database is never restarted (%s): failover is suggested',
    (mode) => {
      for (const context of [database, { ...calm, serviceIsDatabase: true }]) {
        expect(restart(mode, ['a', 'b'], context).refusal).toMatchObject({
          why: 'database-restart',
          instead: '/db-failover api',
        });
      }
    },
  );
});

describe('rolling back', () => {
  test('the latest deploy, to the one before', () => {
    expect(rollback({})).toEqual({ risk: 'disruptive', refusal: null, notes: [] });
  });

  test('a migration in the range makes it critical and is named', () => {
    const assessment = rollback({ migrations: ['0007_drop_email.sql'] });
    expect(assessment).toMatchObject({ risk: 'critical', refusal: null });
    expect(assessment.notes.join()).toContain('0007_drop_email.sql');
  });

  test('a long list of migrations stays one line', () => {
    const migrations = Array.from({ length: 1_000 }, (_, index) => `m${index}`);
    expect(rollback({ migrations }).notes.join()).toContain('and 995 more');
  });

  test('an older deploy would undo several', () => {
    const { refusal } = rollback({}, '490');
    expect(refusal).toMatchObject({ why: 'several-deploys', instead: '/rollback #492' });
    expect(refusal?.detail).toContain('Roll back #492 first');
  });

  test('a deploy that is going out is waited for, even when it is the one to undo', () => {
    expect(rollback({ inProgress: '493' }).refusal).toMatchObject({
      why: 'deploy-in-progress',
      instead: '/rollback #492',
    });
  });

  test('one that is going out is undone where its source can stop it, and only that one', () => {
    const facts = { latest: '491', target: '491', inProgress: '492', stops: true };
    const stopped = rollback(facts);
    expect(stopped.refusal).toBeNull();
    expect(stopped.risk).toBe('disruptive');
    expect(stopped.notes.join()).toContain('#492 is still going out: it is stopped on its way');
    expect(rollback({ ...facts, inProgress: '493' }).refusal?.why).toBe('deploy-in-progress');
    expect(rollback({ ...facts, stops: false }).refusal?.why).toBe('deploy-in-progress');
    expect(rollback({ ...facts, target: null }).refusal?.why).toBe('nothing-to-go-back-to');
  });

  test('the first deploy has nothing to go back to', () => {
    expect(rollback({ target: null }).refusal?.why).toBe('nothing-to-go-back-to');
  });
});

describe('flush and failover', () => {
  test.each([
    [undefined, 1],
    ['*', 1],
    ['session:*', 0],
  ])('flushing %s is disruptive', (pattern, notes) => {
    const step = {
      capability: 'caches.flush' as const,
      service: 'cache',
      args: { service: 'cache', ...(pattern ? { pattern } : {}) },
      facts: { scope: 'all' },
    };
    const assessment = assessStep(step, calm);
    expect(assessment).toMatchObject({ risk: 'disruptive', refusal: null });
    expect(assessment.notes).toHaveLength(notes);
  });

  test('a failover to a replica is critical', () => {
    expect(failover({}, 'c')).toMatchObject({ risk: 'critical', refusal: null });
    expect(failover({}).notes.join()).toContain('b has taken over from a');
  });

  test.each([
    ['no replica', failover({ replicas: [] }), 'no-replica'],
    ['the primary itself', failover({}, 'a'), 'already-primary'],
    ['the primary, listed among the replicas', failover({ replicas: ['a', 'b'] }, 'a'), 'already-primary'],
    ['an unknown instance', failover({}, 'z'), 'not-a-replica'],
    ['none chosen', failover({ to: null }), 'not-a-replica'],
  ])('a failover to %s is refused', (_, assessment, why) => {
    expect(assessment.refusal?.why).toBe(why);
  });
});

describe('several steps in one plan', () => {
  const step = (capability: string, target: string, more: Partial<StepLike> = {}): StepLike => ({
    capability,
    args: {},
    source: 'This host',
    target: { id: target },
    risk: 'routine',
    ...more,
  });

  test('disk steps of one host go together', () => {
    const steps = [
      step('disk.prune-docker', 'host'),
      step('disk.vacuum-journal', 'host'),
      step('disk.remove-old-files', 'host', { args: { path: '/tmp' } }),
      step('disk.remove-old-files', 'host', { args: { path: '/var/tmp' } }),
    ];
    expect(assessPlan(steps)).toBeNull();
    expect(assessPlan([...steps, step('disk.prune-docker', 'host')])?.why).toBe('same-target-twice');
  });

  test.each<[string, StepLike[], string]>([
    ['none', [], 'no-steps'],
    ['two rollbacks', [step('deploys.rollback', 'a'), step('deploys.rollback', 'b')], 'several-rollbacks'],
    ['one target twice', [step('services.restart', 'a'), step('services.scale', 'a')], 'same-target-twice'],
    [
      'a critical one with another',
      [step('services.scale', 'a', { risk: 'critical' }), step('services.restart', 'b')],
      'critical-goes-alone',
    ],
    [
      'too many',
      Array.from({ length: MAX_STEPS + 1 }, (_, index) => step('services.restart', `t${index}`)),
      'too-many-steps',
    ],
  ])('%s is refused', (_, steps, why) => {
    expect(assessPlan(steps)?.why).toBe(why);
  });

  test('the same id in two sources is two targets; a critical step alone is a plan', () => {
    expect(
      assessPlan([step('services.restart', 'a'), step('services.restart', 'a', { source: 'other' })]),
    ).toBeNull();
    expect(assessPlan([step('databases.failover', 'a', { risk: 'critical' })])).toBeNull();
    expect(
      assessPlan(Array.from({ length: MAX_STEPS }, (_, index) => step('services.restart', `t${index}`))),
    ).toBeNull();
  });
});

describe('taking a step back', () => {
  test('scaling goes back to the capacity before, with a reason where that is over the cap', () => {
    expect(
      undoOf({ capability: 'services.scale', args: { service: 'api', count: 6 }, facts: { capacity: 2 } }),
    ).toEqual({
      capability: 'services.scale',
      args: { service: 'api', count: 2 },
    });
    const undo = undoOf({
      capability: 'services.scale',
      args: { service: 'api', count: 1 },
      facts: { capacity: 9 },
    });
    expect(undo?.args).toMatchObject({ count: 9, reason: expect.stringContaining('9') });
  });

  test('the undo of any scaling is never refused by the cap', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.nat({ max: 10_000 }), (from, to) => {
        fc.pre(from !== to);
        const undo = undoOf({
          capability: 'services.scale',
          args: { service: 'api', count: to },
          facts: { capacity: from },
        });
        const args = CHANGE_ARGS['services.scale'].parse(undo?.args);
        expect(scale(to, args.count, {}, args.reason).refusal).toBeNull();
      }),
      RUNS,
    );
  });

  test('nothing else can be taken back', () => {
    expect(
      undoOf({
        capability: 'services.restart',
        args: { service: 'a', mode: 'full' },
        facts: { instances: [] },
      }),
    ).toBeNull();
    expect(undoOf({ capability: 'caches.flush', args: { service: 'a' }, facts: { scope: '*' } })).toBeNull();
  });
});

describe('what may run without a person', () => {
  const rolling = { capability: 'services.restart', args: { service: '$service', mode: 'rolling' } };
  const prune = { capability: 'disk.prune-docker', args: {} };

  test('disk cleanup, a rolling restart, reads', () => {
    expect(autoFixRefusal([])).toBeNull();
    expect(
      autoFixRefusal([
        prune,
        { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 } },
        { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 } },
        { capability: 'disk.usage', args: {} },
        rolling,
      ]),
    ).toBeNull();
  });

  test.each([
    [
      'a full restart',
      { capability: 'services.restart', args: { service: 'a', mode: 'full' } },
      'needs-a-person',
    ],
    ['scaling up', { capability: 'services.scale', args: { service: 'a', count: 2 } }, 'needs-a-person'],
    ['a rollback', { capability: 'deploys.rollback', args: { service: 'a', deploy: '1' } }, 'needs-a-person'],
    ['a flush', { capability: 'caches.flush', args: { service: 'a' } }, 'needs-a-person'],
    ['a failover', { capability: 'databases.failover', args: { service: 'a' } }, 'needs-a-person'],
    [
      'files elsewhere',
      { capability: 'disk.remove-old-files', args: { path: '/', olderThanMs: 1e9 } },
      'invalid-arguments',
    ],
    [
      'files of today',
      { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 1 } },
      'invalid-arguments',
    ],
    ['an unknown key', { capability: 'disk.prune-docker', args: { all: true } }, 'invalid-arguments'],
    ['a shell', { capability: 'shell.run', args: {} }, 'unknown-capability'],
    ['a name of the prototype', { capability: 'constructor', args: {} }, 'unknown-capability'],
  ])('%s needs a person, and its line is named', (_, step, why) => {
    expect(autoFixRefusal([prune, rolling, step])).toMatchObject({ line: 3, refusal: { why } });
  });
});

describe('every rule', () => {
  const name = fc.stringMatching(/^[a-z" -]{1,12}$/);
  const step = fc.oneof(
    fc.record({
      capability: fc.constant('services.scale' as const),
      args: fc.record({ service: name, count: fc.nat({ max: 10_000 }) }),
      facts: fc.record({ capacity: fc.nat({ max: 10_000 }) }),
    }),
    fc.record({
      capability: fc.constant('services.restart' as const),
      args: fc.record({ service: name, mode: fc.constantFrom('rolling' as const, 'full' as const) }),
      facts: fc.record({ instances: fc.array(name, { maxLength: 3 }) }),
    }),
    fc.record({
      capability: fc.constant('deploys.rollback' as const),
      args: fc.record({ service: name, deploy: fc.constantFrom('490', '491', '492') }),
      facts: fc.record({
        latest: fc.constantFrom('491', '492'),
        target: fc.constantFrom('490', null),
        migrations: fc.array(name, { maxLength: 2 }),
        inProgress: fc.constantFrom('493', null),
      }),
    }),
    fc.record({
      capability: fc.constant('databases.failover' as const),
      args: fc.record({ service: name, to: fc.constantFrom('a', 'b', 'z') }),
      facts: fc.record({
        primary: fc.constant('a'),
        to: fc.constant('b'),
        replicas: fc.subarray(['b', 'c']),
      }),
    }),
  );
  const floor: Partial<Record<ChangeCapability, Risk>> = {
    'services.scale': 'routine',
    'services.restart': 'routine',
    'deploys.rollback': 'disruptive',
    'databases.failover': 'critical',
  };

  test('never calls a step less than the table does, and every no says why, what and what to type', () => {
    fc.assert(
      fc.property(step, fc.constantFrom('app', 'database', 'cache', null), (each, serviceKind) => {
        const { risk, refusal } = assessStep({ ...each, service: null } as AssessedStep, {
          serviceKind: serviceKind as GuardrailFacts['serviceKind'],
          capacityBeforeScaleUps: null,
        });
        expect(RISKS.indexOf(risk)).toBeGreaterThanOrEqual(RISKS.indexOf(floor[each.capability] ?? 'read'));
        if (!refusal) return;
        expect(refusal.why).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(refusal.detail.length).toBeGreaterThan(10);
        expect(refusal.instead).toMatch(/^\/[a-z-]+/);
        expect(refusal.instead).not.toContain('\n');
      }),
      RUNS,
    );
  });
});
