// The watch said worse: the call that takes the change back, measured and approved like any other.
import type { ChangeArgs } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { message } from '../../domain/message.ts';
import type { Plan, UndoCall } from '../../domain/plan.ts';
import { OPENCLAW } from '../../domain/principal.ts';
import { redact } from '../../domain/redact.ts';
import { tokenize } from '../../domain/tokenize.ts';
import { typedWord } from '../../domain/typed-word.ts';
import type { Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { announce, tellPlan } from '../plan-state.ts';
import { type Prepared, preparePlan } from '../prepare.ts';
import { askForApproval } from './plan.ts';

export const undo: Handler = async (run, engine) => {
  const plan = await engine.store.read.plans.find(Number(run.job.payload.planId));
  if (!plan?.undo) return nothing;
  const prepared = await prepareUndo(plan, plan.undo, engine, run).catch((error: unknown) => {
    if (run.signal.aborted || !(error instanceof ToolError)) throw error;
    return { kind: 'unreadable' as const, why: redact(error.message) };
  });
  if (prepared.kind === 'unreadable') {
    const text = `It got worse, and the way back cannot be measured now (${prepared.why}). By hand: ${wayBack(plan, plan.undo)}`;
    return (tx) => tellPlan(tx, plan, text, { tone: 'warning' });
  }
  if (prepared.kind === 'refused') {
    return (tx) =>
      tellPlan(tx, plan, `It got worse, and the way back is refused: ${prepared.refusal.detail}`, {
        tone: 'warning',
      });
  }
  return async (tx) => {
    const stored = await tx.plans.insert(prepared.plan);
    const { approvalId, card } = await askForApproval(tx, stored, engine);
    const outcome = { kind: 'waiting', approvalId, planId: stored.id } as const;
    await tellPlan(tx, stored, card, { outcome, notInThread: true });
    await announce(tx, stored, message(`${stored.title}: /approve ${approvalId} or /deny ${approvalId}`));
  };
};

function prepareUndo(plan: Plan, undoCall: UndoCall, engine: Engine, run: Run): Promise<Prepared> {
  return preparePlan(
    {
      command: plan.command,
      sources: plan.steps.map(({ source }) => source),
      asked: wayBack(plan, undoCall),
      autoFix: null,
      requester: OPENCLAW,
      destination: plan.destination,
      incidentId: plan.incidentId,
      twoPerson: plan.twoPerson,
      watchMs: plan.watchMs,
      proposal: {
        kind: 'steps',
        title: `Undo: ${plan.title}`,
        service: plan.service,
        steps: [{ capability: undoCall.capability, args: { ...undoCall.args } }],
        notes: [],
        success: plan.success,
      },
    },
    engine,
    run.signal,
  );
}

/** The way back as a person would type it: what is planned afresh when its facts have moved on. */
function wayBack(plan: Plan, { args }: UndoCall): string {
  const [trigger = ''] = tokenize(plan.asked);
  const { service, count, reason } = args as ChangeArgs<'services.scale'>;
  return [trigger, typedWord(service), count, ...(reason ? ['--reason', typedWord(reason)] : [])].join(' ');
}
