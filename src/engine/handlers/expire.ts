// Silence is denial.
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { endPlan, tellPlan } from '../plan-state.ts';

export const expire: Handler = async (run, engine) => {
  const approvalId = Number(run.job.payload.approvalId);
  const approval = await engine.store.read.approvals.find(approvalId);
  const plan = approval && (await engine.store.read.plans.find(approval.planId));
  if (!approval || !plan) return nothing;
  return async (tx) => {
    if (!(await tx.approvals.move(approvalId, ['waiting', 'confirming'], 'expired'))) return;
    await endPlan(tx, plan, 'expired', 'nobody answered in time, and silence is no');
    await tellPlan(
      tx,
      plan,
      `⌛ Plan #${approvalId} expired unanswered and will not run: ${plan.title}. Ask again: ${plan.asked}`,
    );
  };
};
