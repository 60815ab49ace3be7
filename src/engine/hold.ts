// Why the people of an open incident are not told for now, and how that begins and ends. Called inside a commit.
import type { Incident } from '../domain/incident.ts';
import type { Tables } from '../store/tables.ts';
import { readSetup } from './alerts/setup.ts';
import { pageAlso } from './also-page.ts';
import type { Engine } from './engine.ts';
import { heldBy } from './held.ts';
import { escalateKey, isClearing, restartEscalation } from './incident-state.ts';
import { tellThread } from './thread-of.ts';

/** No level is told from here on. It stays in the store until something lets go of it. */
export async function holdPages(
  tx: Tables,
  incident: Incident,
  { what, why, data }: { what: string; why: string; data: Record<string, unknown> },
): Promise<void> {
  await tx.jobs.cancel(escalateKey(incident.id));
  await tx.timeline.add({ incidentId: incident.id, kind: 'system', text: `${what}: ${why}`, data });
  await tellThread(
    tx,
    incident,
    `🔕 ${what}: ${why}. Nobody is paged until then; /ack ${incident.id} and /escalate ${incident.id} work all the same.`,
    { tone: 'info' },
  );
}

/** What still fires is as new: level 1 is told, unless somebody has it or something else holds it back. */
export async function letGo(
  tx: Tables,
  incident: Incident,
  { why, data }: { why: string; data: Record<string, unknown> },
  engine: Engine,
): Promise<void> {
  const starts = incident.ackedBy === null && !(await isClearing(tx, incident.id));
  if (starts && (await heldBy(tx, incident)) !== null) return;
  const next = starts
    ? 'escalation starts at level 1'
    : incident.ackedBy === null
      ? 'all its alerts are clear'
      : `${incident.ackedByName} has it`;
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'system',
    text: `Nothing holds its pages back any more: ${why}; ${next}`,
    data,
  });
  await tellThread(tx, incident, `🔔 ${upperFirst(why)}: ${next}.`, {
    tone: starts ? incident.severity : 'info',
  });
  if (!starts) return;
  await restartEscalation(tx, incident);
  const worst = (await tx.alerts.ofIncident(incident.id)).find(({ status }) => status === 'firing');
  if (worst) await pageAlso(tx, incident, worst, (await readSetup(tx)).routes, engine);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
