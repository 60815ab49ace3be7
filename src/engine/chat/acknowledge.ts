// `/ack`: somebody has it. Stops the escalation in the same commit.
import { mention, principalKey } from '../../domain/principal.ts';
import { escalateKey, refreshHeader, tellThread } from '../incident-state.ts';
import { answer, type ChatVerb, mayNot, postAnswer, readNumber, refuse, usage } from './request.ts';

export const acknowledge: ChatVerb = async (request, engine) => {
  const number = readNumber(request.words[0]);
  if (number === null && request.words.length > 0) {
    return usage(request, `"${request.words[0]}" is no incident number`, '/ack 1');
  }
  const incident = number === null ? request.incident : await engine.store.read.incidents.find(number);
  if (!incident) {
    return number === null
      ? usage(request, 'which incident?', '/ack 1, or openclaw incident list')
      : usage(request, `there is no incident #${number}`, '/status');
  }
  if (incident.state !== 'open') return answer(request, `#${incident.id} is already resolved.`);
  const refusal = mayNot(request, 'acknowledge');
  if (refusal) return refuse(request, refusal);
  const { principal } = request.event;
  const who = mention(principal);
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (now?.state !== 'open') return postAnswer(tx, request, `#${incident.id} is already resolved.`);
    if (now.ackedBy === principalKey(principal))
      return postAnswer(tx, request, `You already have #${incident.id}.`);
    const before = now.ackedByName;
    await tx.incidents.update(incident.id, {
      ackedBy: principalKey(principal),
      ackedByName: who,
      ackedAt: now.ackedAt ?? engine.clock.now(),
    });
    await tx.jobs.cancel(escalateKey(incident.id));
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'acknowledged',
      actor: principalKey(principal),
      text: `${who} acknowledged${before ? ` (was with ${before})` : ''}`,
    });
    await refreshHeader(tx, incident.id, engine);
    if (request.event.incidentId !== incident.id)
      await tellThread(tx, now, `${who} acknowledged.`, { lane: 'answer' });
    await postAnswer(tx, request, `${who} has #${incident.id} now. Escalation stopped.`);
  };
};
