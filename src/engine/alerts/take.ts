// One alert that arrived: same fingerprint, same alert; same service, same incident.
import type { Alert, IncomingAlert } from '../../domain/alert.ts';
import { opensIncident, routeFor } from '../../domain/route.ts';
import { severityRank } from '../../domain/severity.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';
import { attach, keep } from './attach.ts';
import { clear } from './clear.ts';
import { mute } from './mute.ts';
import { postAlone } from './post-alone.ts';
import { resolveService, type Setup } from './setup.ts';
import { takeWord } from './told.ts';

export async function take(
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
    else if (before) {
      await tx.alerts.save({ ...before, lastSeenAt: now });
      await takeWord(tx, before, incoming, engine);
    } else
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
  if (await mute(tx, before, saved, setup, engine)) return;
  await tell(tx, before, saved, { notes: notesOf(incoming), setup }, engine);
}

/** By its route: into its incident, or as a post of its own. */
export async function tell(
  tx: Tables,
  before: Alert | null,
  saved: Omit<Alert, 'id'>,
  { notes, setup }: { notes: readonly string[]; setup: Setup },
  engine: Engine,
): Promise<void> {
  const again = before?.status === 'firing';
  const raised = again && severityRank(saved.severity) > severityRank(before.severity);
  const route = routeFor(saved, setup.routes);
  if (opensIncident(saved, route))
    return attach(tx, saved, { again, before, raised, route, notes, setup }, engine);
  const postId = await postAlone(tx, saved, before, { route, notes, setup }, engine);
  await keep(tx, before, { ...saved, postId }, engine.clock.now());
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
