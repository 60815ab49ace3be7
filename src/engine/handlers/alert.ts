// Works through the alerts that arrived: same fingerprint, same alert; same service, same incident.
import type { Alert, IncomingAlert } from '../../domain/alert.ts';
import { DEFAULT_RESOLVE_AFTER_MS } from '../../domain/built-in.ts';
import { alertCard } from '../../domain/cards/alert-card.ts';
import { defaultChannel } from '../../domain/destination.ts';
import { formatDuration } from '../../domain/duration.ts';
import { redact, redactJson } from '../../domain/redact.ts';
import type { AlertRoute, Contact, Service, Silence, Source } from '../../domain/resource.ts';
import { opensIncident, routeFor, silencedBy } from '../../domain/route.ts';
import { instanceOf } from '../../domain/service-name.ts';
import { severityRank } from '../../domain/severity.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Tables } from '../../store/tables.ts';
import { type BadAlert, setAside, whyNot } from '../bad-alerts.ts';
import type { Engine, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { RULE_SOURCE_PREFIX } from '../incident-context.ts';
import { armResolve, disarmResolve, openIncident, raiseSeverity, tellThread } from '../incident-state.ts';
import { pageTarget } from '../page.ts';
import { endStorm, newsOf, type Storm, sayNews } from '../storm.ts';

const BATCH = 200;

/** What routing needs, read once for a batch. */
interface Setup {
  routes: AlertRoute[];
  services: Service[];
  silences: Silence[];
  sources: Source[];
  channels: { name: string; type: string }[];
  contacts: Contact[];
  storm: Storm;
}

export const alert: Handler = async (run, engine) => {
  const { read } = engine.store;
  const entries = await read.inbox.unhandled('alert', BATCH);
  if (entries.length === 0) return nothing;
  const setup = await readSetup(read);
  // After an error each stands alone: one that cannot be taken in must not hold back the others.
  const alone = run.job.attempts > 1;
  const bad: BadAlert[] = [];
  if (alone) {
    for (const entry of entries) {
      const why = await run.commit((tx) => takeAll(tx, [entry], setup, engine)).catch(whyNot);
      if (why !== undefined) bad.push({ entry, why });
    }
  }
  return async (tx) => {
    if (!alone) await takeAll(tx, entries, setup, engine);
    await setAside(tx, bad, defaultChannel(setup.channels), engine);
    if (entries.length === BATCH)
      await tx.jobs.add('alert', {}, { key: 'alerts', lane: 'alerts', priority: 1 });
  };
};

async function takeAll(
  tx: Tables,
  entries: readonly InboxEntry[],
  found: Omit<Setup, 'storm'>,
  engine: Engine,
): Promise<void> {
  const setup: Setup = { ...found, storm: new Map() };
  for (const entry of entries)
    await take(tx, entry.source, redactAlert(entry.body as IncomingAlert), setup, engine);
  await endStorm(tx, setup.storm, engine);
  await tx.inbox.markHandled(
    entries.map(({ id }) => id),
    engine.clock.now(),
  );
}

async function readSetup(tables: Tables): Promise<Omit<Setup, 'storm'>> {
  const enabled = async <K extends 'alert-route' | 'service' | 'silence' | 'source' | 'channel' | 'contact'>(
    kind: K,
  ) => (await tables.resources.list(kind)).filter((each) => each.enabled).map(({ spec }) => spec);
  return {
    routes: await enabled('alert-route'),
    services: await enabled('service'),
    silences: await enabled('silence'),
    sources: await enabled('source'),
    channels: await enabled('channel'),
    contacts: await enabled('contact'),
  };
}

async function take(
  tx: Tables,
  source: string,
  incoming: IncomingAlert,
  setup: Setup,
  engine: Engine,
): Promise<void> {
  const before = await tx.alerts.find(source, incoming.fingerprint);
  const now = engine.clock.now();
  if (incoming.status !== 'firing') {
    if (before?.status === 'firing' && incoming.status === 'resolved') await clear(tx, before, setup, engine);
    else if (before) await tx.alerts.save({ ...before, lastSeenAt: now });
    else
      await tx.timeline.add({
        incidentId: null,
        kind: 'alert',
        text: `${source}: "${incoming.title}" was ${incoming.status} without an open alert`,
      });
    return;
  }
  const severity = incoming.severity ?? 'warning';
  const service = resolveService(source, incoming.service, setup);
  const again = before?.status === 'firing';
  const worst = again && severityRank(before.severity) > severityRank(severity) ? before.severity : severity;
  const saved: Omit<Alert, 'id'> = {
    source,
    fingerprint: incoming.fingerprint,
    status: 'firing',
    title: incoming.title,
    description: incoming.description,
    severity: worst,
    service,
    labels: incoming.labels,
    links: incoming.links,
    value: incoming.value,
    threshold: incoming.threshold,
    unit: incoming.unit,
    incidentId: again ? before.incidentId : null,
    startsAt: again ? Math.min(before.startsAt, incoming.startsAt ?? now) : (incoming.startsAt ?? now),
    clearedAt: null,
    lastSeenAt: now,
    count: again ? before.count + 1 : 1,
    postId: before?.postId ?? null,
    mutedBy: null,
  };
  const silence = silencedBy(saved, setup.silences, now);
  if (silence) {
    await keep(tx, before, saved, now);
    if (!again)
      await tx.timeline.add({
        incidentId: null,
        kind: 'alert',
        text: `${saved.title}: silenced by "${silence.name}" until ${silence.until}`,
      });
    return;
  }
  const route = routeFor(saved, setup.routes);
  const raised = again && severityRank(worst) > severityRank(before.severity);
  if (opensIncident(saved, route))
    return attach(tx, saved, { again, before, raised, route, incoming, setup }, engine);
  const postId = await postAlone(tx, saved, before, { route, notes: notesOf(incoming), setup }, engine);
  await keep(tx, before, { ...saved, postId }, now);
}

/** What belongs to the record of an incident that is over stays there as it was. */
async function keep(tx: Tables, before: Alert | null, saved: Omit<Alert, 'id'>, now: number): Promise<void> {
  if (before && before.incidentId !== null && before.incidentId !== saved.incidentId) {
    const earlier = await tx.incidents.find(before.incidentId);
    if (earlier?.state === 'resolved') await tx.alerts.retire(before.id, now);
  }
  await tx.alerts.save(saved);
}

interface Taken {
  again: boolean;
  /** As it was. */
  before: Alert | null;
  raised: boolean;
  route: AlertRoute;
  incoming: IncomingAlert;
  setup: Setup;
}

async function attach(tx: Tables, saved: Omit<Alert, 'id'>, taken: Taken, engine: Engine): Promise<void> {
  const { again, before, raised, route, incoming, setup } = taken;
  const key =
    saved.service === null ? `fingerprint:${saved.source}/${saved.fingerprint}` : `service:${saved.service}`;
  const fired = `Alert fired: ${saved.title}`;
  let incident = (await tx.incidents.findOpen(key)) ?? (await tx.incidents.findMerged(key));
  if (!incident) {
    incident = await openIncident(
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
      again ? `${raised ? saved.severity.toUpperCase() : 'still firing'}: ${saved.title}` : fired,
      ...(again && before ? [{ at: before.startsAt, text: `Alert fired: ${before.title}` }] : []),
    );
    for (const target of route.alsoPage)
      await pageTarget(tx, incident, target, `${target}, paged by route "${route.name}"`, engine);
  } else if (!again || saved.incidentId !== incident.id) {
    await tx.timeline.add({ incidentId: incident.id, kind: 'alert', text: fired, at: engine.clock.now() });
    newsOf(setup.storm, incident.id).fired.push(saved);
  }
  await keep(tx, before, { ...saved, incidentId: incident.id }, engine.clock.now());
  await disarmResolve(tx, incident, engine);
  if (severityRank(saved.severity) > severityRank(incident.severity)) {
    await sayNews(tx, setup.storm, incident);
    await raiseSeverity(tx, incident, saved.severity, saved.title);
  }
  const news = newsOf(setup.storm, incident.id);
  if (!again) for (const note of notesOf(incoming)) news.notes.add(note);
}

async function clear(tx: Tables, before: Alert, setup: Setup, engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const cleared: Alert = { ...before, status: 'resolved', clearedAt: now, lastSeenAt: now };
  await tx.alerts.save(cleared);
  if (cleared.postId !== null) await tx.posts.edit(cleared.postId, alertCard(cleared, [], engine.zone));
  const incident = before.incidentId === null ? null : await tx.incidents.find(before.incidentId);
  if (incident?.state !== 'open') return;
  await tx.timeline.add({ incidentId: incident.id, kind: 'alert', text: `Alert cleared: ${before.title}` });
  await sayNews(tx, setup.storm, incident);
  if (!(await tx.alerts.isFiring(incident.id))) {
    const route = routeFor(
      { severity: incident.severity, service: incident.service, labels: before.labels },
      setup.routes,
    );
    const waitMs = route.resolveAfterMs ?? DEFAULT_RESOLVE_AFTER_MS;
    await armResolve(tx, incident, waitMs, engine);
    const resolves = `Resolves by itself in ${formatDuration(waitMs)} if it stays so.`;
    await tellThread(tx, incident, `Alert cleared: ${before.title}. ${resolves}`, {
      tone: 'ok',
    });
  }
}

/** Warning and info without an incident: one post, edited as it repeats, clears and flaps. Gives its id. */
async function postAlone(
  tx: Tables,
  saved: Omit<Alert, 'id'>,
  before: Alert | null,
  { route, notes, setup }: { route: AlertRoute; notes: readonly string[]; setup: Setup },
  engine: Engine,
): Promise<number> {
  const card = alertCard(saved, notes, engine.zone);
  const room = { channel: route.channel ?? defaultChannel(setup.channels), conversation: route.to };
  const post = saved.postId === null ? null : await tx.posts.find(saved.postId);
  const over = before?.clearedAt ?? null;
  if (
    post?.conversation === room.conversation &&
    (over === null || engine.clock.now() < over + DEFAULT_RESOLVE_AFTER_MS)
  ) {
    await tx.posts.edit(post.id, card);
    return post.id;
  }
  await tx.timeline.add({
    incidentId: null,
    kind: 'alert',
    text: `${saved.source}: ${saved.title} (${saved.severity}), posted in ${route.to}`,
  });
  return tx.posts.add({ ...room, incidentId: null, threadPostId: null, lane: 'thread', message: card });
}

function notesOf(incoming: IncomingAlert): string[] {
  const unknown =
    incoming.severity === null
      ? [
          incoming.severityText
            ? `Its severity "${incoming.severityText}" is not one we know: taken as warning.`
            : 'It came without a severity: taken as warning.',
        ]
      : [];
  return [...unknown, ...incoming.notes];
}

/** Text from outside may only select, by exact match, a configured service its source is allowed. */
function resolveService(source: string, name: string | null, { services, sources }: Setup): string | null {
  if (name === null) return null;
  const found =
    services.find((service) => service.name === name) ??
    services.find((service) => instanceOf(service, name));
  if (!found) return null;
  if (source.startsWith(RULE_SOURCE_PREFIX)) return found.name;
  const allowed = sources.find((each) => each.name === source)?.services ?? [];
  return allowed.length === 0 || allowed.includes(found.name) ? found.name : null;
}

function redactAlert(incoming: IncomingAlert): IncomingAlert {
  return {
    ...incoming,
    title: redact(incoming.title),
    description: redact(incoming.description),
    labels: redactJson(incoming.labels),
    links: redactJson(incoming.links),
  };
}
