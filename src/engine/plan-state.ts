// A plan's turns, each with the record and the timer that belong to it. Called inside a commit.

import type { PostOutcome } from '../domain/channel.ts';
import type { ChatEvent } from '../domain/chat.ts';
import type { Destination } from '../domain/destination.ts';
import { type Message, message, type Tone } from '../domain/message.ts';
import type { Plan, PlanState } from '../domain/plan.ts';
import { tokenize } from '../domain/tokenize.ts';
import type { Tables } from '../store/tables.ts';
import { alsoInThread } from './incident-line.ts';
import { fixKey, fixPlace } from './said-once.ts';
import { threadOf } from './thread-of.ts';

export function expireKey(approvalId: number): string {
  return `expire:${approvalId}`;
}

export function watchKey(planId: number): string {
  return `watch:${planId}`;
}

export async function startPlan(
  tx: Tables,
  plan: Plan,
  approvalId: number,
  text: string,
  by: { key: string; name: string },
): Promise<void> {
  await tx.plans.move(plan.id, ['waiting'], 'approved');
  await tx.jobs.cancel(expireKey(approvalId));
  await tx.timeline.add({
    incidentId: plan.incidentId,
    kind: 'approval',
    actor: by.key,
    text,
    data: { planId: plan.id, digest: plan.digest },
  });
  // The name is for people to read; rights are read from the approval's row.
  await tx.jobs.add('execute', { planId: plan.id, byName: by.name }, { priority: 1 });
}

/** Ends it without, or before, a change. */
export async function endPlan(
  tx: Tables,
  plan: Plan,
  state: Extract<PlanState, 'denied' | 'expired' | 'void' | 'failed' | 'unknown' | 'done'>,
  reason: string,
  actor?: string,
): Promise<void> {
  await tx.plans.move(plan.id, ['waiting', 'approved', 'executing', 'watching'], state, reason);
  const approval = await tx.approvals.ofPlan(plan.id);
  if (approval) await tx.jobs.cancel(expireKey(approval.id));
  await tx.timeline.add({
    incidentId: plan.incidentId,
    kind: state === 'denied' ? 'approval' : 'plan',
    text: `${plan.title}: ${state}, ${reason}`,
    data: { planId: plan.id, state },
    ...(actor ? { actor } : {}),
  });
}

/** Ends what still waits, and nobody can say yes to it any more. */
export async function voidPlan(tx: Tables, plan: Plan, reason: string, actor?: string): Promise<void> {
  const approval = await tx.approvals.ofPlan(plan.id);
  if (approval) await tx.approvals.move(approval.id, ['waiting', 'confirming'], 'void');
  await endPlan(tx, plan, 'void', reason, actor);
}

/** Says something where the plan was asked for, and as one line in its incident's thread and where its command is announced. */
export async function tellPlan(
  tx: Tables,
  plan: Plan,
  what: Message | string,
  options: {
    tone?: Tone;
    answers?: string;
    outcome?: PostOutcome;
    /** Where the same was said already. */
    saidAt?: Destination;
    /** Set where it is told in the incident's thread in another way, or is no outcome. */
    notInThread?: true;
  } = {},
): Promise<void> {
  const text = typeof what === 'string' ? message(what, options.tone ? { tone: options.tone } : {}) : what;
  const { destination } = plan;
  await tx.posts.add({
    channel: destination.channel,
    conversation: destination.conversation,
    ...(await threadOf(tx, destination)),
    lane: 'thread',
    message: text,
    answers: options.answers ?? null,
    outcome: options.outcome ?? null,
  });
  const { names } = text;
  const line = { ...message(text.title, { tone: text.tone }), ...(names ? { names } : {}) };
  const { saidAt, notInThread = false } = options;
  if (!notInThread)
    await alsoInThread(tx, plan.incidentId, saidAt ? [destination, saidAt] : [destination], line);
  await announce(tx, plan, line, saidAt);
}

/** With `--announce`, the command's own room hears of it too, unless it was typed there or is where it is known already. */
export async function announce(
  tx: Tables,
  plan: Plan,
  line: Message,
  unlessAt?: Pick<Destination, 'channel' | 'conversation'>,
  outcome: PostOutcome | null = null,
): Promise<void> {
  const command = plan.autoFix ? null : await tx.resources.find('command', plan.command);
  if (!command?.spec.announce || !command.spec.to) return;
  const channel = command.spec.channel ?? plan.destination.channel;
  if (command.spec.to === plan.destination.conversation) return;
  if (unlessAt?.channel === channel && unlessAt.conversation === command.spec.to) return;
  await tx.posts.add({
    channel,
    conversation: command.spec.to,
    incidentId: null,
    threadPostId: null,
    lane: 'thread',
    message: line,
    outcome,
  });
}

/** Whether a plan comes of it or a refusal, the facts say: what was asked for may be done by now. */
export const PLANNED_AFRESH = 'It is planned afresh, from what is there now.';

/** The same words once more: fresh facts, a fresh plan, a new approval. Used when what was agreed to no longer holds. */
export async function planAgain(
  tx: Tables,
  plan: Plan,
  by: { event: ChatEvent; key: string } | null,
): Promise<void> {
  if (plan.autoFix !== null) return fixAgain(tx, plan, plan.autoFix);
  const [trigger = '', ...words] = tokenize(plan.asked);
  const { channel, conversation, incidentId, rootPostId } = plan.destination;
  const key = `again:${plan.id}`;
  const event: ChatEvent = by?.event ?? {
    key,
    principal: plan.requester,
    channel,
    conversation,
    incidentId,
    ...(rootPostId === undefined ? {} : { rootPostId }),
    text: plan.asked,
    at: plan.createdAt,
    bot: false,
    unattended: false,
  };
  await tx.jobs.add(
    'plan',
    { event, key: by?.key ?? key, trigger, words, command: plan.command, incidentId: plan.incidentId },
    { priority: 1, key },
  );
}

/** Measured afresh and within its limits, as any run of it; whatever comes of it is said. */
async function fixAgain(tx: Tables, { success }: Plan, name: string): Promise<void> {
  if (success.kind !== 'condition') return;
  const { source, target, service } = success;
  const key = fixKey(name, fixPlace(source, target));
  await tx.jobs.set('auto-fix', { name, source, target, service, asked: true }, { key, priority: 1 });
}

/** The way back, as a new plan that waits for its own yes. */
export async function offerUndo(tx: Tables, plan: Plan): Promise<void> {
  if (!plan.undo || plan.autoFix !== null) return;
  await tx.jobs.add('undo', { planId: plan.id }, { key: `undo:${plan.id}`, priority: 1 });
}
