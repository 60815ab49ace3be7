// Whether an auto-fix's condition holds somewhere, and whether its limits let it run. Called inside the poll's commit.
import { parseCondition } from '../domain/condition.ts';
import { OPEN_PLAN_STATES, type Plan, type PlanState } from '../domain/plan.ts';
import type { Resource } from '../domain/resource.ts';
import { type Unprepared, unpreparedIn } from '../domain/unprepared.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { cooldownOf, EDITED, noteRunsAhead, refuseFix } from './fix-limits.ts';
import { tellPlan, voidPlan } from './plan-state.ts';
import { readCondition, type TargetValues, targetsOf } from './rules.ts';
import { fixKey, fixPlace, fixTarget, forgetSaid, saidBefore } from './said-once.ts';
import { tellStopped } from './tell-stopped.ts';

const UNRUN: readonly PlanState[] = ['denied', 'expired', 'void'];

export async function considerFixes(
  tx: Tables,
  fixes: readonly Resource<'auto-fix'>[],
  rows: readonly TargetValues[],
  now: number,
  engine: Engine,
): Promise<void> {
  await noteRunsAhead(tx, now);
  const looks = await looksNow(tx);
  for (const fix of fixes) {
    await voidOutdated(tx, fix);
    const condition = parseCondition(fix.spec.condition);
    const owner = `auto-fix:${fix.name}`;
    for (const row of targetsOf(condition, rows, {})) {
      const reading = readCondition(condition, row);
      const place = fixPlace(row.source, row.target);
      const key = fixKey(fix.name, place);
      if (reading.holds === 'unknown') continue;
      if (reading.holds === false) {
        await tx.conditions.release(owner, place);
        await forgetSaid(tx, fix.name, place);
        // When it holds again, nothing has failed yet.
        if (looks.get(key)?.unprepared) await tx.jobs.cancel(key);
        continue;
      }
      const since = await tx.conditions.hold(owner, place, now);
      if (now - since < condition.forMs) continue;
      const target = fixTarget(row);
      const [latest] = await tx.plans.ofAutoFix(fix.name, target, 1);
      if (latest && OPEN_PLAN_STATES.includes(latest.plan.state)) continue;
      // A no, or no answer, holds as long as a run would: nobody is asked every few seconds.
      if (
        latest?.revision === fix.revision &&
        UNRUN.includes(latest.plan.state) &&
        isWithin(cooldownOf(fix.spec), latest.plan, now)
      )
        continue;
      const refusal = await refuseFix(tx, fix, target, now);
      if (refusal?.why === 'breaker') {
        await tellStopped(tx, fix, row, refusal, engine);
        continue;
      }
      if (refusal) {
        const text = `${fix.name} on ${row.target} was skipped: ${refusal.detail}`;
        if (!(await saidBefore(tx, fix.name, 'skipped', place, now))) {
          engine.log({ level: 'info', event: 'auto-fix-skipped', fix: fix.name, text });
          await tx.timeline.add({ incidentId: null, kind: 'auto-fix', text });
        }
        continue;
      }
      const look = looks.get(key);
      // It looks at this very moment; whatever comes of that, a second look would be one too many.
      if (look?.running) continue;
      // Whoever edited the fix, or switched it off and on, waits for no try of it as it was.
      if (look?.unprepared && look.unprepared.revision !== fix.revision) await tx.jobs.cancel(key);
      // One that could not be prepared has its next try already, and that stays.
      await tx.jobs.add(
        'auto-fix',
        {
          name: fix.name,
          source: row.source,
          target: row.target,
          service: row.service,
          because: reading.because,
          value: reading.value,
          metric: reading.metric,
        },
        { key, priority: 1 },
      );
    }
  }
}

interface Look {
  running: boolean;
  /** Of the next try after a failure. */
  unprepared: Unprepared | null;
}

/** The looks that are under way or due, by their keys. */
async function looksNow(tx: Tables): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  for (const { state, payload } of await tx.jobs.list('auto-fix')) {
    const key = fixKey(String(payload.name), fixPlace(String(payload.source), String(payload.target)));
    const other = looks.get(key);
    looks.set(key, {
      running: state === 'running' || other?.running === true,
      unprepared: (state === 'queued' ? unpreparedIn(payload) : null) ?? other?.unprepared ?? null,
    });
  }
  return looks;
}

/** One made before the clock was set back is as good as long ago. */
function isWithin(ms: number, { createdAt }: Plan, now: number): boolean {
  return createdAt <= now && now < createdAt + ms;
}

/** What waits was asked for by the fix as it was: whoever edited it asks again with what it says now. */
async function voidOutdated(tx: Tables, { name, revision }: Resource<'auto-fix'>): Promise<void> {
  for (const plan of await tx.plans.outdatedOfAutoFix(name, revision)) {
    await voidPlan(tx, plan, EDITED);
    await tellPlan(
      tx,
      plan,
      `🛑 ${plan.title}: not run, ${EDITED}. It asks again as long as its condition holds.`,
      {
        tone: 'warning',
      },
    );
  }
}
