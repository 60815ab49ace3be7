// Asks the planner what a typed command means: an answer, a no, a question, or steps that become a plan.

import { isAskedAgain } from '../../domain/asked-again.ts';
import { authorize } from '../../domain/authorize.ts';
import { planCard, planLine, refusalCard, waitsAlready } from '../../domain/cards/plan-card.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import { ToolError, UserError } from '../../domain/errors.ts';
import { type Message, message } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Proposal } from '../../domain/playbook.ts';
import { playbookOf } from '../../domain/playbook-of.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import { readProposal } from '../../domain/proposal.ts';
import { redact } from '../../domain/redact.ts';
import type { Resource } from '../../domain/resource.ts';
import { typedWord } from '../../domain/typed-word.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import { progressOf } from '../chat/progress.ts';
import { notUnderstood } from '../chat/remark.ts';
import { postAnswer } from '../chat/request.ts';
import type { Commit, Engine, Handler, Run } from '../engine.ts';
import { incidentContext } from '../incident-context.ts';
import { tellAsked } from '../incident-line.ts';
import { kitFor, sourceNames } from '../kit-for.ts';
import { type Wish, wishFor } from '../model/wish.ts';
import { askForWords } from '../model/words-job.ts';
import { announce, expireKey } from '../plan-state.ts';
import { preparePlan } from '../prepare.ts';
import { saidAt } from '../thread-of.ts';

interface Payload {
  event: ChatEvent;
  key: string;
  trigger: string;
  words: string[];
  /** Null: a built-in read such as `/status`. */
  command: string | null;
  incidentId: number | null;
  /** It is no command: somebody spoke freely, and a model reads it. */
  speech?: true;
}

export const plan: Handler = async (run, engine) => {
  const payload = run.job.payload as unknown as Payload;
  const command =
    payload.command === null ? null : await engine.store.read.resources.find('command', payload.command);
  // Its limits (sources, two people) are gone with it: nothing is planned without them.
  if (payload.command !== null && !command?.enabled) {
    return refuse(payload, {
      why: 'command-gone',
      detail: `the command "${payload.command}" was removed or disabled meanwhile`,
      instead: 'openclaw command list',
    });
  }
  const place = {
    key: payload.key,
    post: (tx: Tables, said: Message) => postAnswer(tx, asRequest(payload), said, null),
  };
  const progress = progressOf(place, run, engine);
  try {
    const commit = await propose(payload, command, engine, run, progress.say);
    // Cut off by a stop: what the sources would have said is asked again at the next start.
    run.signal.throwIfAborted();
    return await progress.endWith(commit);
  } catch (error) {
    // What a person can act on, and what a source could not do, is the answer; a bug is tried again and then buried.
    if (run.signal.aborted || !(error instanceof UserError || error instanceof ToolError)) throw error;
    const hint = error instanceof UserError ? error.hint : undefined;
    const blocks: Message['blocks'] = hint ? [{ type: 'text', text: hint }] : [];
    const said = message(redact(error.message), { tone: 'warning', blocks });
    return progress.endWith(reply(payload, said, { kind: 'refused', why: 'usage' }));
  }
};

async function propose(
  payload: Payload,
  command: Resource<'command'> | null,
  engine: Engine,
  run: Run,
  progress: (text: string, after?: string) => void,
): Promise<Commit> {
  const { store } = engine;
  const names = sourceNames(command?.spec.sources ?? [], engine);
  const kit = await kitFor(engine, run, {
    channel: payload.event.channel,
    names,
    progress,
    commands: await typedCommands(store.read),
  });
  const context = payload.incidentId === null ? null : await incidentContext(store.read, payload.incidentId);
  const { event, trigger, words, speech = false } = payload;
  const line = { text: event.text, trigger, words, command, speech, incident: context };
  const wanted = await understood(engine, trigger, () =>
    wishFor(
      { ...line, actor: principalKey(event.principal) },
      {
        kit,
        engine,
        run,
        without: async () => ({ kind: 'answer', message: await notUnderstood(event.text, null, store.read) }),
      },
    ),
  );
  if (wanted.wish === null) {
    return refuse(payload, {
      why: 'planner',
      detail: `what to do for ${trigger || 'that'} could not be worked out: ${wanted.why}`,
      instead: 'nothing was changed; /help lists what can be typed',
    });
  }
  const { wish } = wanted;
  // What a model chose a command for is done within that command's limits.
  const within = wish.command?.name === command?.name ? names : (wish.command?.spec.sources ?? []);
  return commitProposal(payload, wish, within, engine, run);
}

