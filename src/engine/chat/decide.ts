// `/approve` and `/deny`: one person's yes or no to one digest. Buttons and the command line come by the same road.
import { authorize, type Speaker } from '../../domain/authorize.ts';
import { decisionButtons, planCard } from '../../domain/cards/plan-card.ts';
import { ToolError } from '../../domain/errors.ts';
import { message } from '../../domain/message.ts';
import { namingPerson } from '../../domain/named.ts';
import { isIntact, type Plan, type PlanState } from '../../domain/plan.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import { redact } from '../../domain/redact.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Contact } from '../../domain/resource.ts';
import type { StoredApproval } from '../../store/approvals.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import { findDrift } from '../drift.ts';
import type { Commit, Engine, Run } from '../engine.ts';
import { alsoInThread } from '../incident-line.ts';
import { announce, endPlan, PLANNED_AFRESH, planAgain, startPlan, tellPlan } from '../plan-state.ts';
import { saidAt } from '../thread-of.ts';
import {
  answer,
  type ChatRequest,
  type ChatVerb,
  mayNot,
  postAnswer,
  prose,
  readNumber,
  refuse,
  usage,
} from './request.ts';

export const approve: ChatVerb = async (request, engine, run) => {
  const chosen = await choose(request, engine.store.read, 'approve');
  if ('problem' in chosen) return usage(request, chosen.problem, chosen.instead);
  const { approval, plan, rest } = chosen;
  const refusal = await whyNotApprove(request, approval, plan, engine.store.read);
  if (refusal) return refuse(request, refusal, plan.incidentId);
  if (approval.state === 'confirming') return confirm(request, approval, plan, rest, engine);
  if (approval.confirmWord !== null) return firstStep(request, approval, plan, engine, run);
  return decided(request, approval, plan, ['waiting'], engine);
};

/** Null: they may, as far as rights go. */
export async function whyNotApprove(
  { event, contacts }: { event: Speaker & { conversation: string }; contacts: readonly Contact[] },
  approval: StoredApproval,
  plan: Plan,
  read: Tables,
): Promise<Refusal | null> {
  const inDestination = await isInDestination(event, plan, read);
  return authorize('approve', event, { contacts, plan: planFacts(plan, approval, inDestination) });
}

export const deny: ChatVerb = async (request, engine) => {
  const chosen = await choose(request, engine.store.read, 'deny');
  if ('problem' in chosen) return usage(request, chosen.problem, chosen.instead);
  const { approval, plan, rest } = chosen;
  const refusal = mayNot(request, 'deny');
  if (refusal) return refuse(request, refusal, plan.incidentId);
  const who = mention(request.event.principal);
  return async (tx) => {
    const moved = await tx.approvals.move(approval.id, ['waiting', 'confirming'], 'denied', {
      decided: principalKey(request.event.principal),
    });
    if (!moved) return tooLate(tx, request, approval.id);
    const said = prose(request, rest);
    const why = `${who} denied it${said ? `: ${said}` : ''}`;
    await endPlan(tx, plan, 'denied', why, principalKey(request.event.principal));
    await tellElsewhere(tx, request, plan, `Plan #${approval.id} will not run: ${plan.title}. ${why}`);
    const no = message(`Denied by ${who}: plan #${approval.id} will not run: ${plan.title}`);
    await postAnswer(tx, request, namingPerson(no, request.event.principal));
  };
};

/** A card of another life of these numbers (a state file that was put back), or of a plan that is not the stored one. */
function notAsShown({ event }: ChatRequest, { id, digest }: StoredApproval): Chosen | null {
  const shown = event.pressed?.digest;
  if (shown === undefined || shown === digest) return null;
  return {
    problem: `the card you pressed shows another plan than the one that is stored as #${id}`,
    instead: 'nothing was done. /status names the plans that wait',
  };
}

type Chosen = { approval: StoredApproval; plan: Plan; rest: string[] } | { problem: string; instead: string };

/** By number; a bare word works only where exactly one is pending here. */
async function choose(request: ChatRequest, tables: Tables, verb: string): Promise<Chosen> {
  const number = readNumber(request.words[0]);
  const pending = await tables.approvals.pending();
  if (number === null) {
    // "/approve not yet" is no yes to anything. A bare /deny may carry its reason.
    const [word] = request.words;
    if (word !== undefined && verb === 'approve') {
      return { problem: `"${word}" is no plan number`, instead: `/${verb} ${pending[0]?.id ?? 7}` };
    }
    const under = await askedUnder(request, tables);
    if (under) return stillWaiting(under, request.words, tables);
    const here = pending.filter(({ destination }) => isHere(destination, request));
    const [only] = here;
    if (here.length === 0 || !only) {
      const other = pending.map(({ id }) => `/${verb} ${id}`).join(', ');
      return { problem: 'no plan is waiting here', instead: other ? `elsewhere: ${other}` : '/status' };
    }
    if (here.length > 1) {
      return {
        problem: `${here.length} plans are waiting here; say which`,
        instead: here.map(({ id }) => `/${verb} ${id}`).join(' or '),
      };
    }
    return withPlan(only, request.words, tables);
  }
  const approval = await tables.approvals.find(number);
  if (!approval) return { problem: `there is no plan #${number}`, instead: '/status' };
  const other = notAsShown(request, approval);
  if (other) return other;
  return stillWaiting(approval, request.words.slice(1), tables);
}

