// An incident's turns, each with its post, its record and its timers. Called inside a commit.

import { DEFAULT_ESCALATION, DEFAULT_RESOLVE_AFTER_MS, FLAP_MEMORY_MS } from '../domain/built-in.ts';
import { headerCard, topic } from '../domain/cards/incident-card.ts';
import { summaryCard } from '../domain/cards/summary-card.ts';
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import type { AlertRoute } from '../domain/resource.ts';
import { routeFor } from '../domain/route.ts';
import { type Severity, severityRank } from '../domain/severity.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import { incidentFacts } from '../store/incident-facts.ts';
import type { NewIncident } from '../store/incidents.ts';
import { stillFiringKey } from '../store/repeats.ts';
import type { Tables } from '../store/tables.ts';
import { pageLeftAsleep } from './also-page.ts';
import { channelZone } from './channel-zone.ts';
import type { Engine } from './engine.ts';
import { endRoom, followTopic, wantRoom } from './incident-room.ts';
import { endInhibition, settleInhibition } from './inhibit.ts';
import { markIncident } from './marks.ts';
import { askForWords } from './model/words-job.ts';
import { strikeOffers } from './offers.ts';
import { settlePages } from './page-cards.ts';
import { followInPagers } from './pager-record.ts';
import { voidPlan } from './plan-state.ts';
import { tellThread } from './thread-of.ts';

export const escalateKey = (id: number): string => `escalate:${id}`;
export const resolveKey = (id: number): string => `resolve:${id}`;

export interface Opening {
  why: string;
  /** The one it takes, whoever opens it. */
  route: AlertRoute;
  /** The record begins with it: what was known of the problem before it was an incident. */
  earlier?: { at: number; text: string } | undefined;
  /** What decided that there is one, and where: for `why`. Not given: a person did. */
  data?: Record<string, unknown>;
}

export async function openIncident(
  tx: Tables,
  wanted: NewIncident,
  engine: Engine,
  { why, route, earlier, data = {} }: Opening,
): Promise<Incident> {
  const opened = await tx.incidents.open(wanted);
  const header = await tx.posts.add({
    channel: opened.channel,
    conversation: opened.conversation,
    incidentId: opened.id,
    threadPostId: null,
    lane: 'thread',
    // Its card is drawn at the end, from all that this commit makes of it.
    message: message(opened.title),
  });
  refreshHeader(tx, opened.id, engine);
  const incident = await tx.incidents.update(opened.id, { headerPostId: header });
  if (earlier) await tx.timeline.add({ incidentId: incident.id, kind: 'alert', ...earlier });
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'opened',
    actor: wanted.openedBy,
    text: `Incident opened: ${why}`,
    data,
  });
  // Telling people comes first; what there is to know follows.
  await tx.jobs.set('escalate', { incidentId: incident.id }, { key: escalateKey(incident.id), priority: 0 });
  await tx.jobs.add('investigate', { incidentId: incident.id }, { key: `investigate:${incident.id}` });
  await markIncident(tx, incident, engine);
  const settled = await settleInhibition(tx, incident, engine);
  await wantRoom(tx, settled, route);
  return settled;
}

/** Everybody counts as not told yet. */
export async function restartEscalation(tx: Tables, { id }: Pick<Incident, 'id'>): Promise<void> {
  await tx.incidents.update(id, { level: 0 });
  await tx.jobs.set('escalate', { incidentId: id }, { key: escalateKey(id), priority: 0 });
}

/** The header says what is true at the end of this commit. Edits that were not sent yet become one. */
export function refreshHeader(tx: Tables, id: number, engine: Engine): void {
  tx.atEnd.add(`header:${id}`, () => drawHeader(tx, id, engine));
}

