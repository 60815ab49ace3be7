// All alerts of an incident were clear for long enough. Reads again: one may have fired meanwhile.

import type { Incident } from '../../domain/incident.ts';
import { OPENCLAW, principalKey } from '../../domain/principal.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine, Handler } from '../engine.ts';
import { escalateKey, resolveIncident, resolveKey, resumeEscalation } from '../incident-state.ts';
import { watchKey } from '../plan-state.ts';

/** While a step of it runs there is no verdict to come at a known time. */
const LOOK_AGAIN_MS = 1000;

export const resolve: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  return async (tx) => {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'open') return;
    const alerts = await tx.alerts.ofIncident(id);
    if (alerts.some(({ status }) => status === 'firing')) {
      const escalates = (await tx.jobs.findQueued(escalateKey(id))) !== null;
      if (incident.ackedBy === null && !escalates) {
        await resumeEscalation(tx, incident, run.job.payload.escalateLeftMs, engine);
      }
      return;
    }
    const verdictAt = await nextLookAt(tx, incident, engine);
    if (verdictAt !== null) {
      await tx.jobs.set('resolve', run.job.payload, { key: resolveKey(id), runAt: verdictAt });
      return;
    }
    await resolveIncident(
      tx,
      incident,
      { by: principalKey(OPENCLAW), byName: 'openclaw', why: 'all its alerts stayed clear' },
      engine,
    );
  };
};

/**
 * When to look again at an incident whose repair is still under way or being watched: people read the verdict before
 * the summary, and a watch that says worse offers its undo while the incident is open. Null: nothing to wait for.
 */
async function nextLookAt(tx: Tables, incident: Incident, engine: Engine): Promise<number | null> {
  const plans = await tx.plans.openOfIncident(incident.id);
  const [first] = plans.filter(({ state }) => state === 'executing' || state === 'watching');
  if (!first) return null;
  const look = await tx.jobs.findQueued(watchKey(first.id));
  return Math.max(look?.runAt ?? 0, engine.clock.now() + LOOK_AGAIN_MS);
}
