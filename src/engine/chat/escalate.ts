// `/escalate [1] [reason]`: the next level is told now. Whoever has it keeps it: this asks for more people, not for others.
import { mention, principalKey } from '../../domain/principal.ts';
import { isClearing } from '../incident-state.ts';
import { tellNextLevel } from '../tell-level.ts';
import { answer, type ChatVerb, mayNot, postAnswer, prose, refuse, usage } from './request.ts';
import { subjectOf } from './subject.ts';
import { whichIncident } from './which.ts';

const LONGEST_REASON = 500;

export const escalate: ChatVerb = async (request, engine) => {
  const about = await subjectOf(request, engine);
  if (about.incident === null) {
    return about.number === null
      ? whichIncident(request, engine, 'Type: /escalate 1 the database is read-only')
      : usage(request, `there is no incident #${about.number}`, '/status');
  }
  const { incident } = about;
  if (incident.state !== 'open') return answer(request, `#${incident.id} is already resolved.`);
  const refusal = mayNot(request, 'acknowledge');
  if (refusal) return refuse(request, refusal, incident.id);
  const { principal } = request.event;
  const why = prose(request, about.rest).slice(0, LONGEST_REASON);
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (now?.state !== 'open') return postAnswer(tx, request, `#${incident.id} is already resolved.`);
    const owner = now.ackedBy === null ? null : now.ackedByName;
    const told = await tellNextLevel(
      tx,
      now,
      { kind: 'asked', who: mention(principal), actor: principalKey(principal), why, owner },
      engine,
    );
    if (told.length === 0) {
      return postAnswer(
        tx,
        request,
        `No level of #${now.id} reaches anybody. Its thread says what to configure.`,
        {
          kind: 'refused',
          why: 'nobody',
        },
      );
    }
    const has = owner === null ? '' : ` ${owner} still has it.`;
    const clear = (await isClearing(tx, now.id)) ? ' All its alerts are clear at the moment.' : '';
    await postAnswer(tx, request, `Escalated #${now.id}: ${told.join(', ')}.${has}${clear}`);
  };
};
