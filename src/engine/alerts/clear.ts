// An alert that fired and is over: the last one of an incident starts the wait for its end.
import type { Alert } from '../../domain/alert.ts';
import { DEFAULT_RESOLVE_AFTER_MS } from '../../domain/built-in.ts';
import { alertCard } from '../../domain/cards/alert-card.ts';
import { formatDuration } from '../../domain/duration.ts';
import { routeFor } from '../../domain/route.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';
import { armResolve } from '../incident-state.ts';
import { sayNews } from '../storm.ts';
import { tellThread } from '../thread-of.ts';
import { refreshPost } from './room-posts.ts';
import type { Setup } from './setup.ts';

export async function clear(tx: Tables, before: Alert, setup: Setup, engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const cleared: Alert = { ...before, status: 'resolved', clearedAt: now, lastSeenAt: now };
  await tx.alerts.save(cleared);
  if (cleared.postId !== null)
    await refreshPost(tx, setup.rooms, cleared.postId, (zone) => alertCard(cleared, [], zone), engine);
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
