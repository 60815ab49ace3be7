// Somebody has it, for a time: what they do in the thread renews it, and when it runs out the escalation starts again.
// Called inside a commit.

import { DEFAULT_ACK_MS } from '../domain/built-in.ts';
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import { namingOwner } from '../domain/named.ts';
import { idOnChannel, isOwner } from '../domain/owner.ts';
import type { Principal } from '../domain/principal.ts';
import type { Contact } from '../domain/resource.ts';
import { clockTimeWithZone, momentText } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import { channelZone } from './channel-zone.ts';
import type { Engine } from './engine.ts';
import { inviteToRoom } from './incident-room.ts';
import { escalateKey } from './incident-state.ts';
import { settlePages } from './page-cards.ts';
import { followInPagers } from './pager-record.ts';
import { tellThread } from './thread-of.ts';

export const ackExpiryKey = (id: number): string => `ack-expiry:${id}`;

/** The mention comes this long before the end; halfway through where it runs for less than twice that. */
const MENTION_BEFORE_MS = 5 * 60_000;

export function mentionBeforeMs({ ackForMs }: Pick<Incident, 'ackForMs'>): number {
  return Math.min(MENTION_BEFORE_MS, Math.floor((ackForMs ?? DEFAULT_ACK_MS) / 2));
}

/** Gives it to somebody from now on, and stops the escalation. Gives when it runs out. */
export async function giveTo(
  tx: Tables,
  incident: Incident,
  owner: { key: string; name: string; forMs: number },
  engine: Engine,
): Promise<number> {
  const now = engine.clock.now();
  const changed = await tx.incidents.update(incident.id, {
    ackedBy: owner.key,
    ackedByName: owner.name,
    ackedAt: incident.ackedAt ?? now,
    ackForMs: owner.forMs,
    ackExpiresAt: now + owner.forMs,
  });
  await tx.jobs.cancel(escalateKey(incident.id));
  await armAckExpiry(tx, changed);
  await inviteToRoom(tx, incident.id);
  await followInPagers(tx, incident.id);
  const zone = await channelZone(incident.channel, tx, engine);
  if (incident.ackedBy !== owner.key)
    await settlePages(tx, incident.id, `✅ ${owner.name} took it at ${clockTimeWithZone(now, zone)}`, owner);
  return now + owner.forMs;
}

/** The timer of an acknowledgement that has an end. It re-reads everything when it fires. */
export async function armAckExpiry(tx: Tables, incident: Incident): Promise<void> {
  const { id, ackExpiresAt } = incident;
  if (ackExpiresAt === null) return;
  const runAt = ackExpiresAt - mentionBeforeMs(incident);
  await tx.jobs.set('ack-expiry', { incidentId: id }, { key: ackExpiryKey(id), runAt, priority: 0 });
}

/** What its owner does there: it runs for its full time again. Said only where it was about to run out. */
export async function renewAcknowledgement(
  tx: Tables,
  incidentId: number,
  speaker: { principal: Principal; contacts: readonly Contact[] },
  engine: Engine,
): Promise<void> {
  const incident = await tx.incidents.find(incidentId);
  if (incident?.state !== 'open' || incident.ackExpiresAt === null) return;
  if (!isOwner(incident.ackedBy, speaker.principal, speaker.contacts)) return;
  const now = engine.clock.now();
  const ackExpiresAt = Math.max(incident.ackExpiresAt, now + (incident.ackForMs ?? DEFAULT_ACK_MS));
  if (ackExpiresAt === incident.ackExpiresAt) return;
  const timer = await tx.jobs.findQueued(ackExpiryKey(incidentId));
  // The timer stays where it is: it reads the new end when it fires.
  const renewed = await tx.incidents.update(incidentId, { ackExpiresAt });
  if (timer?.payload.mentionedOf !== incident.ackExpiresAt) return;
  await armAckExpiry(tx, renewed);
  const until = momentText(ackExpiresAt, now, await channelZone(incident.channel, tx, engine));
  const line = message(`${incident.ackedByName} still has #${incidentId}, until ${until}.`);
  await tellThread(tx, incident, namingOwner(line, incident.ackedBy, incident.ackedByName), {
    lane: 'answer',
  });
}

/** For the mention of whoever has it: their id in the incident's chat, or none. */
export async function ownerMentions(tx: Tables, key: string, channelName: string): Promise<string[]> {
  const channel = await tx.resources.find('channel', channelName);
  const contacts = (await tx.resources.list('contact')).filter(({ enabled }) => enabled);
  const place = { name: channelName, type: channel?.spec.type ?? channelName };
  const id = idOnChannel(
    key,
    place,
    contacts.map(({ spec }) => spec),
  );
  return id === null ? [] : [id];
}

/**
 * An acknowledgement without its timer would never run out. One from before they had an end gets the usual time from
 * now; any other was lost, and is loud.
 */
export async function repairAcknowledgements(tx: Tables, engine: Engine, limit: number): Promise<void> {
  const now = engine.clock.now();
  for (const incident of await tx.incidents.acknowledgedWithoutTimer(limit)) {
    const { id, ackExpiresAt } = incident;
    const given = ackExpiresAt ?? now + (incident.ackForMs ?? DEFAULT_ACK_MS);
    await armAckExpiry(tx, await tx.incidents.update(id, { ackExpiresAt: given }));
    const until = momentText(given, now, await channelZone(incident.channel, tx, engine));
    await tx.timeline.add({
      incidentId: id,
      kind: 'system',
      text:
        ackExpiresAt === null
          ? `The acknowledgement of ${incident.ackedByName} had no end; it has one now: ${until}`
          : 'The acknowledgement had no timer that would end it; the audit set one',
    });
    engine.log({
      level: ackExpiresAt === null ? 'info' : 'error',
      event: ackExpiresAt === null ? 'acknowledgement-given-an-end' : 'acknowledgement-repaired',
      incident: id,
    });
  }
}