async function stillWaiting(approval: StoredApproval, rest: string[], tables: Tables): Promise<Chosen> {
  if (approval.state !== 'waiting' && approval.state !== 'confirming') {
    return { problem: await becameOf(approval, tables), instead: '/status' };
  }
  return withPlan(approval, rest, tables);
}

/** In the thread of a card it is about that card, whatever else waits in the room. */
async function askedUnder({ event }: ChatRequest, tables: Tables): Promise<StoredApproval | null> {
  const card = event.rootPostId === undefined ? null : await tables.posts.find(event.rootPostId);
  return card?.outcome?.kind === 'waiting' ? tables.approvals.find(card.outcome.approvalId) : null;
}

/** What became of the plan says more than what was decided: an approved one may be void by now. */
async function becameOf(approval: StoredApproval, tables: Tables): Promise<string> {
  const plan = await tables.plans.find(approval.planId);
  const why = plan?.reason ? `, ${plan.reason}` : '';
  return `plan #${approval.id} is no longer waiting: ${plan ? stateWords(plan.state) : approval.state}${why}`;
}

/** Where the state's own word would not tell that it was decided, and how. */
function stateWords(state: PlanState): string {
  switch (state) {
    case 'approved':
    case 'executing':
      return 'it is approved, and runs';
    case 'watching':
      return 'it is approved and has run; whether it helps is watched';
    case 'unknown':
      return 'it is approved, and nobody knows whether it was done';
    default:
      return state;
  }
}

async function withPlan(approval: StoredApproval, rest: string[], tables: Tables): Promise<Chosen> {
  const plan = await tables.plans.find(approval.planId);
  return plan ? { approval, plan, rest } : { problem: `plan #${approval.id} is gone`, instead: '/status' };
}

function isHere(
  { channel, conversation, incidentId }: StoredApproval['destination'],
  { event }: ChatRequest,
): boolean {
  const sameThread = event.incidentId === null || incidentId === null || event.incidentId === incidentId;
  return channel === event.channel && conversation === event.conversation && sameThread;
}

/** The transition and the job that runs it are one commit. */
function decided(
  request: ChatRequest,
  approval: StoredApproval,
  plan: Plan,
  from: ('waiting' | 'confirming')[],
  engine: Engine,
): Commit {
  const by = principalKey(request.event.principal);
  return async (tx) => {
    const now = engine.clock.now();
    if (approval.digest !== plan.digest || !isIntact(plan)) {
      return postAnswer(
        tx,
        request,
        `Plan #${approval.id} is not what was shown: somebody changed it in the state file. Ask again: ${plan.asked}`,
        { kind: 'refused', why: 'changed' },
      );
    }
    if (approval.expiresAt <= now) {
      return postAnswer(
        tx,
        request,
        `Plan #${approval.id} has expired. Ask again for fresh facts: ${plan.asked}`,
        { kind: 'refused', why: 'expired' },
      );
    }
    const frozen = await tx.settings.get('freeze');
    if (frozen) {
      return postAnswer(
        tx,
        request,
        `Frozen by ${frozen.byName}: ${frozen.reason}. Nothing starts until /thaw`,
        { kind: 'refused', why: 'frozen' },
      );
    }
    if (!(await tx.approvals.move(approval.id, from, 'approved', { decided: by })))
      return tooLate(tx, request, approval.id);
    await tellElsewhere(
      tx,
      request,
      plan,
      `✅ Plan #${approval.id} approved by ${mention(request.event.principal)}: ${plan.title}`,
    );
    await startPlan(
      tx,
      plan,
      approval.id,
      `${mention(request.event.principal)} approved plan #${approval.id}: ${plan.title}`,
      { key: by, name: mention(request.event.principal) },
    );
    const yes = `✅ Plan #${approval.id} approved by ${mention(request.event.principal)}`;
    await postAnswer(tx, request, namingPerson(message(yes, { tone: 'ok' }), request.event.principal));
  };
}

