// `/done` and `/retry`: a person says what became of a step nobody can know about.
import type { Plan } from '../../domain/plan.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import type { Tables } from '../../store/tables.ts';
import { alsoInThread } from '../incident-line.ts';
import { planAgain } from '../plan-state.ts';
import { strikeDone } from '../strike-done.ts';
import { saidAt } from '../thread-of.ts';
import { type ChatRequest, type ChatVerb, mayNot, postAnswer, readNumber, refuse, usage } from './request.ts';

export const done: ChatVerb = async (request, engine) => {
  const found = await findUnknown(request, engine.store.read, '/done');
  if ('problem' in found) return usage(request, found.problem, found.instead);
  const refusal = mayNot(request, 'settle');
  if (refusal) return refuse(request, refusal, found.plan.incidentId);
  const { principal } = request.event;
  return async (tx) => {
    const now = engine.clock.now();
    const first = await settle(tx, found.plan, 'succeeded', request, now);
    if (!first) return postAnswer(tx, request, SETTLED);
    for (const step of found.plan.steps) await strikeDone(tx, found.plan, step, now, engine);
    await postAnswer(tx, request, `Recorded: ${mention(principal)} says "${found.plan.title}" was done.`);
  };
};

/** Fresh facts, fresh plan, new approval. Never the old one again. */
export const retry: ChatVerb = async (request, engine) => {
  const found = await findUnknown(request, engine.store.read, '/retry');
  if ('problem' in found) return usage(request, found.problem, found.instead);
  const refusal = mayNot(request, 'settle');
  if (refusal) return refuse(request, refusal, found.plan.incidentId);
  return async (tx) => {
    const now = engine.clock.now();
    const first = await settle(tx, found.plan, 'failed', request, now);
    if (!first) return postAnswer(tx, request, SETTLED);
    await planAgain(tx, found.plan, request);
    if (found.plan.autoFix !== null) {
      const { autoFix, destination } = found.plan;
      const text = `Recorded: it was not done. ${autoFix} is measured again; what comes of it is said in ${destination.conversation}.`;
      await postAnswer(tx, request, text);
    }
  };
};

async function findUnknown(
  request: ChatRequest,
  tables: Tables,
  verb: string,
): Promise<{ plan: Plan } | { problem: string; instead: string }> {
  const number = readNumber(request.words[0]);
  if (number !== null) {
    const approval = await tables.approvals.find(number);
    const plan = approval && (await tables.plans.find(approval.planId));
    if (!plan) return { problem: `there is no plan #${number}`, instead: '/status' };
    if (plan.state !== 'unknown')
      return { problem: `plan #${number} is not in doubt: ${plan.state}`, instead: plan.asked };
    return { plan };
  }
  if (request.words.length > 0)
    return { problem: `"${request.words[0]}" is no plan number`, instead: `${verb} 7` };
  const unknown = await tables.plans.inStates(['unknown']);
  const [only] = unknown;
  if (unknown.length === 1 && only) return { plan: only };
  return {
    problem: unknown.length === 0 ? 'no step is in doubt' : 'several steps are in doubt; say which',
    instead: unknown.length === 0 ? '/status' : `${verb} 7; /status names them`,
  };
}

/** False: somebody else was first. */
async function settle(
  tx: Tables,
  plan: Plan,
  state: 'succeeded' | 'failed',
  { event }: ChatRequest,
  at: number,
): Promise<boolean> {
  const by = principalKey(event.principal);
  const name = mention(event.principal);
  const moved = await tx.plans.move(
    plan.id,
    ['unknown'],
    state === 'succeeded' ? 'done' : 'failed',
    `settled by ${name}`,
  );
  if (!moved) return false;
  for (const execution of await tx.executions.ofPlan(plan.id)) {
    if (execution.state !== 'unknown') continue;
    const summary =
      state === 'succeeded' ? `${name} says it was done` : `${name} says it was not done, and asks again`;
    await tx.executions.end(execution.id, { state, summary, at, from: ['unknown'], settledBy: by });
  }
  const text = `${name} settled "${plan.title}": ${state === 'succeeded' ? 'it was done' : 'it was not done'}`;
  await tx.timeline.add({ incidentId: plan.incidentId, kind: 'execution', actor: by, text });
  await alsoInThread(tx, plan.incidentId, [saidAt(event)], text);
  return true;
}

const SETTLED = 'Somebody has already settled it; the first word stands.';
