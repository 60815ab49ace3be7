// The hard limits of automatic runs, counted from execution rows, in the transaction that would add one.

import { withService } from '../domain/affected-service.ts';
import { canonicalJson, type Json } from '../domain/digest.ts';
import { formatDuration } from '../domain/duration.ts';
import { autoFixRefusal } from '../domain/guardrails.ts';
import { OPEN_PLAN_STATES, type Plan, type Step } from '../domain/plan.ts';
import { parseRate, periodStart } from '../domain/rate.ts';
import type { AutoFix, Resource } from '../domain/resource.ts';
import type { Verdict } from '../store/plans.ts';
import type { Tables } from '../store/tables.ts';

const HOUR_MS = 3_600_000;
/** All fixes together, an hour. */
const GLOBAL_BUDGET = 10;
const DEFAULT_COOLDOWN_MS = 15 * 60_000;
const DEFAULT_MAX_RUNS = '10 per day';
/** This many runs in a row that did not clear the condition, and the fix stops for that target. */
const BREAKER_RUNS = 2;

export interface FixRefusal {
  why: 'breaker' | 'cooldown' | 'max-runs' | 'budget';
  detail: string;
  /** When it last ran there; null: not at all. */
  lastRunAt: number | null;
}

/** Why this fix must not run on this target now; null: it may. Runs that ended unknown count. */
export async function refuseFix(
  tables: Tables,
  { name, spec: fix, updatedAt }: Resource<'auto-fix'>,
  target: string,
  now: number,
): Promise<FixRefusal | null> {
  const lately = await tables.plans.ofAutoFix(name, target, 200);
  const runs: { startedAt: number; helped: boolean }[] = [];
  for (const { plan, verdict } of lately) {
    const [first] = await tables.executions.ofPlan(plan.id);
    if (first) runs.push({ startedAt: first.startedAt, helped: mayHaveHelped(plan, verdict) });
  }
  const refused = (why: FixRefusal['why'], detail: string): FixRefusal => ({
    why,
    detail,
    lastRunAt: runs[0]?.startedAt ?? null,
  });
  // An edit is a person's answer to it: what ran before counts no longer.
  const judged = runs.filter(({ startedAt }) => startedAt >= updatedAt).slice(0, BREAKER_RUNS);
  if (judged.length === BREAKER_RUNS && judged.every(({ helped }) => !helped))
    return refused('breaker', `its last ${BREAKER_RUNS} runs did not clear ${fix.condition}`);
  const cooldownMs = cooldownOf(fix);
  const last = runs[0];
  if (last && now < last.startedAt + cooldownMs) {
    return refused(
      'cooldown',
      `it ran ${formatDuration(roundSeconds(now - last.startedAt))} ago, and its cooldown is ${formatDuration(cooldownMs)}`,
    );
  }
  const rate = parseRate(fix.maxRuns ?? DEFAULT_MAX_RUNS);
  const since = periodStart(rate.per, now);
  const used = runs.filter(({ startedAt }) => startedAt >= since).length;
  if (used >= rate.count)
    return refused('max-runs', `it ran ${used} times this ${rate.per}, and ${rate.count} is the limit`);
  const all = await tables.executions.countFixRuns(now - HOUR_MS, null);
  if (all.length >= GLOBAL_BUDGET)
    return refused(
      'budget',
      `all fixes together ran ${all.length} times in the last hour, and ${GLOBAL_BUDGET} is the limit`,
    );
  return null;
}

export function cooldownOf(fix: Pick<AutoFix, 'cooldownMs'>): number {
  return fix.cooldownMs ?? DEFAULT_COOLDOWN_MS;
}

/** The same question inside the commit that starts its first step. */
export async function refuseFixRun(
  tx: Tables,
  plan: Plan,
  index: number,
  now: number,
): Promise<string | null> {
  const fix = plan.autoFix === null ? null : await tx.resources.find('auto-fix', plan.autoFix);
  if (!fix?.enabled) return 'the auto-fix is gone or disabled';
  if (fix.spec.approval !== 'auto') return 'the auto-fix no longer runs by itself';
  if (!plan.steps.every((step) => isOfFix(step, fix.spec, plan.service)))
    return 'its steps are not the ones that were agreed to in advance';
  if (index > 0) return null;
  const target = await tx.plans.fixTarget(plan.id);
  if (target === null) return 'it has no target to count its runs by';
  return (await refuseFix(tx, fix, target, now))?.detail ?? null;
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
