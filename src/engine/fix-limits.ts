// The hard limits of automatic runs, counted from execution rows, in the transaction that would add one.

import { withService } from '../domain/affected-service.ts';
import { isSamePeriod } from '../domain/calendar-period.ts';
import { canonicalJson, type Json } from '../domain/digest.ts';
import { formatDuration } from '../domain/duration.ts';
import { DEFAULT_COOLDOWN_MS, DEFAULT_MAX_RUNS, GLOBAL_BUDGET } from '../domain/fix-limit-defaults.ts';
import { autoFixRefusal } from '../domain/guardrails.ts';
import { OPEN_PLAN_STATES, type Plan, type Step } from '../domain/plan.ts';
import { parseRate } from '../domain/rate.ts';
import type { AutoFix, Resource } from '../domain/resource.ts';
import { endOfDay } from '../domain/wall-clock.ts';
import type { FixRun } from '../store/executions.ts';
import type { FixPlanRun, Verdict } from '../store/plans.ts';
import type { Tables } from '../store/tables.ts';

const HOUR_MS = 3_600_000;
/** A calendar week in any zone. */
const LONGEST_PERIOD_MS = 8 * 24 * HOUR_MS;
/** This many runs in a row that did not clear the condition, and the fix stops for that target. */
export const BREAKER_RUNS = 2;

export interface FixRefusal {
  why: 'expired' | 'breaker' | 'cooldown' | 'max-runs' | 'budget';
  detail: string;
  /** When it last ran there; null: not at all. */
  lastRunAt: number | null;
}

/** Why this fix must not run on this target now; null: it may. Runs that ended unknown count. */
export async function refuseFix(
  tables: Tables,
  fix: Resource<'auto-fix'>,
  target: string,
  now: number,
): Promise<FixRefusal | null> {
  return (await fixRefusals(tables, fix, target, now))[0] ?? null;
}

/** Every limit that stands in the way now, the one that counts first. */
export async function fixRefusals(
  tables: Tables,
  { name, spec: fix, revision, updatedAt }: Resource<'auto-fix'>,
  target: string,
  now: number,
): Promise<FixRefusal[]> {
  const latest = await tables.plans.runsOfAutoFix(name, target, BREAKER_RUNS);
  const starts = await startsOf(tables, latest.map(runOf), now);
  const lastRunAt = starts[0]?.startedAt ?? null;
  const refusals: FixRefusal[] = [];
  const refuse = (why: FixRefusal['why'], detail: string): number =>
    refusals.push({ why, detail, lastRunAt });

  if (fix.expires !== undefined && now >= endOfDay(fix.expires, fix.zone))
    refuse('expired', `it was agreed to until ${fix.expires}, and that is over`);

  // An edit is a person's answer to it, and so is enabling it: what ran before counts no longer.
  const judged = latest.filter((run) =>
    run.revision === null ? run.startedAt >= updatedAt : run.revision === revision,
  );
  if (judged.length === BREAKER_RUNS && judged.every(({ plan, verdict }) => !mayHaveHelped(plan, verdict)))
    refuse('breaker', `its last ${BREAKER_RUNS} runs did not clear ${fix.condition}`);

  const cooldownMs = cooldownOf(fix);
  if (lastRunAt !== null && now < lastRunAt + cooldownMs)
    refuse(
      'cooldown',
      `it ran ${formatDuration(roundSeconds(now - lastRunAt))} ago, and its cooldown is ${formatDuration(cooldownMs)}`,
    );

  const rate = parseRate(fix.maxRuns ?? DEFAULT_MAX_RUNS);
  const here = await startsOf(
    tables,
    await tables.executions.countFixRuns(now - LONGEST_PERIOD_MS, name, target),
    now,
  );
  const used = here.filter(({ startedAt }) => isSamePeriod(rate.per, startedAt, now, fix.zone)).length;
  if (used >= rate.count)
    refuse('max-runs', `it ran ${times(used)} this ${rate.per}, and ${rate.count} is the limit`);

  const since = now - HOUR_MS;
  const all = await startsOf(tables, await tables.executions.countFixRuns(since, null), now);
  const lately = all.filter(({ startedAt }) => startedAt >= since).length;
  if (lately >= GLOBAL_BUDGET)
    refuse(
      'budget',
      `all fixes together ran ${times(lately)} in the last hour, and ${GLOBAL_BUDGET} is the limit`,
    );
  return refusals;
}