async function drawHeader(tx: Tables, id: number, engine: Engine): Promise<void> {
  const incident = await tx.incidents.find(id);
  if (!incident || incident.headerPostId === null) return;
  const zone = await channelZone(incident.channel, tx, engine);
  const header = headerCard({ incident, alerts: await tx.alerts.ofIncident(id), zone });
  await tx.posts.edit(incident.headerPostId, header);
  const { room } = incident.context;
  if (!room || room.archived) return;
  await tx.posts.edit(room.postId, header);
  await followTopic(tx, incident, topic(incident));
}

export async function raiseSeverity(
  tx: Tables,
  incident: Incident,
  { severity, why, actor }: { severity: Severity; why: string; actor?: string },
  engine: Engine,
): Promise<void> {
  const changed = await tx.incidents.update(incident.id, { severity });
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'severity',
    text: `${severity.toUpperCase()}: ${why}`,
    ...(actor ? { actor } : {}),
  });
  await tellThread(tx, incident, `Severity is now ${severity.toUpperCase()}: ${why}`, { tone: severity });
  // Who was told was told of less, or sleeps through quiet hours that no longer hold.
  if (changed.ackedBy === null && severityRank(severity) > severityRank(incident.severity))
    await restartEscalation(tx, changed);
  if (severity === 'critical') {
    const settled = await settleInhibition(tx, changed, engine);
    await pageLeftAsleep(tx, settled, engine);
  } else await endInhibition(tx, changed, 'is critical no more', engine);
}

/** Ends it: timers off, waiting plans void, header and summary posted. */
export async function resolveIncident(
  tx: Tables,
  incident: Incident,
  end: { by: string; byName: string; why: string; rootCause?: string | null },
  engine: Engine,
): Promise<void> {
  const resolved = await tx.incidents.update(incident.id, {
    state: 'resolved',
    resolvedAt: engine.clock.now(),
    resolvedBy: end.byName,
    inhibitedBy: null,
    ...(end.rootCause ? { rootCause: end.rootCause } : {}),
  });
  await tx.jobs.cancel(escalateKey(incident.id));
  await tx.jobs.cancel(resolveKey(incident.id));
  for (const plan of await tx.plans.openOfIncident(incident.id)) {
    const begun = (await tx.executions.ofPlan(plan.id)).length > 0;
    if (plan.state !== 'waiting' && (plan.state !== 'approved' || begun)) continue;
    await voidPlan(tx, plan, `incident #${incident.id} was resolved`, end.by);
  }
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'resolved',
    actor: end.by,
    text: `✅ RESOLVED: ${end.why}`,
  });
  refreshHeader(tx, incident.id, engine);
  const offered = resolved.context.actions.map(({ command }) => command);
  await strikeOffers(tx, incident.id, offered, { done: false });
  const zone = await channelZone(resolved.channel, tx, engine);
  const summary = summaryCard({ ...(await incidentFacts(tx, resolved)), zone });
  await tellThread(tx, resolved, { ...summary, pinned: true });
  const { room } = resolved.context;
  if (room && !room.archived)
    await tellThread(
      tx,
      { ...resolved, conversation: room.conversation, headerPostId: room.postId },
      { ...summary, pinned: true },
    );
  await askForWords(tx, { purpose: 'closing', incidentId: incident.id, about: summary }, engine);
  await endRoom(tx, resolved, engine);
  await markIncident(tx, resolved, engine);
  await followInPagers(tx, incident.id);
  await settlePages(tx, incident.id, `✅ Over since ${clockTimeWithZone(engine.clock.now(), zone)}`);
  await sayStillFiring(tx, resolved, engine);
  await endInhibition(tx, resolved, 'is over', engine);
}

/** Closed by hand while its alerts fire: people should know what becomes of that. */
async function sayStillFiring(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const firing = (await tx.alerts.ofIncident(incident.id)).filter(({ status }) => status === 'firing');
  const [first] = firing;
  if (!first) return;
  const again = (incident.resolvedAt ?? engine.clock.now()) + FLAP_MEMORY_MS;
  await tx.jobs.set(
    'still-firing',
    { incidentId: incident.id },
    { key: stillFiringKey(incident.id), runAt: again },
  );
  const zone = await channelZone(incident.channel, tx, engine);
  const what = firing.length === 1 ? `${first.title} still fires` : `${firing.length} alerts still fire`;
  await tellThread(
    tx,
    incident,
    `⚠️ ${what}. Repeats are no news until ${clockTimeWithZone(again, zone)}; what still fires after that reopens this incident.`,
    { tone: 'warning' },
  );
}

