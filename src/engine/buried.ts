// What is said and settled in the commit that puts a job aside: nobody waits for an answer that never comes.
import { stepWords } from '../domain/cards/plan-card.ts';
import type { ChatEvent } from '../domain/chat.ts';
import { type Message, message } from '../domain/message.ts';
import type { Plan } from '../domain/plan.ts';
import type { Job, JobKind } from '../store/jobs.ts';
import type { Tables } from '../store/tables.ts';
import { postAnswer } from './chat/request.ts';
import type { Engine } from './engine.ts';
import { giveUpWords } from './model/words-job.ts';
import { endPlan, tellPlan } from './plan-state.ts';

/** Runs inside the burying transaction. `why` is the redacted error. */
export type OnBuried = (tx: Tables, buried: { job: Job; why: string }, engine: Engine) => Promise<void>;

export const ON_BURIED: Partial<Record<JobKind, OnBuried>> = {
  async chat(tx, { job, why }, engine) {
    const entry = await tx.inbox.find(String(job.payload.source), String(job.payload.key));
    if (!entry || entry.handledAt !== null) return;
    await tx.inbox.markHandled([entry.id], engine.clock.now());
    await answer(tx, entry.body as ChatEvent, entry.key, job, why);
  },

  async plan(tx, { job, why }) {
    const { event, key } = job.payload as { event?: ChatEvent; key?: string };
    if (event && key) await answer(tx, event, key, job, why);
  },

  async execute(tx, { job, why }, engine) {
    const plan = await tx.plans.find(Number(job.payload.planId));
    if (plan && (plan.state === 'approved' || plan.state === 'executing'))
      await leaveInDoubt(tx, plan, reason(job, why), engine.clock.now());
  },

  async watch(tx, { job, why }) {
    const plan = await tx.plans.find(Number(job.payload.planId));
    if (!plan) return;
    await tx.plans.setVerdict(plan.id, 'unknown');
    const text = `whether it helped could not be measured: ${reason(job, why)}`;
    if (!(await tx.plans.move(plan.id, ['watching'], 'done', text))) return;
    await tx.timeline.add({
      incidentId: plan.incidentId,
      kind: 'watch',
      text: `${plan.title}: ${text}`,
      data: { planId: plan.id, verdict: 'unknown' },
    });
    await tellPlan(tx, plan, `❔ ${plan.title} was done; ${text}. Look for yourself: /status`, {
      tone: 'warning',
    });
  },

  async undo(tx, { job, why }) {
    const plan = await tx.plans.find(Number(job.payload.planId));
    if (!plan) return;
    await tellPlan(tx, plan, `It got worse, and the way back could not be prepared: ${reason(job, why)}`, {
      tone: 'warning',
    });
  },

  words: (tx, { job }) => giveUpWords(tx, job.id),

  async post(tx, { job, why }) {
    const post = await tx.posts.find(Number(job.payload.postId));
    if (post && post.sentRevision < post.revision)
      await tx.posts.setState(post.id, 'failed', { error: reason(job, why) });
  },
};

/** A step that had begun is `unknown`, for `/done` and `/retry`, and its target is free; else nothing is in doubt. */
export async function leaveInDoubt(tx: Tables, plan: Plan, why: string, at: number): Promise<void> {
  const executions = await tx.executions.ofPlan(plan.id);
  const begun = executions.filter(({ state }) => state === 'started');
  for (const { id } of begun) await tx.executions.end(id, { state: 'unknown', summary: why, at });
  const state = begun.length > 0 ? 'unknown' : 'failed';
  await endPlan(tx, plan, state, why);
  const done = new Set(executions.filter(({ state }) => state === 'succeeded').map(({ step }) => step));
  const notDone = plan.steps.filter(
    (_, index) => !done.has(index) && begun.every(({ step }) => step !== index),
  );
  const rest = notDone.length > 0 ? ` Not done: ${notDone.map(stepWords).join(', ')}.` : '';
  const number = (await tx.approvals.ofPlan(plan.id))?.id;
  const text =
    state === 'unknown'
      ? `❓ ${plan.title}: nobody knows what became of it. ${sentence(why)}${rest} Look, then type /done ${number ?? ''} (it was done) or /retry ${number ?? ''} (a fresh plan).`
      : `❌ ${plan.title}: stopped. ${sentence(why)}${rest}${plan.autoFix === null ? ` Ask again: ${plan.asked}` : ''}`;
  await tellPlan(tx, plan, text, { tone: state === 'unknown' ? 'critical' : 'warning' });
}

async function answer(tx: Tables, event: ChatEvent, key: string, job: Job, why: string): Promise<void> {
  const request = { event, key, trigger: '', words: [], incident: null, contacts: [] };
  await postAnswer(tx, request, sorry(event.text, reason(job, why)), { kind: 'refused', why: 'error' });
}

function sorry(asked: string, why: string): Message {
  return message(`${asked} could not be answered, and nothing was done`, {
    tone: 'warning',
    blocks: [{ type: 'text', text: `${sentence(why)} Type it again once that is put right.` }],
  });
}

/** The first line of the error; the log has the rest under the job's number. */
function reason(job: Job, why: string): string {
  const [line = ''] = why.split('\n');
  return `an error in openclaw after ${job.attempts} tries (${line.slice(0, 200)}; job ${job.id} in the log)`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
