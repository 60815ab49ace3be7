// While something a service needs has an open critical incident, the pages of its own wait for that one.
// Whatever inhibits is inhibited by nothing itself, so that no two ever wait for each other. Called inside a commit.
import { dependantsOf, dependenciesOf } from '../domain/dependency.ts';
import type { Incident } from '../domain/incident.ts';
import type { Service } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { holdPages, letGo } from './hold.ts';
import { refreshHeader } from './incident-state.ts';
import { tellThread } from './thread-of.ts';

/** Of one that is open from now on, or more severe than it was. Gives it as it is then. */
export async function settleInhibition(tx: Tables, incident: Incident, engine: Engine): Promise<Incident> {
  if (incident.service === null || incident.inhibitedBy !== null) return incident;
  const services = await enabledServices(tx);
  const root = await inhibitorOf(tx, incident, services);
  if (root) return wait(tx, incident, root, engine);
  if (incident.severity === 'critical') {
    for (const name of dependantsOf(incident.service, services)) {
      const dependant = await tx.incidents.findOpen(`service:${name}`);
      if (dependant && dependant.id !== incident.id && dependant.inhibitedBy === null)
        await wait(tx, dependant, incident, engine);
    }
  }
  return incident;
}

/** Where one ended, became part of another or is critical no more: what waited for it goes on, or waits for another. */
export async function endInhibition(tx: Tables, root: Incident, over: string, engine: Engine): Promise<void> {
  const waiting = await tx.incidents.inhibitedBy(root.id);
  if (waiting.length === 0) return;
  for (const { id } of waiting) await tx.incidents.update(id, { inhibitedBy: null });
  const services = await enabledServices(tx);
  for (const { id } of waiting) {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'open') continue;
    const why = `${nameOf(root)}, ${over} and this is still open`;
    await goOn(tx, incident, { root, why, services }, engine);
  }
}

/** After an edit of what depends on what: each that is open waits for what it depends on now, and for nothing else. */
export async function settleOpen(tx: Tables, engine: Engine): Promise<void> {
  const services = await enabledServices(tx);
  const open = await tx.incidents.listOpen();
  for (const incident of open) {
    if (incident.service === null || incident.inhibitedBy === null) continue;
    const root = await tx.incidents.find(incident.inhibitedBy);
    if (!root || dependenciesOf(incident.service, services).some((name) => name === root.service)) continue;
    const free = await tx.incidents.update(incident.id, { inhibitedBy: null });
    const why = `${nameOf(root)}, is nothing that ${incident.service} depends on any more`;
    await tx.timeline.add({
      incidentId: root.id,
      kind: 'system',
      text: `The pages of ${nameOf(incident)} wait for this one no more: it depends on it no longer`,
      data: { inhibits: null },
    });
    await goOn(tx, free, { root, why, services }, engine);
  }
  // The newest first: of two that need each other the older one is the root, as it is when they open.
  for (const { id } of open.toReversed()) {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'open' || incident.inhibitedBy !== null) continue;
    const root = await inhibitorOf(tx, incident, services);
    if (root) await wait(tx, incident, root, engine);
  }
}

/** It waits for `root` no more: another one may hold it, or nothing does. */
async function goOn(
  tx: Tables,
  incident: Incident,
  { root, why, services }: { root: Incident; why: string; services: readonly Service[] },
  engine: Engine,
): Promise<void> {
  const other = await inhibitorOf(tx, incident, services);
  if (other) {
    await wait(tx, incident, other, engine);
    return;
  }
  await letGo(tx, incident, { why, data: { inhibitedBy: root.id } }, engine);
  refreshHeader(tx, incident.id, engine);
}

/** What it would wait for if it were settled now; null: nothing. */
export async function wouldWaitFor(tx: Tables, incident: Incident): Promise<Incident | null> {
  return inhibitorOf(tx, incident, await enabledServices(tx));
}

/** "#7, shop-db" */
export function nameOf({ id, service, title }: Incident): string {
  return `#${id}, ${service ?? title}`;
}

async function inhibitorOf(
  tx: Tables,
  { id, service }: Incident,
  services: readonly Service[],
): Promise<Incident | null> {
  if (service === null) return null;
  for (const name of dependenciesOf(service, services)) {
    const found = await tx.incidents.findOpen(`service:${name}`);
    if (found && found.id !== id && found.severity === 'critical' && found.inhibitedBy === null) return found;
  }
  return null;
}

async function wait(tx: Tables, incident: Incident, root: Incident, engine: Engine): Promise<Incident> {
  const waits = await tx.incidents.update(incident.id, { inhibitedBy: root.id });
  const what = incident.level > 0 ? 'Further escalation waits' : 'Pages wait';
  await holdPages(tx, incident, {
    what: `${what} for ${nameOf(root)}`,
    why: `${incident.service} depends on it`,
    data: { inhibitedBy: root.id },
  });
  await tx.timeline.add({
    incidentId: root.id,
    kind: 'system',
    text: `The pages of ${nameOf(incident)} wait for this one`,
    data: { inhibits: incident.id },
  });
  await tellThread(tx, root, `🔕 The pages of ${nameOf(incident)} wait for this one: ${incident.title}`);
  refreshHeader(tx, incident.id, engine);
  return waits;
}

async function enabledServices(tx: Tables): Promise<Service[]> {
  return (await tx.resources.list('service')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
}
