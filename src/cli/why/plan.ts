// Why a plan ran, was refused, or is void: who asked, who said yes, and what each step came to.
import { nameOfKey } from '../../domain/called.ts';
import { notFound } from '../../domain/errors.ts';
import type { Tables } from '../../store/tables.ts';
import { inOrder, type WhyAnswer, type WhyLine } from './answer.ts';

/** By the number people type: `/approve 7`. */
export async function whyPlan(read: Tables, number: number): Promise<WhyAnswer> {
  const approval = await read.approvals.find(number);
  const plan = approval ? await read.plans.find(approval.planId) : null;
  if (!approval || !plan)
    throw notFound(
      `there is no plan #${number}`,
      'the number is that of /approve; openclaw status lists those that wait',
    );
  const entries = await read.reasons.planEntries(plan.id);
  const steps = await read.executions.ofPlan(plan.id);
  const verdict = await read.plans.verdict(plan.id);
  const contacts = (await read.resources.list('contact')).map(({ spec }) => spec);
  const agreed =
    approval.standing ??
    (approval.decidedBy === null ? `nobody (${approval.state})` : nameOfKey(approval.decidedBy, contacts));
  const pending: WhyLine[] =
    plan.state === 'waiting'
      ? [{ at: approval.expiresAt, kind: 'expire', text: 'expires unless somebody decides: silence is no' }]
      : [];
  return {
    about: `plan #${number}`,
    facts: [
      ['plan', plan.title],
      ['state', plan.reason === null ? plan.state : `${plan.state}: ${plan.reason}`],
      ['asked by', plan.requester.displayName],
      ['risk', plan.risk],
      ['agreed by', agreed],
      ['digest', plan.digest],
      ...(plan.incidentId === null ? [] : ([['incident', `#${plan.incidentId}`]] as [string, string][])),
      ...(verdict === null ? [] : ([['verdict', verdict]] as [string, string][])),
    ],
    decided: inOrder([
      ...entries.map(({ at, kind, text, data }): WhyLine => ({ at, kind, text, data })),
      ...steps.map(
        (step): WhyLine => ({
          at: step.endedAt ?? step.startedAt,
          kind: 'execution',
          text: `step ${step.step + 1}, ${step.capability} on ${step.source}: ${step.state}${step.summary === null ? '' : `, ${step.summary}`}${step.settledBy === null ? '' : ` (settled by ${step.settledBy})`}`,
        }),
      ),
    ]),
    pending,
    ...(plan.incidentId === null ? {} : { next: `openclaw why incident ${plan.incidentId}` }),
  };
}
