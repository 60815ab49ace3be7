// Every guard once more, inside the transaction that writes the started execution.
import { authorize } from '../domain/authorize.ts';
import { assessStep } from '../domain/guardrails.ts';
import { isIntact, type Plan, type Step } from '../domain/plan.ts';
import { parsePrincipalKey } from '../domain/principal.ts';
import { RISKS } from '../domain/risk.ts';
import type { Tables } from '../store/tables.ts';
import { refuseFixRun, refuseOutdated } from './fix-limits.ts';
import { guardrailFacts } from './guardrail-facts.ts';

/** Why this step must not start now; null: it may. */
export async function mayStart(
  tx: Tables,
  plan: Plan,
  step: Step,
  index: number,
  now: number,
): Promise<string | null> {
  const refusal = await refusePlan(tx, plan, index, now);
  if (refusal) return refusal;
  const assessment = assessStep(step, await guardrailFacts(tx, step, now));
  if (assessment.refusal) return assessment.refusal.detail;
  if (RISKS.indexOf(assessment.risk) > RISKS.indexOf(step.risk))
    return `its risk is now ${assessment.risk}, and ${step.risk} was approved`;
  return null;
}

export const NOT_INTACT = 'the stored plan does not match its digest';

/** A yes is for now: one that was not begun when the daemon comes back is asked for again. */
const BEGIN_WITHIN_MS = 60_000;

function refuseStale(plan: Plan, decidedAt: number, now: number): string | null {
  if (now <= Math.max(plan.expiresAt, decidedAt + BEGIN_WITHIN_MS)) return null;
  return 'its approval is too old: it was not begun in time';
}

/** The command may have been edited since: what it asks for now counts. */
async function refuseCommand(tx: Tables, plan: Plan): Promise<string | null> {
  // An auto-fix that asks has no command behind it.
  if (plan.autoFix !== null) return refuseOutdated(tx, plan, plan.autoFix);
  if (plan.closes) return null;
  const command = await tx.resources.find('command', plan.command);
  if (!command?.enabled) return `the command "${plan.command}" is gone or disabled`;
  if (command.spec.twoPerson && !plan.twoPerson) return `the command "${plan.command}" needs two people now`;
  return null;
}

/** What holds for every plan: the stored bytes are the approved bytes, by somebody who may, and nothing is frozen. */
export async function refusePlan(tx: Tables, plan: Plan, index: number, now: number): Promise<string | null> {
  const stored = await tx.plans.find(plan.id);
  if (!stored || (stored.state !== 'approved' && stored.state !== 'executing'))
    return `the plan is ${stored?.state ?? 'gone'}`;
  if (!isIntact(stored)) return NOT_INTACT;
  const approval = await tx.approvals.ofPlan(plan.id);
  if (approval?.state !== 'approved') return 'nobody approved it';
  if (approval.digest !== stored.digest) return 'the approval names another digest';
  const frozen = await tx.settings.get('freeze');
  if (frozen) return `frozen by ${frozen.byName}: ${frozen.reason}`;

  if (approval.standing === null) {
    if (approval.decidedBy === null || approval.decidedAt === null) return 'nobody approved it';
    if (approval.decidedAt > stored.expiresAt) return 'it was approved after it had expired';
    if (stored.risk === 'critical' && approval.firstBy === null)
      return 'it is critical, and only one of its two steps was taken';
    const contacts = (await tx.resources.list('contact'))
      .filter(({ enabled }) => enabled)
      .map(({ spec }) => spec);
    const refusal = authorize(
      'approve',
      { principal: parsePrincipalKey(approval.decidedBy), bot: false, unattended: false },
      {
        contacts,
        plan: {
          requester: stored.requester,
          twoPerson: stored.twoPerson,
          risk: stored.risk,
          firstBy: approval.firstBy,
          // It was when it was decided.
          inDestination: true,
        },
      },
    );
    if (refusal) return refusal.detail;
    if (approval.firstBy !== null) {
      const first = { principal: parsePrincipalKey(approval.firstBy), bot: false, unattended: false };
      const refused = authorize('approve', first, { contacts });
      if (refused) return refused.detail;
    }
    if (index === 0) return (await refuseCommand(tx, stored)) ?? refuseStale(stored, approval.decidedAt, now);
  } else {
    return refuseFixRun(tx, stored, index, now);
  }
  return null;
}