/** What can be typed, by what it means. */
async function typedCommands({ resources }: Tables): Promise<{ playbook: string; trigger: string }[]> {
  const commands = (await resources.list('command')).filter(({ enabled }) => enabled);
  return commands.map(({ spec }) => ({
    playbook: playbookOf(spec),
    trigger: spec.trigger,
  }));
}

type Understood = Wish & { proposal: Proposal };

/** A planner may be a model, or worse: what it hands back is read like any text from outside, and it may fail. */
async function understood(
  engine: Engine,
  trigger: string,
  ask: () => Promise<Wish>,
): Promise<{ wish: Understood } | { wish: null; why: string }> {
  let wish: Wish;
  try {
    wish = await ask();
  } catch (error) {
    if (error instanceof UserError || error instanceof ToolError) throw error;
    const text = redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
    engine.log({ level: 'error', event: 'planner-failed', trigger, error: text });
    return { wish: null, why: 'the planner failed, and the log says how' };
  }
  const read = readProposal(wish.proposal);
  if (read.proposal !== null) return { wish: { ...wish, proposal: read.proposal } };
  engine.log({ level: 'warn', event: 'proposal-refused', trigger, why: read.why });
  return { wish: null, why: read.why };
}

async function commitProposal(
  payload: Payload,
  { proposal, command, line, by }: Understood,
  names: readonly string[],
  engine: Engine,
  run: Run,
): Promise<Commit> {
  const remarks =
    by === 'playbook' && command !== null && command.spec.message.trim() !== '' ? command.name : null;
  switch (proposal.kind) {
    case 'answer':
      return async (tx) => {
        await reply(payload, proposal.message, { kind: 'answer' })(tx);
        if (remarks !== null)
          await askForRemarks(tx, payload, { command: remarks, about: proposal.message }, engine);
      };
    case 'question': {
      const blocks: Message['blocks'] =
        proposal.choices.length > 0
          ? [{ type: 'section', heading: 'One of these', lines: proposal.choices, offers: proposal.choices }]
          : [];
      return reply(payload, message(proposal.question, { tone: 'warning', blocks }), {
        kind: 'refused',
        why: 'question',
      });
    }
    case 'refusal':
      return refuse(payload, proposal);
    case 'steps': {
      const refusal = authorize('propose', payload.event, { contacts: [] });
      if (refusal) return refuse(payload, refusal);
      if (command === null) {
        const detail = `${payload.trigger} only reads; it cannot change anything`;
        return refuse(payload, { why: 'no-command', detail, instead: '/help' });
      }
      const prepared = await preparePlan(
        {
          command: command.name,
          sources: names,
          asked: line ?? [payload.trigger, ...payload.words.map(typedWord)].join(' '),
          autoFix: null,
          requester: payload.event.principal,
          destination: saidAt(payload.event),
          incidentId: payload.incidentId,
          twoPerson: command.spec.twoPerson,
          watchMs: command.spec.watchMs ?? null,
          proposal,
        },
        engine,
        run.signal,
      );
      return prepared.kind === 'refused'
        ? refuse(payload, prepared.refusal)
        : commitPlan(payload, prepared.plan, remarks, engine);
    }
    default:
      return proposal satisfies never;
  }
}

