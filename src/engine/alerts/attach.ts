// An alert that is an incident's: one open per key, the one that just ended where it comes back soon.
import type { Alert } from '../../domain/alert.ts';
import { defaultChannel } from '../../domain/destination.ts';
import type { Incident } from '../../domain/incident.ts';
import type { AlertRoute } from '../../domain/resource.ts';
import { severityRank } from '../../domain/severity.ts';
import type { Tables } from '../../store/tables.ts';
import { pageAlso } from '../also-page.ts';
import type { Engine } from '../engine.ts';
import { letGo } from '../hold.ts';
import { disarmResolve, openIncident, raiseSeverity } from '../incident-state.ts';
import { mayReopen, reopenIncident } from '../reopen.ts';
import { newsOf, sayNews } from '../storm.ts';
import { silenceName } from './mute.ts';
import type { Setup } from './setup.ts';

export interface Taken {
  /** It was firing already. */
  again: boolean;
  /** As it was. */
  before: Alert | null;
  raised: boolean;
  route: AlertRoute;
  notes: readonly string[];
  setup: Setup;
}

type Saved = Omit<Alert, 'id'>;

export async function attach(tx: Tables, saved: Saved, taken: Taken, engine: Engine): Promise<void> {
  const { again, before, notes, setup } = taken;
  const now = engine.clock.now();
  const key = keyOf(saved);
  const open = (await tx.incidents.findOpen(key)) ?? (await tx.incidents.findMerged(key));
  if (!open && again && (await isClosedOver(tx, before, taken, now))) {
    // Somebody closed it knowing that it fires: that it still does is no news for a while.
    await tx.alerts.save(saved);
    return;
  }
  const { incident, starts } = open
    ? { incident: open, starts: false }
    : await begin(tx, key, saved, taken, engine);
  if (open && (!again || saved.incidentId !== open.id)) {
    await tx.timeline.add({
      incidentId: open.id,
      kind: 'alert',
      text: `Alert fired: ${saved.title}`,
      at: now,
      data: { source: saved.source, fingerprint: saved.fingerprint, key },
    });
    newsOf(setup.storm, open.id).fired.push(saved);
  }
  const held = open ? await tx.alerts.allMutedBy(open.id) : null;
  await keep(tx, before, { ...saved, incidentId: incident.id }, now);
  // Now that it is stored: a page tells of it.
  if (starts) await pageAlso(tx, incident, saved, setup.routes, engine);
  if (open && held !== null) {
    const data = { silence: silenceName(held) };
    await letGo(tx, open, { why: `${saved.title} fires and no silence has it`, data }, engine);
  }
  await disarmResolve(tx, incident, engine);
  if (severityRank(saved.severity) > severityRank(incident.severity)) {
    await sayNews(tx, setup.storm, incident);
    await raiseSeverity(tx, incident, { severity: saved.severity, why: saved.title }, engine);
  }
  const news = newsOf(setup.storm, incident.id);
  if (!again) for (const note of notes) news.notes.add(note);
}

/** What belongs to the record of an incident that is over stays there as it was. */
export async function keep(tx: Tables, before: Alert | null, saved: Saved, now: number): Promise<void> {
  if (before && before.incidentId !== null && before.incidentId !== saved.incidentId) {
    const earlier = await tx.incidents.find(before.incidentId);
    if (earlier?.state === 'resolved') await tx.alerts.retire(before.id, now);
  }
  await tx.alerts.save(saved);
}

function keyOf({ service, source, fingerprint }: Saved): string {
  return service === null ? `fingerprint:${source}/${fingerprint}` : `service:${service}`;
}

async function isClosedOver(
  tx: Tables,
  before: Alert | null,
  { raised }: Taken,
  now: number,
): Promise<boolean> {
  if (before === null || before.incidentId === null || raised) return false;
  const closed = await tx.incidents.find(before.incidentId);
  return closed !== null && closed.mergedInto === null && mayReopen(closed, now);
}

/** The incident that just ended, else a new one. `starts`: whom its route names beside the escalation is paged. */
async function begin(
  tx: Tables,
  key: string,
  saved: Saved,
  { again, before, raised, route, setup }: Taken,
  engine: Engine,
): Promise<{ incident: Incident; starts: boolean }> {
  const fired = `Alert fired: ${saved.title}`;
  const ended = await endedOf(tx, key, saved, again, engine.clock.now());
  if (ended) {
    const why = again ? `still firing: ${saved.title}` : fired;
    return reopenIncident(tx, ended, { why, severity: saved.severity }, engine);
  }
  const incident = await openIncident(
    tx,
    {
      key,
      title: saved.title,
      severity: saved.severity,
      service: saved.service,
      startedAt: saved.startsAt,
      openedAt: engine.clock.now(),
      channel: route.channel ?? defaultChannel(setup.channels),
      conversation: route.to,
      escalation: route.escalation ?? null,
      openedBy: saved.source,
    },
    engine,
    {
      why: again ? `${raised ? saved.severity.toUpperCase() : 'still firing'}: ${saved.title}` : fired,
      route,
      earlier: again && before ? { at: before.startsAt, text: `Alert fired: ${before.title}` } : undefined,
      data: { source: saved.source, fingerprint: saved.fingerprint, route: route.name, key },
    },
  );
  return { incident, starts: incident.inhibitedBy === null };
}

/** One that ended a moment ago, or was closed while this very alert fired, however long ago. */
async function endedOf(
  tx: Tables,
  key: string,
  saved: Saved,
  again: boolean,
  now: number,
): Promise<Incident | null> {
  const closed = again && saved.incidentId !== null ? await tx.incidents.find(saved.incidentId) : null;
  if (closed?.state === 'resolved' && closed.key === key && closed.mergedInto === null) return closed;
  const last = await tx.incidents.findLast(key);
  return last && mayReopen(last, now) ? last : null;
}
