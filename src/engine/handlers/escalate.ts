// Tells the next level, until a human answers. The timer re-reads everything when it fires and may do nothing.
import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { heldBy } from '../held.ts';
import { followAlerts, isClearing } from '../incident-state.ts';
import { tellNextLevel } from '../tell-level.ts';

export const escalate: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  const nobody = Number(run.job.payload.nobody ?? 0);
  const dueAt = run.job.runAt;
  const incident = await engine.store.read.incidents.find(id);
  if (!incident) return nothing;
  return async (tx) => {
    // Read again inside the commit: an acknowledgement and this timer race by commit order.
    const now = await tx.incidents.find(id);
    if (now?.state !== 'open' || now.ackedBy !== null) return;
    // Something has to end the wait, or nobody would be told when an alert fires again.
    if (await isClearing(tx, id)) return followAlerts(tx, now, engine);
    // Whatever holds it back starts it again when it lets go.
    if ((await heldBy(tx, now)) !== null) return;
    await tellNextLevel(tx, now, { kind: 'timer', dueAt, nobody }, engine);
  };
};
