// All alerts of an incident were clear for long enough. Reads again: one may have fired meanwhile.
import { OPENCLAW, principalKey } from '../../domain/principal.ts';
import type { Handler } from '../engine.ts';
import { escalateKey, resolveIncident, resumeEscalation } from '../incident-state.ts';

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
    await resolveIncident(
      tx,
      incident,
      { by: principalKey(OPENCLAW), byName: 'openclaw', why: 'all its alerts stayed clear' },
      engine,
    );
  };
};