/** The wait after its last alert cleared, by its route's setting. Escalation pauses meanwhile. */
export async function armResolve(
  tx: Tables,
  incident: Incident,
  afterMs: number | null,
  engine: Engine,
): Promise<void> {
  const now = engine.clock.now();
  const timer = await tx.jobs.findQueued(escalateKey(incident.id));
  const before = await tx.jobs.findQueued(resolveKey(incident.id));
  const escalateLeftMs = timer ? Math.max(0, timer.runAt - now) : (before?.payload.escalateLeftMs ?? null);
  await tx.jobs.cancel(escalateKey(incident.id));
  await tx.jobs.set(
    'resolve',
    { incidentId: incident.id, escalateLeftMs },
    { key: resolveKey(incident.id), runAt: now + (afterMs ?? DEFAULT_RESOLVE_AFTER_MS) },
  );
}

/** An alert fires again before it resolved. */
export async function disarmResolve(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const waiting = await tx.jobs.findQueued(resolveKey(incident.id));
  if (!waiting) return;
  await tx.jobs.cancel(resolveKey(incident.id));
  if (incident.ackedBy === null) await resumeEscalation(tx, incident, waiting.payload.escalateLeftMs, engine);
}

/** All its alerts are clear: it waits to resolve, and nobody is told anything until one fires again. */
export async function isClearing(tx: Tables, id: number): Promise<boolean> {
  const alerts = await tx.alerts.ofIncident(id);
  return alerts.length > 0 && alerts.every(({ status }) => status === 'resolved');
}

/** Where the alerts of an incident became others: either it waits to resolve, or it escalates. */
export async function followAlerts(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  const alerts = await tx.alerts.ofIncident(incident.id);
  const [any] = alerts;
  if (!any) return;
  const waits = (await tx.jobs.findQueued(resolveKey(incident.id))) !== null;
  if (alerts.every(({ status }) => status === 'resolved')) {
    if (waits) return;
    await armResolve(tx, incident, await resolveAfterMs(tx, incident, any.labels), engine);
    await tellThread(tx, incident, 'All its alerts are clear. Resolves by itself if it stays so.', {
      tone: 'ok',
    });
  } else if (waits) await disarmResolve(tx, incident, engine);
}

async function resolveAfterMs(
  tx: Tables,
  { severity, service }: Incident,
  labels: Record<string, string>,
): Promise<number | null> {
  const routes = (await tx.resources.list('alert-route')).filter(({ enabled }) => enabled);
  const route = routeFor(
    { severity, service, labels },
    routes.map(({ spec }) => spec),
  );
  return route.resolveAfterMs ?? null;
}

/**
 * After a pause the rest of the time runs on: a flap climbs no levels, and one that flaps for long is escalated
 * all the same. What is left is unknown where no timer ran; then whoever was told last gets the full time.
 */
export async function resumeEscalation(
  tx: Tables,
  incident: Incident,
  leftMs: unknown,
  engine: Engine,
): Promise<void> {
  const policy = await tx.resources.find('escalation', incident.escalation ?? DEFAULT_ESCALATION);
  const told = policy?.spec.levels[Math.min(incident.level, policy.spec.levels.length) - 1];
  const wait = typeof leftMs === 'number' ? leftMs : (told?.timeoutMs ?? 0);
  await tx.jobs.set(
    'escalate',
    { incidentId: incident.id },
    { key: escalateKey(incident.id), runAt: engine.clock.now() + wait, priority: 0 },
  );
}
