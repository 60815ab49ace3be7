// Runs an approved plan: intent, effect, outcome, one step after the other. Nothing here asks a model.
import { randomUUID } from 'node:crypto';
import { stepWords } from '../../domain/cards/plan-card.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Execution } from '../../domain/execution.ts';
import { isIntact, type Plan, type Step } from '../../domain/plan.ts';
import { mention, parsePrincipalKey } from '../../domain/principal.ts';
import { redact } from '../../domain/redact.ts';
import type { ChangeOutcome, ChangeTool, Reconciliation } from '../../domain/tool.ts';
import { checkStep, findStepTool, type StepCheck } from '../drift.ts';
import type { Commit, Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { targetKey } from '../guardrail-facts.ts';
import { resolveIncident } from '../incident-state.ts';
import { markAction } from '../marks.ts';
import { mayStart, NOT_INTACT, refusePlan } from '../may-start.ts';
import { endPlan, PLANNED_AFRESH, planAgain, tellPlan } from '../plan-state.ts';
import { strikeDone } from '../strike-done.ts';
import { withDeadline } from '../toolbox.ts';
import { startWatch } from './watch.ts';

/** A step that takes longer is in doubt. */
const STEP_DEADLINE_MS = 15 * 60_000;
const RECONCILE_DEADLINE_MS = 15_000;
/** How soon a step that is still running somewhere is asked about again. */
const STILL_RUNNING_MS = 3000;

const SAME: StepCheck = { kind: 'same' };

type Settled = {
  state: 'succeeded' | 'failed' | 'unknown';
  summary: string;
  freedBytes?: number | undefined;
};

export const execute: Handler = async (run, engine) => {
  const plan = await engine.store.read.plans.find(Number(run.job.payload.planId));
  if (!plan || (plan.state !== 'approved' && plan.state !== 'executing')) return nothing;
  if (plan.closes) return closeIncident(plan, plan.closes, run.job.payload.byName, engine);
  const earlier = await engine.store.read.executions.ofPlan(plan.id);
  if (!isIntact(plan)) return distrust(plan, earlier, engine);
  const done: string[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const before = earlier.filter((execution) => execution.step === index).at(-1);
    if (before?.state === 'succeeded') {
      done.push(before.summary ?? stepWords(step));
      continue;
    }
    const started = before?.state === 'started' ? before : null;
    const result = started
      ? await resume(plan, step, started, engine, run)
      : await begin(plan, index, step, engine, run);
    if (result.kind === 'stopped') return result.commit;
    const { settled, executionId } = result;
    const last = index === plan.steps.length - 1;
    if (settled.state === 'succeeded') done.push(settled.summary);
    const finish = outcome(plan, index, executionId, settled, last ? done : null, engine);
    if (last || settled.state !== 'succeeded') return finish;
    await run.commit(finish);
  }
  // Every step had succeeded and the daemon died before it said so.
  return (tx) => startWatch(tx, plan, done, engine.clock.now());
};

/** Bytes that nobody agreed to are not read, not asked about and not run. A step that had begun is in doubt. */
function distrust(plan: Plan, earlier: readonly Execution[], engine: Engine): Commit {
  return async (tx) => {
    const begun = earlier.filter(({ state }) => state === 'started');
    for (const { id } of begun)
      await tx.executions.end(id, { state: 'unknown', summary: NOT_INTACT, at: engine.clock.now() });
    await endPlan(tx, plan, begun.length > 0 ? 'unknown' : 'void', NOT_INTACT);
    const text =
      begun.length > 0
        ? `❓ ${plan.title}: a step had begun, and ${NOT_INTACT}. Nothing more is run. Look what became of it.`
        : `🛑 ${plan.title}: not run, ${NOT_INTACT}: somebody changed it after it was agreed to. Ask again: ${plan.asked}`;
    await tellPlan(tx, plan, text, { tone: 'critical' });
  };
}

/** No step outside: the effect is a row of ours, in the same commit as its guards. */
function closeIncident(
  plan: Plan,
  closes: NonNullable<Plan['closes']>,
  byName: unknown,
  engine: Engine,
): Commit {
  return async (tx) => {
    const refusal = await refusePlan(tx, plan, 0, engine.clock.now());
    if (refusal) return voided(plan, 0, refusal, { again: false })(tx);
    const incident = await tx.incidents.find(closes.incidentId);
    const approval = await tx.approvals.ofPlan(plan.id);
    await tx.plans.move(plan.id, ['approved', 'executing'], 'done');
    if (incident?.state !== 'open') return tellPlan(tx, plan, `#${closes.incidentId} was already resolved.`);
    const by = approval?.decidedBy ?? '';
    const who = typeof byName === 'string' ? byName : mention(parsePrincipalKey(by));
    await resolveIncident(
      tx,
      incident,
      {
        by,
        byName: who,
        why: `closed by ${who}`,
        rootCause: closes.rootCause,
      },
      engine,
    );
  };
}

type StepResult =
  | { kind: 'settled'; executionId: string; settled: Settled }
  | { kind: 'stopped'; commit: Commit };

/** Facts once more, then the started row with every guard inside its transaction, then the call. */
async function begin(plan: Plan, index: number, step: Step, engine: Engine, run: Run): Promise<StepResult> {
  const check = await recheck(step, engine, run);
  if (check.kind === 'drift')
    return { kind: 'stopped', commit: voided(plan, index, check.text, { again: true }) };
  const executionId = randomUUID();
  const refusal = await run.commit(async (tx) => {
    const no = await mayStart(tx, plan, step, index, engine.clock.now());
    if (no) return no;
    await tx.plans.move(plan.id, ['approved'], 'executing');
    const free = await tx.executions.start(startedRow(plan, index, step, executionId, engine.clock.now()));
    if (!free) return `another change of ${step.target.label} is running`;
    await tx.timeline.add({
      incidentId: plan.incidentId,
      kind: 'execution',
      text: `${plan.title}: started ${stepWords(step)}`,
      data: { planId: plan.id, executionId },
    });
    if (index === 0) await tellPlan(tx, plan, `⏳ ${plan.title}...`, { notInThread: true });
    return null;
  });
  if (refusal !== null) return { kind: 'stopped', commit: voided(plan, index, refusal, { again: false }) };
  if (check.kind === 'absent') {
    const summary = nothingLeft(step, check.text);
    return { kind: 'settled', executionId, settled: { state: 'succeeded', summary } };
  }
  return { kind: 'settled', executionId, settled: await call(step, executionId, engine, run) };
}

/** The daemon died while this step ran: ask, repeat only what is harmless on unchanged facts, else say unknown. */
async function resume(
  plan: Plan,
  step: Step,
  started: Execution,
  engine: Engine,
  run: Run,
): Promise<StepResult> {
  const found = await findStepTool(step, engine);
  if (typeof found === 'string') return settle(started, { state: 'unknown', summary: found });
  const { tool, service } = found;
  let answer: Reconciliation = 'unknown';
  if (tool.reconcile) {
    try {
      answer = await withDeadline(RECONCILE_DEADLINE_MS, run.signal, async (signal) =>
        tool.reconcile
          ? tool.reconcile(step.args, service ?? undefined, step.facts, { signal, key: started.id })
          : 'unknown',
      );
    } catch (error) {
      engine.log({
        level: 'warn',
        event: 'reconcile-failed',
        execution: started.id,
        error: errorText(error),
      });
    }
  } else if (step.repeat === 'harmless') {
    const check = await checkStep(step, engine, run.signal).catch(() => null);
    answer = check?.kind === 'same' ? 'not-started' : check?.kind === 'absent' ? 'succeeded' : 'unknown';
  }
  const unseenMs = answer === 'not-started' ? stillUnseenMs(tool, started, engine.clock.now()) : 0;
  if (unseenMs > 0)
    throw new ToolError('retry', `whether ${stepWords(step)} began is not seen yet`, {
      retryAfterMs: unseenMs,
    });
  switch (answer) {
    case 'succeeded':
      return settle(started, {
        state: 'succeeded',
        summary: `${stepWords(step)}: done, found so after the daemon came back`,
      });
    case 'failed':
      return settle(started, {
        state: 'failed',
        summary: `${stepWords(step)}: failed, found so after the daemon came back`,
      });
    case 'running':
      throw new ToolError('retry', `${stepWords(step)} is still running`, { retryAfterMs: STILL_RUNNING_MS });
    case 'not-started': {
      // What it was approved on may have changed while nobody was there. Without `reconcile` it was just looked at.
      const check = tool.reconcile ? await recheck(step, engine, run) : SAME;
      if (check.kind === 'absent')
        return settle(started, { state: 'succeeded', summary: nothingLeft(step, check.text) });
      // Its started row stands; what has to hold is that the plan is still approved and nothing is frozen.
      const refusal =
        check.kind === 'drift'
          ? check.text
          : await run.commit((tx) => refusePlan(tx, plan, started.step + 1, engine.clock.now()));
      if (refusal)
        return settle(
          started,
          tool.reconcile
            ? { state: 'failed', summary: `${stepWords(step)}: was not begun, ${refusal}` }
            : {
                state: 'unknown',
                summary: `${stepWords(step)}: the daemon stopped while it ran, and it is not run again, ${refusal}`,
              },
        );
      return { kind: 'settled', executionId: started.id, settled: await call(step, started.id, engine, run) };
    }
    case 'unknown':
      return settle(started, {
        state: 'unknown',
        summary: `${stepWords(step)}: the daemon stopped while it ran, and nobody can tell what became of it`,
      });
    default:
      return answer satisfies never;
  }
}

/** Until what was sent would be seen: zero once it would. A clock that was set back keeps nobody for longer. */
function stillUnseenMs({ shownAfterMs = 0 }: ChangeTool, { startedAt }: Execution, now: number): number {
  return Math.min(shownAfterMs, Math.max(0, startedAt + shownAfterMs - now));
}

/** Facts that cannot be read are not the facts that were agreed to. */
async function recheck(step: Step, engine: Engine, run: Run): Promise<StepCheck> {
  try {
    return await checkStep(step, engine, run.signal);
  } catch (error) {
    return { kind: 'drift', text: `the facts could not be read again (${errorText(error)})` };
  }
}

function nothingLeft(step: Step, why: string): string {
  return `${stepWords(step)}: nothing left to do, ${why}`;
}

function settle(started: Execution, settled: Settled): StepResult {
  return { kind: 'settled', executionId: started.id, settled };
}

async function call(step: Step, key: string, engine: Engine, run: Run): Promise<Settled> {
  const found = await findStepTool(step, engine);
  if (typeof found === 'string') return { state: 'failed', summary: found };
  const { tool, service } = found;
  try {
    const done: ChangeOutcome = await withDeadline(STEP_DEADLINE_MS, run.signal, (signal) =>
      tool.run(step.args, service ?? undefined, step.facts, { signal, key }),
    );
    return { state: 'succeeded', summary: redact(done.summary), freedBytes: done.freedBytes };
  } catch (error) {
    const state = error instanceof ToolError && error.outcome !== 'unknown' ? 'failed' : 'unknown';
    return { state, summary: errorText(error) };
  }
}

function outcome(
  plan: Plan,
  index: number,
  executionId: string,
  settled: Settled,
  done: string[] | null,
  engine: Engine,
): Commit {
  return async (tx) => {
    const at = engine.clock.now();
    await tx.executions.end(executionId, { ...settled, at });
    await tx.timeline.add({
      incidentId: plan.incidentId,
      kind: 'execution',
      text: `${plan.title}: ${settled.state}, ${settled.summary}`,
      data: { planId: plan.id, executionId, state: settled.state },
    });
    const { service } = plan;
    await markAction(tx, plan, { executionId, service, state: settled.state, at }, engine);
    if (settled.state === 'succeeded') {
      const step = plan.steps[index];
      if (step) await strikeDone(tx, plan, step, at, engine);
      if (done) await startWatch(tx, plan, done, at);
      return;
    }
    const approval = await tx.approvals.ofPlan(plan.id);
    const rest = plan.steps.slice(index + 1).map(stepWords);
    const notDone = rest.length > 0 ? ` Not done: ${rest.join(', ')}.` : '';
    await endPlan(tx, plan, settled.state, settled.summary);
    const text =
      settled.state === 'failed'
        ? `❌ ${plan.title}: failed. ${settled.summary}.${notDone} ${askAgain(plan)}`
        : `❓ ${plan.title}: nobody knows what became of it. ${settled.summary}.${notDone} Look, then type /done ${approval?.id ?? ''} (it was done) or /retry ${approval?.id ?? ''} (a fresh plan).`;
    await tellPlan(tx, plan, text, { tone: settled.state === 'failed' ? 'warning' : 'critical' });
  };
}

/** Nothing was changed by this step. What was agreed to no longer holds, so it is planned afresh. */
function voided(plan: Plan, index: number, why: string, { again }: { again: boolean }): Commit {
  return async (tx) => {
    const after = index > 0 ? ` ${index} of ${plan.steps.length} steps were done before.` : '';
    await endPlan(tx, plan, 'void', why);
    // By itself it plans again no sooner than after its cooldown: facts that never hold still would be a loop.
    const standing = plan.autoFix !== null && (await tx.approvals.ofPlan(plan.id))?.standing;
    const next = again && !standing ? PLANNED_AFRESH : askAgain(plan);
    await tellPlan(tx, plan, `🛑 ${plan.title}: not run (${why}).${after} ${next}`, { tone: 'warning' });
    if (again && !standing) await planAgain(tx, plan, null);
  };
}

function askAgain({ autoFix, asked }: Plan): string {
  return autoFix === null
    ? `Ask again for fresh facts: ${asked}`
    : 'It is measured again after its cooldown, as long as its condition holds.';
}

function startedRow(plan: Plan, index: number, step: Step, id: string, now: number) {
  return {
    id,
    planId: plan.id,
    step: index,
    capability: step.capability,
    source: step.source,
    target: targetKey(step.source, step.target.id),
    autoFix: plan.autoFix,
    args: step.args as Record<string, unknown>,
    facts: step.facts as unknown as Record<string, unknown>,
    startedAt: now,
  };
}

function errorText(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
