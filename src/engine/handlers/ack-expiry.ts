// The end of an acknowledgement: first a mention, then back to level 1. It re-reads everything and may do nothing.

import type { Incident } from '../../domain/incident.ts';
import { message } from '../../domain/message.ts';
import { namingOwner } from '../../domain/named.ts';
import { clockTimeWithZone, momentText } from '../../domain/time.ts';
import type { Tables } from '../../store/tables.ts';
import { ackExpiryKey, armAckExpiry, mentionBeforeMs, ownerMentions } from '../acknowledgement.ts';
import { channelZone } from '../channel-zone.ts';
import type { Engine, Handler } from '../engine.ts';
import { heldBy } from '../held.ts';
import { escalateKey, isClearing, refreshHeader } from '../incident-state.ts';
import { tellThread } from '../thread-of.ts';

/** While everything is clear it waits to resolve, and nothing runs out; one that fires again is looked at by then. */
const LOOK_AGAIN_MS = 60_000;
/** Later than this after it was due, the daemon was down: it says so. */
const LATE_MS = 10_000;

export const ackExpiry: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  return async (tx) => {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'open' || incident.ackedBy === null || incident.ackExpiresAt === null) return;
    const now = engine.clock.now();
    const { ackExpiresAt } = incident;
    if (now < ackExpiresAt - mentionBeforeMs(incident)) return armAckExpiry(tx, incident);
    if (await isClearing(tx, id)) return setTimer(tx, id, now + LOOK_AGAIN_MS, null);
    // Never without the mention: one that ran out while the daemon was down gets what is left after it.
    if (run.job.payload.mentionedOf !== ackExpiresAt) return mentionOwner(tx, incident, engine);
    if (now < ackExpiresAt) return setTimer(tx, id, ackExpiresAt, ackExpiresAt);
    await runOut(tx, incident, engine);
  };
};

async function setTimer(tx: Tables, id: number, runAt: number, mentionedOf: number | null): Promise<void> {
  await tx.jobs.set(
    'ack-expiry',
    { incidentId: id, ...(mentionedOf === null ? {} : { mentionedOf }) },
    { key: ackExpiryKey(id), runAt, priority: 0 },
  );
}

async function mentionOwner(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const { id, ackedBy, ackedByName, ackExpiresAt } = incident;
  const endsAt = Math.max(ackExpiresAt ?? now, now + mentionBeforeMs(incident));
  await tx.incidents.update(id, { ackExpiresAt: endsAt });
  await setTimer(tx, id, endsAt, endsAt);
  const until = momentText(endsAt, now, await channelZone(incident.channel, tx, engine));
  const held = await heldBy(tx, incident);
  const next = held === null ? 'escalation starts again at level 1' : `nobody has it, and ${held}`;
  const line = message(`⏳ ${ackedByName}: your acknowledgement of #${id} runs out at ${until}`, {
    tone: 'warning',
    blocks: [
      {
        type: 'text',
        text: `Write anything in this thread to keep it. Else ${next}.`,
      },
      {
        type: 'buttons',
        buttons: [{ label: 'I still have it', command: `/ack ${id}`, style: 'primary' }],
      },
    ],
  });
  await tellThread(tx, incident, namingOwner(line, ackedBy, ackedByName), {
    mentions: await ownerMentions(tx, ackedBy ?? '', incident.channel),
  });
}

async function runOut(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const { id, ackedBy, ackedByName } = incident;
  const dueAt = incident.ackExpiresAt ?? 0;
  const late =
    engine.clock.now() - dueAt > LATE_MS
      ? ` (due ${clockTimeWithZone(dueAt, await channelZone(incident.channel, tx, engine))}, the daemon was down)`
      : '';
  await tx.incidents.update(id, { ackedBy: null, ackExpiresAt: null, ackForMs: null, level: 0 });
  // Whatever holds it back starts it again when it lets go.
  const held = await heldBy(tx, incident);
  if (held === null) await tx.jobs.set('escalate', { incidentId: id }, { key: escalateKey(id), priority: 0 });
  await tx.timeline.add({
    incidentId: id,
    kind: 'escalated',
    text: `The acknowledgement of ${ackedByName} ran out${late}: ${held ?? 'back to level 1'}`,
  });
  refreshHeader(tx, id, engine);
  const next = held === null ? '. Escalation starts again at level 1' : `, and ${held}`;
  const line = message(`⚠️ The acknowledgement of ${ackedByName} ran out${late}: nobody has #${id}${next}.`, {
    tone: 'warning',
  });
  await tellThread(tx, incident, namingOwner(line, ackedBy, ackedByName));
}
