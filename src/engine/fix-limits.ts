// The hard limits of automatic runs, counted from execution rows, in the transaction that would add one.

import { formatDuration } from '../domain/duration.ts';
import type { Plan } from '../domain/plan.ts';
import { parseRate } from '../domain/rate.ts';
import type { AutoFix } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** All fixes together, an hour. */
const GLOBAL_BUDGET = 10;
const DEFAULT_COOLDOWN_MS = 15 * 60_000;
const DEFAULT_MAX_RUNS = '10 per day';
/** This many runs in a row that did not clear the condition, and the fix stops for that target. */
const BREAKER_RUNS = 2;

/** Why this fix must not run on this target now; null: it may. Runs that ended unknown count. */
export async function refuseFix(
  tables: Tables,
  name: string,
  fix: AutoFix,
  target: string,
  now: number,
): Promise<string | null> {
  const lately = await tables.plans.ofAutoFix(name, target, 200);
  const runs: { startedAt: number; verdict: string | null }[] = [];
  for (const { plan, verdict } of lately) {
    const [first] = await tables.executions.ofPlan(plan.id);
    if (first) runs.push({ startedAt: first.startedAt, verdict });
  }
  const cooldownMs = cooldownOf(fix);
  const last = runs[0];
  if (last && now < last.startedAt + cooldownMs) {
    return `it ran ${formatDuration(roundSeconds(now - last.startedAt))} ago, and its cooldown is ${formatDuration(cooldownMs)}`;
  }
  const rate = parseRate(fix.maxRuns ?? DEFAULT_MAX_RUNS);
  const since = periodStart(rate.per, now);
  const used = runs.filter(({ startedAt }) => startedAt >= since).length;
  if (used >= rate.count) return `it ran ${used} times this ${rate.per}, and ${rate.count} is the limit`;
  const all = await tables.executions.countFixRuns(now - HOUR_MS, null);
  if (all.length >= GLOBAL_BUDGET)
    return `all fixes together ran ${all.length} times in the last hour, and ${GLOBAL_BUDGET} is the limit`;
  const judged = runs.slice(0, BREAKER_RUNS);
  if (
    judged.length === BREAKER_RUNS &&
    judged.every(({ verdict }) => verdict === 'same' || verdict === 'worse')
  ) {
    return `its last ${BREAKER_RUNS} runs did not help`;
  }
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
  if (index > 0) return null;
  const target = await tx.plans.fixTarget(plan.id);
  return target === null
    ? 'it has no target to count its runs by'
    : refuseFix(tx, fix.name, fix.spec, target, now);
}

/** Calendar periods in UTC: "3 per day" starts anew at midnight. */
function periodStart(per: 'minute' | 'hour' | 'day' | 'week', now: number): number {
  const length = { minute: 60_000, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS }[per];
  // Weeks begin on Monday; 1970 began on a Thursday.
  const shift = per === 'week' ? 3 * DAY_MS : 0;
  return Math.floor((now + shift) / length) * length - shift;
}

function roundSeconds(ms: number): number {
  return Math.max(1000, Math.round(ms / 1000) * 1000);
}
