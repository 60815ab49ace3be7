// An incident that comes back soon after it ended is the same one: same number, same thread. Called inside a commit.
import { cameBackWords, undoneCause } from '../domain/after-change.ts';
import { FLAP_MEMORY_MS } from '../domain/built-in.ts';
import { formatDurationWords } from '../domain/duration.ts';
import type { Incident } from '../domain/incident.ts';
import { type Severity, severityMark, severityRank } from '../domain/severity.ts';
import { stillFiringKey } from '../store/repeats.ts';
import type { Tables } from '../store/tables.ts';
import { ackExpiryKey, armAckExpiry, ownerMentions } from './acknowledgement.ts';
import type { Engine } from './engine.ts';
import { reopenRoom } from './incident-room.ts';
import { refreshHeader, restartEscalation } from './incident-state.ts';
import { settleInhibition, wouldWaitFor } from './inhibit.ts';
import { tellThread } from './thread-of.ts';

export function mayReopen(
  { state, resolvedAt }: Pick<Incident, 'state' | 'resolvedAt'>,
  now: number,
): boolean {
  return state === 'resolved' && resolvedAt !== null && now - resolvedAt < FLAP_MEMORY_MS;
}

/**
 * Open again with the start it had, so that its duration counts from the first one. `starts`: the escalation begins at
 * level 1, because nobody has it, or had it for something less severe. No other of its key may be open.
 */
export async function reopenIncident(
  tx: Tables,
  ended: Incident,
  news: { why: string; severity: Severity },
  engine: Engine,
): Promise<{ incident: Incident; starts: boolean }> {
  const now = engine.clock.now();
  const worse = severityRank(news.severity) > severityRank(ended.severity);
  const live = ended.ackedBy !== null && (ended.ackExpiresAt === null || ended.ackExpiresAt > now);
  const keeps = live && !worse;
  const undone = undoneCause(ended.probableCause, ended.context);
  const incident = await tx.incidents.update(ended.id, {
    state: 'open',
    resolvedAt: null,
    resolvedBy: null,
    inhibitedBy: null,
    // What was taken back is not what is wrong now.
    ...(undone === undefined
      ? {}
      : { probableCause: null, context: { ...ended.context, noCause: cameBackWords(undone) } }),
    level: keeps ? ended.level : 0,
    ...(worse ? { severity: news.severity } : {}),
    ...(keeps ? {} : { ackedBy: null, ackExpiresAt: null, ackForMs: null }),
  });
  const ago = formatDurationWords(Math.max(0, now - (ended.resolvedAt ?? now)));
  const owner = keeps ? ended.ackedByName : null;
  const record = [
    `Reopened ${ago} after its end: ${news.why}`,
    ...(worse ? [`now ${news.severity.toUpperCase()}`] : []),
    ...(live && worse ? [`the acknowledgement of ${ended.ackedByName} was for less`] : []),
    ...(owner === null ? [] : [`${owner} still has it`]),
  ];
  await tx.timeline.add({
    incidentId: ended.id,
    kind: 'reopened',
    text: record.join('; '),
    data: { resolvedAt: ended.resolvedAt, severity: incident.severity, owner },
  });
  const root = owner === null ? await wouldWaitFor(tx, incident) : null;
  const next =
    owner !== null
      ? `${owner}: you still have it, nobody was paged.`
      : root === null
        ? 'Escalation starts again at level 1.'
        : `Nobody has it, and its pages wait for #${root.id}.`;
  await tellThread(
    tx,
    incident,
    `${severityMark(incident.severity)} Reopened ${ago} after its end: ${news.why}. ${next}`,
    {
      tone: incident.severity,
      mentions: keeps ? await ownerMentions(tx, ended.ackedBy ?? '', ended.channel) : [],
    },
  );
  await tx.jobs.cancel(stillFiringKey(ended.id));
  await reopenRoom(tx, incident);
  if (keeps) await armAckExpiry(tx, incident);
  else {
    await tx.jobs.cancel(ackExpiryKey(ended.id));
    await restartEscalation(tx, incident);
  }
  // What is wrong this time may be something else: it is looked into from this beginning.
  const again = {
    incidentId: ended.id,
    since: now,
    wasOverAt: ended.resolvedAt,
    undone: undone?.deploy ?? null,
  };
  await tx.jobs.set('investigate', again, { key: `investigate:${ended.id}` });
  const settled = await settleInhibition(tx, incident, engine);
  refreshHeader(tx, ended.id, engine);
  return { incident: settled, starts: !keeps && settled.inhibitedBy === null };
}