/** Plan, approval, card and the timer that turns silence into no: one commit. */
function commitPlan(
  payload: Payload,
  planned: Omit<Plan, 'id'>,
  remarks: string | null,
  engine: Engine,
): Commit {
  return async (tx) => {
    const frozen = await tx.settings.get('freeze');
    if (frozen) {
      const detail = `frozen by ${frozen.byName}: ${frozen.reason}`;
      return refuse(payload, { why: 'frozen', detail, instead: '/thaw when it is over' })(tx);
    }
    if (await pointToWaiting(tx, payload, planned, engine)) return;
    const stored = await tx.plans.insert(planned);
    const { approvalId, card } = await askForApproval(tx, stored, engine);
    const outcome = { kind: 'waiting', approvalId, planId: stored.id } as const;
    await postAnswer(tx, asRequest(payload), card, outcome);
    const line = planLine(stored, approvalId, stored.destination.conversation);
    await announce(tx, stored, line, undefined, outcome);
    if (remarks !== null)
      await askForRemarks(tx, payload, { command: remarks, about: card, planId: stored.id }, engine);
  };
}

/** False: nothing like it waits. */
async function pointToWaiting(
  tx: Tables,
  payload: Payload,
  planned: Omit<Plan, 'id'>,
  engine: Engine,
): Promise<boolean> {
  const waiting = (await tx.plans.inStates(['waiting'])).find((plan) => isAskedAgain(planned, plan));
  const approval = (await tx.approvals.pending()).find(
    ({ planId, state }) => planId === waiting?.id && state === 'waiting',
  );
  if (!waiting || !approval) return false;
  const zone = await channelZone(payload.event.channel, tx, engine);
  await postAnswer(tx, asRequest(payload), waitsAlready(waiting, { approvalId: approval.id, zone }), {
    kind: 'waiting',
    approvalId: approval.id,
    planId: waiting.id,
  });
  return true;
}

async function askForRemarks(
  tx: Tables,
  { event, incidentId }: Payload,
  on: { command: string; about: Message; planId?: number },
  engine: Engine,
): Promise<void> {
  await askForWords(tx, { purpose: 'remarks', incidentId, event, ...on }, engine);
}

export async function askForApproval(
  tx: Tables,
  stored: Plan,
  engine: Engine,
): Promise<{ approvalId: number; card: Message }> {
  // From the step itself: a planner's word for the service is not what will be changed.
  const [step] = stored.steps;
  const confirmWord = stored.risk === 'critical' ? (step?.service ?? step?.target.label ?? 'yes') : null;
  const approval = await tx.approvals.insert({
    planId: stored.id,
    digest: stored.digest,
    state: 'waiting',
    confirmWord,
    firstBy: null,
    decidedBy: null,
    decidedAt: null,
    standing: null,
    expiresAt: stored.expiresAt,
    createdAt: stored.createdAt,
    destination: stored.destination,
  });
  await tx.timeline.add({
    incidentId: stored.incidentId,
    kind: 'plan',
    actor: principalKey(stored.requester),
    text: `plan #${approval.id}: ${stored.title}, asked by ${mention(stored.requester)}`,
    data: { planId: stored.id, digest: stored.digest, risk: stored.risk },
  });
  await tx.jobs.set(
    'expire',
    { approvalId: approval.id },
    { key: expireKey(approval.id), runAt: stored.expiresAt },
  );
  await tellAsked(tx, stored, approval.id);
  const zone = await channelZone(stored.destination.channel, tx, engine);
  return { approvalId: approval.id, card: planCard(stored, { approvalId: approval.id, zone, confirmWord }) };
}

function refuse(payload: Payload, refusal: { why: string; detail: string; instead: string }): Commit {
  return async (tx) => {
    await tx.timeline.add({
      incidentId: payload.incidentId,
      kind: 'refused',
      actor: principalKey(payload.event.principal),
      text: `refused ${payload.event.text}: ${refusal.detail}`,
      data: { why: refusal.why },
    });
    await postAnswer(tx, asRequest(payload), refusalCard(refusal), { kind: 'refused', why: refusal.why });
  };
}

function reply(payload: Payload, text: Message, outcome: Parameters<typeof postAnswer>[3]): Commit {
  return (tx) => postAnswer(tx, asRequest(payload), text, outcome);
}

function asRequest({ event, key, trigger, words }: Payload) {
  return { event, key, trigger, words, incident: null, contacts: [] };
}
