// What joined an incident during the last seconds, as one line and one edit of its header.
import type { Handler } from '../engine.ts';
import { refreshHeader } from '../incident-state.ts';
import { type Gathered, gatherNext, newsKey, sayGathered } from '../storm.ts';

export const news: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  const gathered = run.job.payload.news as Gathered | undefined;
  return async (tx) => {
    const incident = await tx.incidents.find(id);
    if (!incident) return;
    // After its summary nothing of it is news; the record has every one.
    if (incident.state === 'open') await sayGathered(tx, incident, gathered);
    refreshHeader(tx, id, engine);
    // While nothing comes it falls silent, and the next one is said at once.
    if (gathered && !(await tx.jobs.findQueued(newsKey(id)))) await gatherNext(tx, incident, engine);
  };
};
