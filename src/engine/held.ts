// Whether the people of an open incident are not told for now.
import type { Incident } from '../domain/incident.ts';
import type { Tables } from '../store/tables.ts';

/** Null: nothing holds its pages back. Else what does, as a sentence of the record says it. */
export async function heldBy(
  tx: Tables,
  incident: Pick<Incident, 'id' | 'inhibitedBy'>,
): Promise<string | null> {
  const root = incident.inhibitedBy === null ? null : await tx.incidents.find(incident.inhibitedBy);
  if (root?.state === 'open') return `its pages wait for #${root.id}`;
  const mutedBy = await tx.alerts.allMutedBy(incident.id);
  return mutedBy === null ? null : `all that fires is muted by ${mutedBy}`;
}