/** Critical, step one: the facts are read afresh before anybody types the name. */
async function firstStep(
  request: ChatRequest,
  approval: StoredApproval,
  plan: Plan,
  engine: Engine,
  run: Run,
): Promise<Commit> {
  const by = principalKey(request.event.principal);
  let drift: string | null;
  try {
    drift = await findDrift(plan, engine, run.signal);
  } catch (error) {
    // Nobody waits in vain at the worst moment: the plan stays as it is, and the person hears why.
    if (!(error instanceof ToolError)) throw error;
    return answer(
      request,
      message(`Plan #${approval.id}: the facts could not be read again (${redact(error.message)})`, {
        tone: 'warning',
        blocks: [
          {
            type: 'text',
            text: `Nothing was changed and it still waits. Try again: /approve ${approval.id}`,
          },
        ],
      }),
      { kind: 'refused', why: 'not-read' },
    );
  }
  if (drift) {
    return async (tx) => {
      if (!(await tx.approvals.move(approval.id, ['waiting'], 'void')))
        return tooLate(tx, request, approval.id);
      await endPlan(tx, plan, 'void', drift, by);
      const line = `Plan #${approval.id} no longer holds: ${drift}. ${PLANNED_AFRESH}`;
      await alsoInThread(tx, plan.incidentId, [saidAt(request.event)], line);
      await postAnswer(tx, request, line, { kind: 'refused', why: 'drift' });
      await planAgain(tx, plan, null);
    };
  }
  return async (tx) => {
    if (!(await tx.approvals.move(approval.id, ['waiting'], 'confirming', { first: by })))
      return tooLate(tx, request, approval.id);
    await tx.timeline.add({
      incidentId: plan.incidentId,
      kind: 'approval',
      actor: by,
      text: `${mention(request.event.principal)} approved plan #${approval.id}, step 1 of 2`,
    });
    const card = planCard(plan, {
      approvalId: approval.id,
      zone: await channelZone(plan.destination.channel, tx, engine),
      confirmWord: approval.confirmWord,
    });
    await postAnswer(
      tx,
      request,
      message('Step 1 of 2 done: the facts were read again and still hold.', {
        tone: 'critical',
        blocks: [
          ...card.blocks.filter(({ type }) => type === 'section'),
          {
            type: 'text',
            text: `Step 2: to run it, type /approve ${approval.id} ${approval.confirmWord}`,
            role: 'question',
          },
          decisionButtons(plan, approval.id, approval.confirmWord),
        ],
      }),
      { kind: 'waiting', approvalId: approval.id, planId: plan.id },
    );
  };
}

function confirm(
  request: ChatRequest,
  approval: StoredApproval,
  plan: Plan,
  rest: string[],
  engine: Engine,
): Commit {
  const word = approval.confirmWord ?? '';
  if (rest.join(' ') !== word) {
    return answer(
      request,
      `Step 2 of 2: type the name of what will be changed: /approve ${approval.id} ${word}`,
      { kind: 'refused', why: 'confirm-word' },
    );
  }
  return decided(request, approval, plan, ['confirming'], engine);
}

/**
 * Whoever asked hears the decision where they asked, the incident's thread has it, and the announced room where it is read, if
 * it fell elsewhere.
 */
async function tellElsewhere(tx: Tables, { event }: ChatRequest, plan: Plan, what: string): Promise<void> {
  const line = namingPerson(message(what), event.principal);
  const decidedAt = saidAt(event);
  const { destination } = plan;
  if (destination.channel !== event.channel || destination.conversation !== event.conversation) {
    await tellPlan(tx, plan, line, { saidAt: decidedAt });
  } else {
    await alsoInThread(tx, plan.incidentId, [decidedAt], line);
    await announce(tx, plan, line, decidedAt);
  }
}

async function tooLate(tx: Tables, request: ChatRequest, id: number): Promise<void> {
  const now = await tx.approvals.find(id);
  await postAnswer(
    tx,
    request,
    `Plan #${id} was already decided: ${now?.state ?? 'gone'}. The first decision stands.`,
    { kind: 'refused', why: 'decided' },
  );
}

/** Where the plan was asked for, or the room its command is announced in. */
async function isInDestination(
  { conversation }: { conversation: string },
  plan: Plan,
  tables: Tables,
): Promise<boolean> {
  const command = await tables.resources.find('command', plan.command);
  const rooms = [plan.destination.conversation, ...(command?.spec.announce ? [command.spec.to] : [])];
  return rooms.includes(conversation);
}

function planFacts(plan: Plan, approval: StoredApproval, inDestination: boolean) {
  const { requester, twoPerson, risk } = plan;
  return { requester, twoPerson, risk, firstBy: approval.firstBy, inDestination };
}