function runOf({ plan, startedAt }: FixPlanRun): FixRun {
  return { planId: plan.id, startedAt };
}

/** Of conditions: since when a run is known to lie ahead of the clock. */
export const RUNS_AHEAD = 'auto-fix-ahead';

/**
 * A run stamped later than now was made before the clock was set back. It counts from when that was seen: the
 * limits hold after it as after any run, and never for as long as the clock had been wrong.
 */
async function startsOf(tables: Tables, runs: readonly FixRun[], now: number): Promise<FixRun[]> {
  return Promise.all(
    runs.map(async ({ planId, startedAt }) => {
      if (startedAt <= now) return { planId, startedAt };
      const seenAt = await tables.conditions.since(RUNS_AHEAD, String(planId));
      return { planId, startedAt: seenAt === null || seenAt > now ? now : seenAt };
    }),
  );
}

/** Remembers which runs lie ahead of the clock; called in each commit of a poll, before any limit is asked. */
export async function noteRunsAhead(tx: Tables, now: number): Promise<void> {
  const ahead = await tx.executions.countFixRuns(now + 1, null);
  if (ahead.length === 0) return tx.conditions.forget(RUNS_AHEAD);
  for (const { planId } of ahead) {
    await tx.conditions.hold(RUNS_AHEAD, String(planId), now);
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

export function cooldownOf(fix: Pick<AutoFix, 'cooldownMs'>): number {
  return fix.cooldownMs ?? DEFAULT_COOLDOWN_MS;
}

export const EDITED = 'the auto-fix was edited since';

/** What an edit of the fix, or switching it off and on, does to the plans it had made. */
export async function refuseOutdated(tx: Tables, plan: Plan, name: string): Promise<string | null> {
  const fix = await tx.resources.find('auto-fix', name);
  if (!fix?.enabled) return 'the auto-fix is gone or disabled';
  const made = await tx.plans.fixOf(plan.id);
  return made === null || made.revision === fix.revision ? null : EDITED;
}

/** The same question inside the commit that starts its first step. */
export async function refuseFixRun(
  tx: Tables,
  plan: Plan,
  index: number,
  now: number,
): Promise<string | null> {
  const fix = plan.autoFix === null ? null : await tx.resources.find('auto-fix', plan.autoFix);
  const outdated = plan.autoFix === null ? null : await refuseOutdated(tx, plan, plan.autoFix);
  if (outdated !== null || !fix) return outdated ?? 'the auto-fix is gone or disabled';
  if (fix.spec.approval !== 'auto') return 'the auto-fix no longer runs by itself';
  if (!plan.steps.every((step) => isOfFix(step, fix.spec, plan.service)))
    return 'its steps are not the ones that were agreed to in advance';
  if (index > 0) return null;
  const ofPlan = await tx.plans.fixOf(plan.id);
  if (ofPlan === null) return 'it has no target to count its runs by';
  return (await refuseFix(tx, fix, ofPlan.target, now))?.detail ?? null;
}

/** A run that failed, or whose outcome nobody knows, did not help; one that a person says was done may have. */
function mayHaveHelped(plan: Plan, verdict: Verdict | null): boolean {
  if (OPEN_PLAN_STATES.includes(plan.state)) return true;
  return verdict === 'better' || (verdict === null && plan.state === 'done');
}

function roundSeconds(ms: number): number {
  return Math.max(1000, Math.round(ms / 1000) * 1000);
}

/** A standing yes covers the very calls of the fix as it is now, and never one that needs a person. */
function isOfFix(step: Step, fix: AutoFix, service: string | null): boolean {
  if (autoFixRefusal([{ capability: step.capability, args: { ...step.args } }])) return false;
  const call = canonicalJson({ capability: step.capability, args: { ...step.args } } as Json);
  return fix.steps.some(
    ({ capability, args }) =>
      canonicalJson({ capability, args: withService(args, service) } as Json) === call,
  );
}
