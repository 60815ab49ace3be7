// The kill switch, from chat. While frozen no step starts; reads, pages and escalation go on.
import { message } from '../../domain/message.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import { voidPlan } from '../plan-state.ts';
import { type ChatVerb, mayNot, postAnswer, prose, refuse } from './request.ts';

export const freeze: ChatVerb = async (request, engine) => {
  const refusal = mayNot(request, 'freeze');
  if (refusal) return refuse(request, refusal, null);
  const { principal } = request.event;
  const reason = prose(request, request.words) || 'no reason given';
  return async (tx) => {
    const by = principalKey(principal);
    await tx.settings.set('freeze', { reason, by, byName: mention(principal), at: engine.clock.now() });
    await tx.timeline.add({
      incidentId: request.incident?.id ?? null,
      kind: 'system',
      actor: by,
      text: `${mention(principal)} froze all changes: ${reason}`,
    });
    const waiting = await tx.approvals.pending();
    for (const approval of waiting) {
      const plan = await tx.plans.find(approval.planId);
      if (plan) await voidPlan(tx, plan, `frozen by ${mention(principal)}`, by);
    }
    const voided =
      waiting.length === 0
        ? ''
        : ` ${waiting.length} waiting ${waiting.length === 1 ? 'plan was' : 'plans were'} voided.`;
    await postAnswer(
      tx,
      request,
      message(
        `🧊 Frozen: ${reason}. No new step starts; a running one ends and is reported.${voided} /thaw ends it.`,
        { tone: 'warning' },
      ),
    );
  };
};

export const thaw: ChatVerb = async (request) => {
  const refusal = mayNot(request, 'thaw');
  if (refusal) return refuse(request, refusal, null);
  const { principal } = request.event;
  return async (tx) => {
    const frozen = await tx.settings.get('freeze');
    if (!frozen) return postAnswer(tx, request, 'Nothing is frozen.');
    await tx.settings.set('freeze', null);
    await tx.timeline.add({
      incidentId: request.incident?.id ?? null,
      kind: 'system',
      actor: principalKey(principal),
      text: `${mention(principal)} thawed changes`,
    });
    await postAnswer(
      tx,
      request,
      message('Thawed. Voided plans stay void: ask again for what is still wanted.', { tone: 'ok' }),
    );
  };
};
