// Whom a route pages beside the escalation, and whom not in their quiet hours. Called inside a commit.

import type { Incident } from '../domain/incident.ts';
import { asleepUntil } from '../domain/level-refusal.ts';
import type { AlertRoute } from '../domain/resource.ts';
import { type Routed, routeFor } from '../domain/route.ts';
import { momentText } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import { channelZone } from './channel-zone.ts';
import { readDirectory } from './directory.ts';
import type { Engine } from './engine.ts';
import { heldBy } from './held.ts';
import { isClearing } from './incident-state.ts';
import { pageTarget } from './page.ts';
import { tellThread } from './thread-of.ts';

/** Quiet hours hold as they do for a level. Nothing is made up for when they end: the escalation goes on by itself. */
export async function pageAlso(
  tx: Tables,
  incident: Incident,
  alert: Routed,
  routes: readonly AlertRoute[],
  engine: Engine,
): Promise<void> {
  const { name: route, alsoPage } = routeFor(alert, routes);
  for (const target of alsoPage) {
    const situation = {
      directory: await readDirectory(tx),
      at: engine.clock.now(),
      severity: incident.severity,
    };
    const until = asleepUntil(target, situation);
    if (until === null) await page(tx, incident, { target, route }, engine);
    else await keepQuiet(tx, incident, { target, route, until }, engine);
  }
}

/** It became critical: those who were left asleep are paged now, unless somebody has it or something holds it back. */
export async function pageLeftAsleep(tx: Tables, incident: Incident, engine: Engine): Promise<void> {
  if (incident.ackedBy !== null || (await heldBy(tx, incident)) !== null) return;
  if (await isClearing(tx, incident.id)) return;
  const asleep = new Map<string, string>();
  for (const { data } of await tx.timeline.ofIncident(incident.id)) {
    const { target, leftAsleepBy: route } = data;
    if (typeof target !== 'string') continue;
    if (typeof route === 'string') asleep.set(target, route);
    else asleep.delete(target);
  }
  for (const [target, route] of asleep) await page(tx, incident, { target, route }, engine);
}

async function page(
  tx: Tables,
  incident: Incident,
  { target, route }: { target: string; route: string },
  engine: Engine,
): Promise<void> {
  await pageTarget(tx, incident, target, `${target}, paged by route "${route}"`, engine);
}

async function keepQuiet(
  tx: Tables,
  incident: Incident,
  { target, route, until }: { target: string; route: string; until: number },
  engine: Engine,
): Promise<void> {
  const when = momentText(until, engine.clock.now(), await channelZone(incident.channel, tx, engine));
  const { id, severity } = incident;
  const { contacts } = await readDirectory(tx);
  const shown = contacts.some(({ name }) => name === target) ? `@${target}` : target;
  await tx.timeline.add({
    incidentId: id,
    kind: 'escalated',
    text: `${shown}, named by route "${route}", was not paged: quiet hours until ${when}, and it is ${severity}`,
    data: { target, leftAsleepBy: route, skipped: true, quietUntil: until },
  });
  await tellThread(
    tx,
    incident,
    `🌙 ${shown} is not paged: quiet hours until ${when}, and #${id} is ${severity}.`,
  );
}
